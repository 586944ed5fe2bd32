# ruff: noqa: E501 - one line a value
"""What the fuzzer draws from. Adding a layer, a loss, a metric or an option is one entry.

Optimizers, initializers and activations need none: they are found in `scratch`, and their options
by the names of their arguments (`OPTIONS`).
"""

import functools
import inspect
from typing import Any

from hypothesis import strategies as st

import scratch
from parity_tests.fuzz.program import Code

Strategy = st.SearchStrategy
EXCLUSIVE = ({"clipnorm", "clipvalue", "global_clipnorm"},)  # Keras refuses two of these


def call(
    path: str, *required: Strategy, few: int = 3, always: tuple[str, ...] = (), **options: Any
) -> Strategy[Code]:
    """The text of a call: `required` and `always` always, at most `few` of the other `options`."""
    names = sorted(options)
    chosen = st.lists(st.sampled_from(names), unique=True, max_size=few) if names else st.just([])

    @st.composite
    def text(draw: Any) -> Code:
        arguments = [repr(draw(strategy)) for strategy in required]
        taken = list(dict.fromkeys([*always, *draw(chosen)]))
        for group in EXCLUSIVE:
            several = [name for name in taken if name in group]
            taken = [name for name in taken if name not in several[1:]]
        arguments += [f"{name}={draw(options[name])!r}" for name in taken]
        return Code(f"keras.{path}({', '.join(arguments)})")

    return text()


def one_of(*values: Any) -> Strategy:
    """One of these, the simplest first."""
    return st.sampled_from(values)


# What is in scratch --------------------------------------------------------------------------------


def classes(module: Any, base: type) -> dict[str, type]:
    """The public classes of a module below `base`, each under its own name."""
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, base) and value is not base
        if name == value.__name__
    }


def arguments(cls: type) -> list[str]:
    """The names of the arguments of a class, those of its bases included."""
    names: list[str] = []
    for base in cls.__mro__:
        if "__init__" not in vars(base) or base is object:
            continue
        parameters = inspect.signature(base.__init__).parameters.values()  # type: ignore[misc]
        names += [p.name for p in parameters if p.kind is not p.VAR_KEYWORD and p.name != "self"]
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            break
    return list(dict.fromkeys(names))


RATES = one_of(0.1, 0.01, 0.5, 0.001, 1.0, 1e-7, 0.0)
# Values of arguments, whichever class they belong to. None: never drawn.
OPTIONS: dict[str, Strategy | None] = {
    # optimizers
    "learning_rate": RATES,
    "momentum": one_of(0.9, 0.5, 0.0, 0.99),
    "nesterov": one_of(True, False),
    "rho": one_of(0.9, 0.5, 0.0, 0.99),
    "centered": one_of(True, False),
    "beta_1": one_of(0.9, 0.5, 0.0, 0.99),
    "beta_2": one_of(0.999, 0.9, 0.5, 0.0),
    "epsilon": one_of(1e-7, 1e-3, 1.0, 1e-12),
    "amsgrad": one_of(True, False),
    "weight_decay": one_of(0.01, 0.1, 0.0, 1.0),
    "clipnorm": one_of(0.1, 1.0, 1e-3, 1e3),
    "clipvalue": one_of(0.1, 1.0, 1e-3, 1e3),
    "global_clipnorm": one_of(0.1, 1.0, 1e-3, 1e3),
    "use_ema": one_of(True, False),
    "ema_momentum": one_of(0.9, 0.5, 0.0, 1.0),
    "ema_overwrite_frequency": one_of(1, 2, 3),
    "loss_scale_factor": one_of(2.0, 1024.0, 0.3),
    "gradient_accumulation_steps": one_of(2, 3),
    # initializers
    "mean": one_of(0.0, 1.0, -0.5),
    "stddev": one_of(0.05, 1.0, 1e-3),
    "minval": one_of(-0.05, -1.0, -3.0),
    "maxval": one_of(0.05, 1.0, 3.0),
    "value": one_of(0.0, 1.0, -0.5, 0.1),
    "gain": one_of(1.0, 2.5, 0.1),
    "scale": one_of(1.0, 2.0, 0.1),
    "mode": one_of("fan_in", "fan_out", "fan_avg"),
    "distribution": one_of("truncated_normal", "untruncated_normal", "uniform"),
    "seed": one_of(0, 1, 12345),
    "input_axes": None,
    "output_axes": None,
    "name": None,
}


def by_name(kind: str, cls: type) -> Strategy[Code]:
    """A call of a class with options known by their names."""
    options = {n: OPTIONS[n] for n in arguments(cls) if OPTIONS.get(n) is not None}
    return call(f"{kind}.{cls.__name__}", **options)  # type: ignore[arg-type]


OPTIMIZERS = {
    name: by_name("optimizers", cls)
    for name, cls in classes(scratch.optimizers, scratch.Optimizer).items()
}
INITIALIZERS = {
    name: by_name("initializers", cls)
    for name, cls in classes(scratch.initializers, scratch.Initializer).items()
}
ACTIVATIONS = [
    n for n in scratch.activations.__all__ if n not in ("deserialize", "get", "serialize")
]

# Regularizers and layers ---------------------------------------------------------------------------

FACTORS = one_of(0.01, 0.1, 1.0, 0.0)
REGULARIZERS = {
    "L1": call("regularizers.L1", FACTORS),
    "L2": call("regularizers.L2", FACTORS),
    "L1L2": call("regularizers.L1L2", FACTORS, FACTORS),
    "names": one_of("l1", "l2", "l1l2"),
}

activations = st.sampled_from(ACTIVATIONS)
initializers = st.one_of(*INITIALIZERS.values())
regularizers = st.one_of(*REGULARIZERS.values())


