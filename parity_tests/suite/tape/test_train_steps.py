"""`train_step`s that use a tape inside `fit`, as Keras's guides write them, in both libraries."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS, KAPPA, trajectory

ROWS, EPOCHS, BATCH = 96, 4, 16


def in_order(keras, tape_class):
    """The guide's model: `compute_loss`, and the compiled metrics in order."""

    class CustomModel(keras.Model):  # type: ignore[name-defined]
        def train_step(self, data):
            x, y = data
            with tape_class() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            trainable_vars = self.trainable_variables
            gradients = tape.gradient(loss, trainable_vars)
            self.optimizer.apply(gradients, trainable_vars)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    return CustomModel


def own_metrics(keras, tape_class):
    """The guide's second: a loss and metrics of its own, nothing but an optimizer compiled."""

    class CustomModel(keras.Model):  # type: ignore[name-defined]
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.loss_tracker = keras.metrics.Mean(name="loss")
            self.mae_metric = keras.metrics.MeanAbsoluteError(name="mae")
            self.loss_fn = keras.losses.MeanSquaredError()

        def train_step(self, data):
            x, y = data
            with tape_class() as tape:
                y_pred = self(x, training=True)
                loss = self.loss_fn(y, y_pred)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            self.loss_tracker.update_state(loss)
            self.mae_metric.update_state(y, y_pred)
            return {"loss": self.loss_tracker.result(), "mae": self.mae_metric.result()}

        @property
        def metrics(self):
            return [self.loss_tracker, self.mae_metric]

    return CustomModel


def weighted(keras, tape_class):
    """The guide's third: sample weights, and a `test_step` of its own."""

    class CustomModel(keras.Model):  # type: ignore[name-defined]
        def train_step(self, data):
            if len(data) == 3:
                x, y, sample_weight = data
            else:
                sample_weight = None
                x, y = data
            with tape_class() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred, sample_weight=sample_weight)
            trainable_vars = self.trainable_variables
            gradients = tape.gradient(loss, trainable_vars)
            self.optimizer.apply_gradients(zip(gradients, trainable_vars, strict=True))
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred, sample_weight=sample_weight)
            return {m.name: m.result() for m in self.metrics}

        def test_step(self, data):
            x, y = data
            y_pred = self(x, training=False)
            loss = self.compute_loss(y=y, y_pred=y_pred)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    return CustomModel


def data():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(ROWS, 6))
    return x, np.tanh(x[:, :1]) + 0.1 * rng.normal(size=(ROWS, 1)), rng.uniform(size=ROWS)


def fitted(keras, tape, make):
    """The logs of a fit, and the weights after it."""
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")  # Keras keeps that of the first layer of the process
    try:
        keras.utils.set_random_seed(9)
        inputs = keras.Input((6,))
        h = keras.layers.Dense(8, "tanh", kernel_regularizer="l2")(inputs)
        h = keras.layers.BatchNormalization()(h)
        h = keras.layers.Dropout(0.2)(h)
        model = make(keras, tape)(inputs, keras.layers.Dense(1)(h))
        compiled = {} if make is own_metrics else {"loss": "mse", "metrics": ["mae"]}
        model.compile("adam", **compiled)
        x, y, weight = data()
        settings: dict = {"epochs": EPOCHS, "batch_size": BATCH, "verbose": 0}
        if make is weighted:
            settings |= {"sample_weight": weight, "validation_data": (x[:32], y[:32])}
        history = model.fit(x, y, **settings).history
        return history, model.get_weights()
    finally:
        keras.config.set_floatx(before)
        keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("make", [in_order, own_metrics, weighted])
