# ruff: noqa: D103 - the models are what their names say
"""Models that are saved by one library and read by the other: one for each way to make a model.

`write` trains a model for two steps and saves it; `resume` loads it, predicts, trains three more
steps, and returns all numbers as a record. Both run wherever a library lives.
"""

import os
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from parity_tests.harness.record import Record

FORMATS = (".keras", ".h5", ".weights.h5")
STEPS = 3

Data = tuple[Any, Any]


def _numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape)


def _classes(rows: int, k: int) -> np.ndarray:
    return np.random.default_rng(rows + k).integers(0, k, rows)


# Each returns a compiled model. -------------------------------------------------------------------


def sequential(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(6, "tanh"), layers.Dense(3, "softmax")], name="stack"
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _dense(keras: Any, optimizer: Any, **settings: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential([keras.Input((4,)), layers.Dense(6, "tanh"), layers.Dense(2)])
    model.compile(optimizer, "mse", **settings)
    return model


def residual(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((4,), name="features")
    h = layers.BatchNormalization()(layers.Dense(4, "tanh", use_bias=False)(x))
    h = layers.Dropout(0.3, seed=5)(h)
    model = keras.Model(x, layers.Dense(2)(layers.Add()([x, h])), name="residual")
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True), "mse")
    return model


def several(keras: Any) -> Any:
    layers = keras.layers
    a, b = keras.Input((4,), name="a"), keras.Input((3,), name="b")
    h = layers.Dense(5, "sigmoid")(layers.Concatenate()([a, b]))
    outputs = {"size": layers.Dense(1, name="size")(h), "kind": layers.Dense(3, "softmax")(h)}
    model = keras.Model({"a": a, "b": b}, outputs)
    model.compile(
        keras.optimizers.Adam(0.01, amsgrad=True),
        loss={"size": keras.losses.Huber(0.5), "kind": "sparse_categorical_crossentropy"},
        loss_weights={"size": 0.3, "kind": 1.0},
        metrics={"size": ["mae"]},
    )
    return model


def shared(keras: Any) -> Any:
    layers = keras.layers
    a, b = keras.Input((4,)), keras.Input((4,))
    twin = layers.Dense(3, "tanh", name="twin")
    model = keras.Model([a, b], layers.Dense(1)(layers.Subtract()([twin(a), twin(b)])))
    model.compile(keras.optimizers.RMSprop(0.01, centered=True, momentum=0.5), "mse")
    return model


def nested(keras: Any) -> Any:
    layers = keras.layers
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(4)])
    x = keras.Input((4,))
    model = keras.Model(x, layers.Dense(2)(layers.Average()([x, inner(x)])))
    model.compile(keras.optimizers.AdamW(0.01, weight_decay=0.1), "mse")
    return model


def embedding(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((4,), dtype="int32")
    model = keras.Model(x, layers.Dense(2)(layers.Flatten()(layers.Embedding(7, 3)(x))))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def steps(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((3, 4))
    h = layers.TimeDistributed(layers.Dense(5, "tanh"))(x)
    h = layers.Flatten()(layers.LayerNormalization()(h))
    model = keras.Model(x, layers.Dense(2)(h))
    model.compile(keras.optimizers.Nadam(0.01), "mse")
    return model


def sums(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((3, 4))
    h = layers.EinsumDense("abc,cd->abd", (3, 6), bias_axes="d", activation="tanh")(x)
    h = layers.RMSNormalization()(layers.GroupNormalization(2)(h))
    model = keras.Model(x, layers.Dense(2)(layers.Flatten()(h)))
    model.compile(keras.optimizers.Adamax(0.01), "mse")
    return model


def images(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)), layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(),
            layers.SeparableConv2D(5, 2, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.SpatialDropout2D(0.2, seed=3), layers.DepthwiseConv2D(2, depth_multiplier=2),
            layers.GlobalAveragePooling2D(), layers.Dense(3, "softmax"),
        ]
    )  # fmt: skip
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model


def autoencoder(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((6, 6, 1))
    h = layers.Conv2D(4, 3, strides=2, padding="same", activation="tanh")(x)
    h = layers.AveragePooling2D(2, strides=1)(layers.ZeroPadding2D(((0, 1), (1, 0)))(h))
    h = layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="tanh")(h)
    h = layers.UpSampling2D(2)(layers.Cropping2D(1)(h))
    y = layers.Conv2D(1, 3, groups=1)(h)
    model = keras.Model(x, y)
    model.compile(keras.optimizers.RMSprop(0.01), "mse")
    return model


def sounds(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((8, 2))
    h = layers.Conv1D(4, 2, padding="causal", dilation_rate=2, activation="tanh")(x)
    h = layers.Concatenate()([h, layers.Conv1D(4, 1, groups=2)(h)])
    h = layers.SpectralNormalization(layers.Conv1D(3, 2))(h)
    h = layers.AdaptiveAveragePooling1D(3)(layers.Conv1DTranspose(2, 2)(h))
    model = keras.Model(x, layers.Dense(2)(layers.GlobalMaxPooling1D()(h)))
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")
    return model


def activations(keras: Any) -> Any:
    layers = keras.layers
    parts = [layers.PReLU(alpha_initializer="ones"), layers.ELU(0.7), layers.LeakyReLU(0.2)]
    parts += [layers.ReLU(max_value=4.0, negative_slope=0.1), layers.Activation("gelu")]
    stack = [keras.Input((4,))]
    for part in parts:
        stack += [layers.Dense(5), part]
    model = keras.Sequential([*stack, layers.Dense(2), layers.Softmax()])
    model.compile(keras.optimizers.Lion(0.01), keras.losses.CategoricalCrossentropy())
    return model


def adapted(keras: Any) -> Any:
    layers = keras.layers
    normalization = layers.Normalization()
    normalization.adapt(_numbers(20, 4) * 3 + 1)
    model = keras.Sequential(
        [keras.Input((4,)), layers.Rescaling(0.5, 0.1), normalization, layers.Dense(2)]
    )
    model.compile(keras.optimizers.Adadelta(1.0), "mse")
    return model


def scheduled(keras: Any) -> Any:
    decay = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    return _dense(keras, keras.optimizers.Adam(decay, clipnorm=0.5))


def averaged(keras: Any) -> Any:
    return _dense(keras, keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.7))


def accumulated(keras: Any) -> Any:
    return _dense(keras, keras.optimizers.Adam(0.01, gradient_accumulation_steps=2))


def scaled(keras: Any) -> Any:
    inner = keras.optimizers.SGD(0.1, momentum=0.9)
    return _dense(keras, keras.optimizers.LossScaleOptimizer(inner, initial_scale=8.0))


def leader(keras: Any) -> Any:
    return _dense(keras, keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.01))


