"""Training loops of a user's own, as Keras's guides write them, in both libraries."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import KAPPA, trajectory

STEPS = 60


class Loop:
    """A library, and what its loops are written with.

    Args:
        keras: `scratch` or tf.keras.
        tape: the class of its tape.
        precision: `"float32"` or `"float64"`.
    """

    def __init__(self, keras, tape, precision):
        self.keras, self.tape, self.precision = keras, tape, precision

    def run(self, loop):
        """What `loop(self)` gives, from a seed on, as arrays."""
        self.keras.backend.clear_session() if hasattr(self.keras, "backend") else None
        before = self.keras.config.floatx()
        self.keras.config.set_floatx(self.precision)
        try:
            self.keras.utils.set_random_seed(3)
            return {name: np.asarray(value) for name, value in loop(self).items()}
        finally:
            self.keras.config.set_floatx(before)

    def batches(self, shape, seed=0, classes=None):
        """Data and class numbers of every step."""
        rng = np.random.default_rng(seed)
        for _ in range(STEPS):
            x = rng.normal(size=shape).astype(self.precision)
            y = rng.integers(0, classes, shape[0]) if classes else None
            yield (x, y) if classes else x


def both(loop, tf, keras, optimizer, precision="float64"):
    """Runs a loop in both libraries, and compares all that it gives."""
    ours = Loop(scratch, scratch.GradientTape, precision).run(loop)
    theirs = Loop(keras, tf.GradientTape, precision).run(loop)
    bound = trajectory(STEPS, KAPPA[optimizer], precision).relative
    assert ours.keys() == theirs.keys()
    for name, expected in theirs.items():
        actual = ours[name]
        assert actual.shape == expected.shape, name
        assert np.abs(expected).max() > 0, name
        difference = np.abs(actual - expected).max() / np.abs(expected).max()
        assert difference <= bound, f"{name}: {difference / bound:.0%} of what is allowed"


def weights(model):
    return {f"{model.name} {i}": w for i, w in enumerate(model.get_weights())}


def guide(o):
    """The loop of the guide "Writing a training loop from scratch", metrics included."""
    keras = o.keras
    inputs = keras.Input(shape=(20,), name="digits")
    x = keras.layers.Dense(16, activation="relu", name="dense_1")(inputs)
    x = keras.layers.Dense(16, activation="relu", name="dense_2")(x)
    outputs = keras.layers.Dense(5, name="predictions")(x)
    model = keras.Model(inputs=inputs, outputs=outputs, name="guide")
    optimizer = keras.optimizers.Adam(learning_rate=1e-3)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    train_acc_metric = keras.metrics.SparseCategoricalAccuracy()
    losses, accuracies = [], []
    for x_batch_train, y_batch_train in o.batches((32, 20), classes=5):
        with o.tape() as tape:
            logits = model(x_batch_train, training=True)
            loss_value = loss_fn(y_batch_train, logits)
        grads = tape.gradient(loss_value, model.trainable_weights)
        optimizer.apply_gradients(zip(grads, model.trainable_weights, strict=True))
        train_acc_metric.update_state(y_batch_train, logits)
        losses.append(float(loss_value))
        accuracies.append(float(train_acc_metric.result().numpy()))
    train_acc_metric.reset_state()
    return {"loss": losses, "accuracy": accuracies, **weights(model)}


def layers(o):
    """What layers do in training: masks, moving averages, penalties, `add_loss`."""
    keras = o.keras

    class ActivityRegularization(keras.layers.Layer):  # type: ignore[name-defined]
        def call(self, inputs):
            self.add_loss(1e-2 * keras.ops.sum(keras.ops.square(inputs)))
            return inputs

    model = keras.Sequential(
        [
            keras.Input((20,)),
            keras.layers.Dense(
                16, use_bias=False, kernel_regularizer="l2", activity_regularizer="l1"
            ),
            keras.layers.BatchNormalization(),
            keras.layers.Activation("gelu"),
            keras.layers.Dropout(0.3),
            ActivityRegularization(),
            keras.layers.LayerNormalization(),
            keras.layers.Dense(5, "softmax"),
        ],
        name="layers",
    )
    optimizer = keras.optimizers.SGD(0.05)
    loss_fn = keras.losses.SparseCategoricalCrossentropy()
    losses, penalties = [], []
    for x, y in o.batches((32, 20), classes=5):
        with o.tape() as tape:
            loss = loss_fn(y, model(x, training=True))
            penalty = sum(model.losses)
            loss += penalty
        gradients = tape.gradient(loss, model.trainable_weights)
        optimizer.apply(gradients, model.trainable_weights)
        losses.append(loss.numpy())
        penalties.append(penalty.numpy())
    return {"loss": losses, "penalty": penalties, **weights(model)}


def gan(o):
    """A small GAN: two models, two optimizers, one loop."""
    keras = o.keras
    generator = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(16),
            keras.layers.LeakyReLU(negative_slope=0.2),
            keras.layers.Dense(6, "tanh"),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(16),
            keras.layers.LeakyReLU(negative_slope=0.2),
            keras.layers.Dense(1),
        ],
        name="discriminator",
    )
    g_optimizer, d_optimizer = keras.optimizers.Adam(3e-4), keras.optimizers.Adam(4e-4)
    loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)
    seeds = keras.random.SeedGenerator(11)
    d_losses, g_losses = [], []
    for real in o.batches((8, 6)):
        noise = keras.random.normal((8, 4), seed=seeds)
        fake = generator(noise)
        combined = keras.ops.concatenate([fake, real], axis=0)
        labels = keras.ops.concatenate([keras.ops.ones((8, 1)), keras.ops.zeros((8, 1))], axis=0)
        labels += 0.05 * keras.random.uniform(labels.shape, seed=seeds)
        with o.tape() as tape:
            d_loss = loss_fn(labels, discriminator(combined))
        grads = tape.gradient(d_loss, discriminator.trainable_weights)
        d_optimizer.apply_gradients(zip(grads, discriminator.trainable_weights, strict=True))
        noise = keras.random.normal((8, 4), seed=seeds)
        with o.tape() as tape:
            g_loss = loss_fn(keras.ops.zeros((8, 1)), discriminator(generator(noise)))
        grads = tape.gradient(g_loss, generator.trainable_weights)
        g_optimizer.apply_gradients(zip(grads, generator.trainable_weights, strict=True))
        d_losses.append(float(d_loss))
        g_losses.append(float(g_loss))
    return {"d": d_losses, "g": g_losses, **weights(generator), **weights(discriminator)}


def wgan_gp(o):
    """The critic of a WGAN-GP: the gradient's norm at points between is driven to 1."""
    keras = o.keras
    critic = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(16, "tanh"),
            keras.layers.Dense(1, use_bias=False),  # which would be 0: it cancels
        ],
        name="critic",
    )
    optimizer = keras.optimizers.Adam(1e-3, beta_1=0.5, beta_2=0.9)
    seeds = keras.random.SeedGenerator(12)
    losses, penalties = [], []
    for real in o.batches((8, 6)):
        fake = keras.random.normal((8, 6), seed=seeds)
        with o.tape() as tape:
            cost = keras.ops.mean(critic(fake, training=True)) - keras.ops.mean(
                critic(real, training=True)
            )
            alpha = keras.random.uniform((8, 1), seed=seeds)
            interpolated = real + alpha * (fake - real)
            with o.tape() as gp_tape:
                gp_tape.watch(interpolated)
                pred = critic(interpolated, training=True)
            grads = gp_tape.gradient(pred, [interpolated])[0]
            norm = keras.ops.sqrt(keras.ops.sum(keras.ops.square(grads), axis=[1]))
            penalty = keras.ops.mean((norm - 1.0) ** 2)
            loss = cost + penalty * 10.0
        gradients = tape.gradient(loss, critic.trainable_variables)
        optimizer.apply_gradients(zip(gradients, critic.trainable_variables, strict=True))
        losses.append(float(loss))
        penalties.append(float(penalty))
    return {"loss": losses, "penalty": penalties, **weights(critic)}


def rows(o):
    """Rows that are looked up, some of them twice in a batch, with clipped gradients (K32)."""
    keras = o.keras
    model = keras.Sequential(
        [keras.layers.Embedding(7, 4), keras.layers.Flatten(), keras.layers.Dense(1)], name="rows"
    )
    optimizer = keras.optimizers.Adam(0.01, clipnorm=0.1)
    loss_fn = keras.losses.MeanSquaredError()
    losses = []
    rng = np.random.default_rng(0)
    for _ in range(STEPS):
        x, y = rng.integers(0, 7, (6, 3)), rng.normal(size=(6, 1)).astype(o.precision)
        with o.tape() as tape:
            loss = loss_fn(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        losses.append(float(loss))
    return {"loss": losses, **weights(model)}


@pytest.mark.parametrize(
    ("loop", "optimizer"),
    [(guide, "adam"), (layers, "sgd"), (gan, "adam"), (wgan_gp, "adam"), (rows, "adam")],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_loop(loop, optimizer, tf, keras):
    both(loop, tf, keras, optimizer)


def test_the_guides_loop_in_float32(tf, keras):
    both(guide, tf, keras, "adam", "float32")