def test_train_step_with_a_tape(make, tf, keras):
    ours, our_weights = fitted(scratch, scratch.GradientTape, make)
    theirs, their_weights = fitted(keras, tf.GradientTape, make)
    assert list(ours) == list(theirs)
    bound = trajectory(EPOCHS * ROWS // BATCH, KAPPA["adam"]).relative
    for name, values in theirs.items():
        # Logs are reported in float32.
        np.testing.assert_allclose(ours[name], values, rtol=FEW_ROUNDINGS, err_msg=name)
    for a, b in zip(our_weights, their_weights, strict=True):
        assert np.abs(a - b).max() <= bound * np.abs(b).max()


def gan_class(keras, tape_class):
    """The GAN of the guide: `compile` and `train_step` are its own."""
    ops = keras.ops

    class GAN(keras.Model):  # type: ignore[name-defined]
        def __init__(self, discriminator, generator, latent_dim):
            super().__init__()
            self.discriminator = discriminator
            self.generator = generator
            self.latent_dim = latent_dim
            self.d_loss_tracker = keras.metrics.Mean(name="d_loss")
            self.g_loss_tracker = keras.metrics.Mean(name="g_loss")
            self.seed_generator = keras.random.SeedGenerator(1337)
            self.built = True

        @property
        def metrics(self):
            return [self.d_loss_tracker, self.g_loss_tracker]

        def compile(self, d_optimizer, g_optimizer, loss_fn):
            super().compile()
            self.d_optimizer = d_optimizer
            self.g_optimizer = g_optimizer
            self.loss_fn = loss_fn

        def train_step(self, real_images):
            if isinstance(real_images, tuple):
                real_images = real_images[0]
            batch_size = ops.shape(real_images)[0]
            random_latent_vectors = keras.random.normal(
                shape=(batch_size, self.latent_dim), seed=self.seed_generator
            )
            generated_images = self.generator(random_latent_vectors)
            combined_images = ops.concatenate([generated_images, real_images], axis=0)
            labels = ops.concatenate(
                [ops.ones((batch_size, 1)), ops.zeros((batch_size, 1))], axis=0
            )
            labels += 0.05 * keras.random.uniform(ops.shape(labels), seed=self.seed_generator)
            with tape_class() as tape:
                predictions = self.discriminator(combined_images)
                d_loss = self.loss_fn(labels, predictions)
            grads = tape.gradient(d_loss, self.discriminator.trainable_weights)
            self.d_optimizer.apply_gradients(
                zip(grads, self.discriminator.trainable_weights, strict=True)
            )
            random_latent_vectors = keras.random.normal(
                shape=(batch_size, self.latent_dim), seed=self.seed_generator
            )
            misleading_labels = ops.zeros((batch_size, 1))
            with tape_class() as tape:
                predictions = self.discriminator(self.generator(random_latent_vectors))
                g_loss = self.loss_fn(misleading_labels, predictions)
            grads = tape.gradient(g_loss, self.generator.trainable_weights)
            self.g_optimizer.apply_gradients(
                zip(grads, self.generator.trainable_weights, strict=True)
            )
            self.d_loss_tracker.update_state(d_loss)
            self.g_loss_tracker.update_state(g_loss)
            return {"d_loss": self.d_loss_tracker.result(), "g_loss": self.g_loss_tracker.result()}

    return GAN


def trained_gan(keras, tape):
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")  # Keras keeps that of the first layer of the process
    try:
        keras.utils.set_random_seed(10)
        layers = keras.layers
        generator = keras.Sequential(
            [keras.Input((3,)), layers.Dense(8, "relu"), layers.Dense(6, "sigmoid")]
        )
        discriminator = keras.Sequential(
            [keras.Input((6,)), layers.Dense(8, layers.LeakyReLU(0.2)), layers.Dense(1)]
        )
        gan = gan_class(keras, tape)(discriminator, generator, 3)
        gan.compile(
            d_optimizer=keras.optimizers.Adam(3e-4),
            g_optimizer=keras.optimizers.Adam(3e-4),
            loss_fn=keras.losses.BinaryCrossentropy(from_logits=True),
        )
        history = gan.fit(data()[0], epochs=EPOCHS, batch_size=BATCH, verbose=0).history
        return history, [*generator.get_weights(), *discriminator.get_weights()]
    finally:
        keras.config.set_floatx(before)


def test_gan_in_fit(tf, keras):
    ours, our_weights = trained_gan(scratch, scratch.GradientTape)
    theirs, their_weights = trained_gan(keras, tf.GradientTape)
    assert list(ours) == list(theirs) == ["d_loss", "g_loss"]
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, rtol=FEW_ROUNDINGS, err_msg=name)
    bound = trajectory(EPOCHS * ROWS // BATCH, KAPPA["adam"]).relative
    for a, b in zip(our_weights, their_weights, strict=True):
        assert np.abs(a - b).max() <= bound * np.abs(b).max()