def frozen(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4,)), layers.Dense(5, "tanh", trainable=False),
            layers.BatchNormalization(trainable=False), layers.Dense(2),
        ]
    )  # fmt: skip
    model.compile(keras.optimizers.Adam(0.1), "mse")
    return model


def penalized(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(
                5, "tanh", kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02),
                kernel_constraint=keras.constraints.MaxNorm(1.5, axis=1),
                kernel_initializer=keras.initializers.Orthogonal(0.7, seed=3),
                bias_initializer=keras.initializers.Constant(0.2), activity_regularizer="l2",
            ),
            layers.Dense(2, kernel_constraint="non_neg", kernel_regularizer="l2"),
        ]
    )  # fmt: skip
    model.compile(keras.optimizers.SGD(0.1), keras.losses.LogCosh())
    return model


def measured(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(5, "tanh"), layers.Dense(1, "sigmoid")]
    )
    metrics = [
        keras.metrics.BinaryAccuracy(threshold=0.4),
        keras.metrics.MeanSquaredError(name="m"),
    ]
    loss = keras.losses.BinaryCrossentropy(label_smoothing=0.1)
    model.compile(keras.optimizers.Adam(0.01), loss, metrics=metrics, weighted_metrics=["mae"])
    return model


def masked(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((3, 4))
    h = layers.Masking(0.0)(x)
    h = layers.TimeDistributed(layers.Dense(2, "tanh"))(h)
    model = keras.Model(x, h)
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def in_ops(keras: Any) -> Any:
    x = keras.Input((4,))
    h = keras.ops.tanh(keras.layers.Dense(4)(x)) * 2.0 + x
    model = keras.Model(x, keras.layers.Dense(2)(keras.ops.concatenate([h, x], axis=-1)))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def custom_objects(keras: Any) -> dict[str, Any]:
    """Classes of a user's own."""

    class Gated(keras.layers.Layer):
        """Two sublayers and a weight of its own."""

        def __init__(self, units: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.units = units
            self.value_layer = keras.layers.Dense(units)
            self.gates = [keras.layers.Dense(units, "sigmoid"), keras.layers.Dense(units)]

        def build(self, input_shape: Any) -> None:
            self.shift = self.add_weight(shape=(self.units,), initializer="ones", name="shift")
            for layer in (self.value_layer, *self.gates):
                layer.build(input_shape)

        def call(self, x: Any) -> Any:
            gate = self.gates[0](x) * keras.ops.tanh(self.gates[1](x))
            return self.value_layer(x) * gate + self.shift

        def compute_output_shape(self, input_shape: Any) -> Any:
            return (*input_shape[:-1], self.units)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "units": self.units}

    class Blocks(keras.Model):
        """A subclassed model with a list of layers."""

        def __init__(self, width: int = 4, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.width = width
            self.blocks = [keras.layers.Dense(width, "tanh") for _ in range(2)]
            self.out = keras.layers.Dense(2)

        def build(self, input_shape: Any) -> None:
            for block in (*self.blocks, self.out):
                block.build(input_shape)

        def call(self, x: Any) -> Any:
            for block in self.blocks:
                x = x + block(x)
            return self.out(x)

        def get_config(self) -> dict[str, Any]:
            return {"width": self.width, "name": self.name}

    return {"Gated": Gated, "Blocks": Blocks}


def custom_layer(keras: Any, objects: dict[str, Any] | None = None) -> Any:
    gated = (objects or custom_objects(keras))["Gated"]
    model = keras.Sequential([keras.Input((4,)), gated(3), keras.layers.Dense(2)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def subclassed(keras: Any, objects: dict[str, Any] | None = None) -> Any:
    model = (objects or custom_objects(keras))["Blocks"](4)
    model.compile(keras.optimizers.Adam(0.01), "mse")
    model(np.zeros((1, 4)))
    return model


_PLAIN = (_numbers(8, 4), _numbers(8, 2))
MODELS: dict[str, tuple[Callable[..., Any], Data]] = {
    "sequential": (sequential, (_numbers(8, 4), _classes(8, 3))),
    "residual": (residual, _PLAIN),
    "several": (
        several,
        (
            {"a": _numbers(8, 4), "b": _numbers(8, 3)},
            {"size": _numbers(8, 1), "kind": _classes(8, 3)},
        ),
    ),
    "shared": (shared, ([_numbers(8, 4), _numbers(4, 8).T], _numbers(8, 1))),
    "nested": (nested, _PLAIN),
    "embedding": (embedding, (_classes(32, 7).reshape(8, 4), _numbers(8, 2))),
    "steps": (steps, (_numbers(8, 3, 4), _numbers(8, 2))),
    "sums": (sums, (_numbers(8, 3, 4), _numbers(8, 2))),
    "images": (images, (_numbers(8, 8, 8, 2), _classes(8, 3))),
    "autoencoder": (autoencoder, (_numbers(8, 6, 6, 1), _numbers(8, 6, 6, 1))),
    "sounds": (sounds, (_numbers(8, 8, 2), _numbers(8, 2))),
    "activations": (activations, (_numbers(8, 4), np.eye(2)[_classes(8, 2)])),
    "adapted": (adapted, _PLAIN),
    "scheduled": (scheduled, _PLAIN),
    "averaged": (averaged, _PLAIN),
    "accumulated": (accumulated, _PLAIN),
    "scaled": (scaled, _PLAIN),
    "leader": (leader, _PLAIN),
    "frozen": (frozen, _PLAIN),
    "penalized": (penalized, _PLAIN),
    "measured": (measured, (_numbers(8, 4), _classes(8, 2).reshape(8, 1))),
    "masked": (masked, (_numbers(8, 3, 4) * (np.arange(3) < 2)[:, None], _numbers(8, 3, 2))),
    "in_ops": (in_ops, _PLAIN),
    "custom_layer": (custom_layer, _PLAIN),
    "subclassed": (subclassed, _PLAIN),
}  # fmt: skip
# What the old format can't hold: Keras itself does not read these back.
NOT_IN_H5 = ("subclassed", "in_ops", "masked")


def formats_of(name: str) -> tuple[str, ...]:
    """The endings of the files that a model can be saved in."""
    return tuple(f for f in FORMATS if f != ".h5" or name not in NOT_IN_H5)


def write(keras: Any, engine: Any, name: str, folder: str) -> list[np.ndarray]:
    """Trains a new model for two steps, saves it in every format, returns its variables."""
    build, (x, y) = MODELS[name]
    keras.utils.set_random_seed(7)
    model = build(keras)
    for _ in range(2):
        model.train_on_batch(x, y)
    for ending in formats_of(name):
        path = os.path.join(folder, name + ending)
        if ending == ".weights.h5":
            model.save_weights(path)
        else:
            model.save(path)
    return state(model)


def resume(
    keras: Any, engine: Any, name: str, folder: str, ending: str, compile: bool = True
) -> tuple[list[np.ndarray], Record]:
    """Loads a model; returns its variables, what it predicts, and, compiled, how it trains on."""
    build, (x, y) = MODELS[name]
    path = os.path.join(folder, name + ending)
    objects = custom_objects(keras)
    if ending == ".weights.h5":
        keras.utils.set_random_seed(8)
        model = build(keras)
        model.optimizer.build(model.trainable_variables)
        model.load_weights(path)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras, of its own arguments
            model = keras.saving.load_model(path, custom_objects=objects, compile=compile)
    loaded = state(model)
    record: Record = {}
    outputs = model.predict(x, verbose=0)
    for key, value in outputs.items() if isinstance(outputs, dict) else [("0", outputs)]:
        record[f"output/{key}"] = np.asarray(value)
    for step in range(STEPS if compile else 0):
        logs = model.train_on_batch(x, y, return_dict=True)
        record |= {f"{key}/step {step + 1}": np.asarray(value) for key, value in logs.items()}
    for number, weight in enumerate(model.get_weights()):
        record[f"weights/{number}/step {STEPS}"] = weight
    return loaded, record


def state(model: Any) -> list[np.ndarray]:
    """Weights, then the optimizer's variables where there is one."""
    slots = model.optimizer.variables if getattr(model, "optimizer", None) else ()
    return model.get_weights() + [np.array(v) for v in slots]