@functools.cache
def dense(least: int, most: int) -> Strategy[Code]:
    """A Dense layer of so many units; the last one of every model has as many as there are labels."""
    return call(
        "layers.Dense",
        st.integers(least, most),
        activation=activations,
        use_bias=one_of(True, False),
        kernel_initializer=initializers,
        bias_initializer=st.one_of(*(s for n, s in INITIALIZERS.items() if n not in MATRICES)),
        kernel_regularizer=regularizers,
        bias_regularizer=regularizers,
        activity_regularizer=regularizers,
        trainable=one_of(True, True, False),
        few=4,
    )


MATRICES = ("Identity", "Orthogonal")  # of a bias, Keras refuses them
# Hidden layers that take a batch of rank 2 or more and keep or flatten its shape.
LAYERS: dict[str, Strategy[Code]] = {
    "Dense": dense(1, 6),
    "Activation": call("layers.Activation", activations),
    "Dropout": call("layers.Dropout", one_of(0.5, 0.2, 0.0, 0.9), seed=one_of(0, 7)),
    "Flatten": call("layers.Flatten", data_format=one_of("channels_last", "channels_first")),
}
LAST = ("Activation", "Dropout")  # may follow the Dense layer that makes the output
RANDOM = ("Dropout",)  # draw while training, differently on every backend

# What else `fit` is given, and what is done after it.
CALLBACKS = {
    "EarlyStopping": call(
        "callbacks.EarlyStopping",
        one_of("loss", "val_loss"),
        patience=one_of(0, 1),
        min_delta=one_of(0.0, 0.1, 10.0),
        baseline=one_of(0.5),
        restore_best_weights=one_of(True),
        start_from_epoch=one_of(1),
    ),
    "TerminateOnNaN": call("callbacks.TerminateOnNaN"),
}
AFTER = (
    Code("log['evaluate'] = model.evaluate(x, y, batch_size=4, verbose=0)"),
    Code("log['predict'] = model.predict(x, batch_size=4, verbose=0)"),
    Code("log['test batch'] = model.test_on_batch(x, y)"),
    Code("log['batch'] = model.train_on_batch(x, y)"),
    Code("model.optimizer.learning_rate = 0.05"),
    Code("log['more'] = model.fit(x, y, batch_size=4, shuffle=False, verbose=0).history['loss']"),
)

# Losses and metrics, by the kind of labels that they take ------------------------------------------

REDUCED = ("sum_over_batch_size", "sum", "mean_with_sample_weight", "mean")
SMOOTH = one_of(0.0, 0.1, 1.0)
LOGITS = one_of(True, False)
Entry = tuple[tuple[str, ...], dict[str, Strategy]]  # labels, options
LOSSES: dict[str, Entry] = {
    "MeanSquaredError": (("numbers", "binary", "onehot"), {}),
    "BinaryCrossentropy": (("binary", "onehot", "soft"), {"from_logits": LOGITS, "label_smoothing": SMOOTH}),
    "CategoricalCrossentropy": (("onehot", "soft"), {"from_logits": LOGITS, "label_smoothing": SMOOTH}),
    "SparseCategoricalCrossentropy": (("classes",), {"from_logits": LOGITS}),
    "Hinge": (("binary", "signs", "numbers", "onehot"), {}),
}  # fmt: skip
METRICS: dict[str, Entry] = {
    "Accuracy": (("numbers", "binary", "onehot"), {}),
    "BinaryAccuracy": (("binary", "onehot", "numbers", "signs"), {"threshold": one_of(0.5, 0.0, 0.3)}),
    "BinaryCrossentropy": (("binary", "onehot"), {"from_logits": LOGITS, "label_smoothing": SMOOTH}),
    "CategoricalAccuracy": (("onehot", "soft", "numbers"), {}),
    "CategoricalCrossentropy": (("onehot", "soft"), {"from_logits": LOGITS, "label_smoothing": SMOOTH}),
    "Hinge": (("binary", "signs", "onehot"), {}),
    "MeanSquaredError": (("numbers", "binary", "onehot", "soft"), {}),
    "SparseCategoricalAccuracy": (("classes",), {}),
    "SparseCategoricalCrossentropy": (("classes",), {"from_logits": LOGITS}),
}  # fmt: skip
LABELS = ("classes", "onehot", "numbers", "binary", "signs", "soft")


@functools.cache
def losses(labels: str, portable: bool = False) -> Strategy:
    """Losses that take such labels, as objects and by name."""
    reduction = one_of(*REDUCED, *(() if portable else ("none", None)))
    return st.one_of(*_entries("losses", LOSSES, {"reduction": reduction}, labels, portable))


@functools.cache
def metrics(labels: str, portable: bool = False) -> Strategy:
    """Metrics that take such labels, as objects and by name."""
    return st.one_of(st.just("accuracy"), *_entries("metrics", METRICS, {}, labels, portable))


def _entries(
    kind: str, table: dict[str, Entry], more: dict[str, Any], labels: str, portable: bool
) -> list[Strategy]:
    """`portable`: cross-entropies of logits only; of probabilities, each backend has its own."""
    named = {n: {**options, **more} for n, (kinds, options) in table.items() if labels in kinds}
    logits = [n for n, options in named.items() if portable and "from_logits" in options]
    objects = [
        call(f"{kind}.{n}", **options)
        if n not in logits
        else call(f"{kind}.{n}", **options | {"from_logits": one_of(True)}, always=("from_logits",))
        for n, options in named.items()
    ]
    plain = [snake(n) for n in named if n not in logits]
    return [st.sampled_from(plain), *objects] if plain else objects


def snake(name: str) -> str:
    """`MeanSquaredError` -> `mean_squared_error`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).strip("_")
