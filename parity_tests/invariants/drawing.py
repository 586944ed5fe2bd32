# ruff: noqa: E501 - one line a value
"""How to draw an object of every public class, and data for it. The one place that says so.

The calls, with uncommon arguments too, are those of the fuzzer's tables; here they get what they
are called with. Numbers are multiples of 1/8 or roundings of ordinary ones, so that there are ties.

FAMILIES    from a namespace to its classes, each with the strategy that draws its samples
USES        what each family's objects do at least: what is refused there is not asked
"""

from typing import Any

from hypothesis import strategies as st

from parity_tests.commands.fuzz import tables
from parity_tests.commands.fuzz.program import Code
from parity_tests.commands.fuzz.tables.calls import call, one_of, some
from parity_tests.invariants import drawing_layers, drawing_models
from parity_tests.invariants.sample import Sample

PRECISIONS = one_of("float64", "float32")
ROWS = one_of(2, 3, 1, 4, 5)  # of a single row, many a question compares nothing

# Losses and metrics --------------------------------------------------------------------------------

LABELS = {
    "classes": ("draw.integers(0, {k}, {n})", "np.zeros({n}, 'int64')"),
    "onehot": ("np.eye({k})[draw.integers(0, {k}, {n})]",),
    "numbers": ("draw.integers(-8, 9, ({n}, {k})) / 8", "np.round(draw.normal(size=({n}, {k})), 1)"),
    "binary": ("1.0 * draw.integers(0, 2, ({n}, {k}))", "np.ones(({n}, {k}))"),
    "signs": ("2.0 * draw.integers(0, 2, ({n}, {k})) - 1",),
    "soft": ("draw.dirichlet(np.ones({k}), {n})",),
}  # fmt: skip
_SHARES = (
    "draw.dirichlet(np.ones({k}), {n})",
    "draw.integers(0, 9, ({n}, {k})) / 8",
    "np.eye({k})[draw.integers(0, {k}, {n})]",
)
_NUMBERS = ("draw.integers(-8, 9, ({n}, {k})) / 8", "np.round(draw.normal(size=({n}, {k})), 1)")
PREDICTIONS = {kind: _NUMBERS if kind in ("numbers", "signs") else _SHARES for kind in LABELS}
WEIGHTS = ("draw.integers(1, 9, {n}) / 4", "draw.integers(0, 3, {n}) / 2")


@st.composite
def _of_labels(draw: Any, kind: str, name: str, entry: Any, **more: Any) -> Sample:
    """A loss or a metric with labels `y`, predictions `p` and weights `w`."""
    labels, options, *required = entry
    n, k = draw(ROWS), draw(st.integers(2, 4))
    made = draw(some(f"{kind}.{name}", dict(*required), **options, **more))
    label = draw(st.sampled_from(labels))
    lines = [
        f"y = {draw(st.sampled_from(LABELS[label]))}",
        f"p = {draw(st.sampled_from(PREDICTIONS[label]))}",
        f"w = {draw(st.sampled_from(WEIGHTS))}",
    ]
    data = tuple(Code(line.format(n=n, k=k)) for line in lines)
    return Sample(made, data, draw(PRECISIONS))


@st.composite
def _of_regions(draw: Any, entry: Any) -> Sample:
    """A BinaryIoU: its labels are single numbers, as are its weights."""
    n, (_, options) = draw(ROWS), entry
    made = draw(call("metrics.BinaryIoU", **options))
    lines = (
        f"y = draw.integers(0, 2, {n})",
        f"p = draw.integers(0, 9, {n}) / 8",
        f"w = {draw(st.sampled_from(WEIGHTS))}",
    )
    return Sample(made, tuple(Code(line.format(n=n)) for line in lines), draw(PRECISIONS))


@st.composite
def _of_values(draw: Any, name: str) -> Sample:
    """A mean or a sum, which takes values alone."""
    n = draw(ROWS)
    made = draw(call(f"metrics.{name}", name=one_of("other")))
    lines = (f"y = {draw(st.sampled_from(_NUMBERS))}", f"w = {draw(st.sampled_from(WEIGHTS))}")
    data = tuple(Code(line.format(n=n, k=2)) for line in lines)
    return Sample(made, data, draw(PRECISIONS))


_REDUCTIONS = one_of("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)
LOSSES = {
    name: _of_labels("losses", name, entry, reduction=_REDUCTIONS)
    for name, entry in tables.LOSSES.items()
}
METRICS = {
    **{name: _of_labels("metrics", name, entry) for name, entry in tables.METRICS.items()},
    "BinaryIoU": _of_regions(tables.METRICS["BinaryIoU"]),
    "Mean": _of_values("Mean"),
    "Sum": _of_values("Sum"),
}

# What draws, limits and penalizes weights ----------------------------------------------------------

SHAPES = st.sampled_from([(4, 3), (3,), (2, 5), (2, 2, 3, 4), (1, 1), (30, 40)])


@st.composite
def _of_shape(draw: Any, made: Any) -> Sample:
    """An initializer and a shape."""
    return Sample(draw(made), (Code(f"shape = {draw(SHAPES)}"),), draw(PRECISIONS))


@st.composite
def _of_weights(draw: Any, made: Any) -> Sample:
    """A regularizer or a constraint, and a matrix of weights."""
    n, k = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    values = draw(st.sampled_from(_NUMBERS)).format(n=n, k=k)
    zero = draw(st.sampled_from(["", "w[:, 0] = 0"]))
    return Sample(
        draw(made), tuple(map(Code, filter(None, [f"w = {values}", zero]))), draw(PRECISIONS)
    )


INITIALIZERS = {name: _of_shape(made) for name, made in tables.INITIALIZERS.items()}
REGULARIZERS = {
    name: _of_weights(made) for name, made in tables.REGULARIZERS.items() if name != "names"
}
CONSTRAINTS = {name: _of_weights(made) for name, made in tables.CONSTRAINTS.items()}

# Optimizers and schedules --------------------------------------------------------------------------


@st.composite
def _of_steps(draw: Any, made: Any) -> Sample:
    """A schedule and steps to ask it at."""
    steps = draw(st.lists(st.integers(0, 12), min_size=1, max_size=3))
    return Sample(draw(made), (Code(f"steps = {steps}"),), draw(PRECISIONS))


@st.composite
def _of_gradients(draw: Any, made: Any) -> Sample:
    """An optimizer, the starts of two variables and the gradients of some steps."""
    count = draw(st.integers(1, 4))
    data = (
        "start = [draw.integers(-8, 9, (3, 2)) / 8, draw.integers(-8, 9, 2) / 8]",
        f"gradients = [[draw.integers(-8, 9, w.shape) / 8 for w in start] for _ in range({count})]",
    )
    return Sample(draw(made), tuple(map(Code, data)), draw(PRECISIONS))


SCHEDULES = {name: _of_steps(made) for name, made in tables.SCHEDULES.items()}
OPTIMIZERS = {name: _of_gradients(made) for name, made in tables.OPTIMIZERS.items()}

# Callbacks -----------------------------------------------------------------------------------------

_AVERAGING = "keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)"
CALLBACKS = {
    **tables.CALLBACKS,
    "BackupAndRestore": call("callbacks.BackupAndRestore", one_of("backup"), save_freq=one_of("epoch", 1), delete_checkpoint=one_of(True, False)),
    "CSVLogger": call("callbacks.CSVLogger", one_of("log.csv"), separator=one_of(";"), append=one_of(True)),
    "History": call("callbacks.History"),
    "LambdaCallback": one_of(Code("keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))")),
    "ModelCheckpoint": call("callbacks.ModelCheckpoint", one_of("best.weights.h5", "{epoch}.weights.h5"), save_weights_only=one_of(True), always=("save_weights_only",), monitor=one_of("loss", "val_loss"), save_best_only=one_of(True), save_freq=one_of("epoch", 2), initial_value_threshold=one_of(0.5)),
    "SwapEMAWeights": call("callbacks.SwapEMAWeights", swap_on_epoch=one_of(True, False)),
}  # fmt: skip


@st.composite
def _of_training(draw: Any, name: str, made: Any) -> Sample:
    """A callback, data, and a function that trains a new model with callbacks."""
    n = draw(st.integers(2, 5))
    optimizer = _AVERAGING if name == "SwapEMAWeights" else "keras.optimizers.SGD(0.1)"
    data = (
        "seen = []",
        f"x = draw.integers(-8, 9, ({n}, 3)) / 8",
        f"y = draw.integers(-8, 9, ({n}, 1)) / 8",
        f"epochs = {draw(st.integers(1, 5))}",
        f"optimizer = lambda: {optimizer}",
    )
    return Sample(draw(made), tuple(map(Code, data)), draw(PRECISIONS))


# All -----------------------------------------------------------------------------------------------

FAMILIES: dict[str, dict[str, Any]] = {
    "losses": LOSSES,
    "metrics": METRICS,
    "regularizers": REGULARIZERS,
    "constraints": CONSTRAINTS,
    "initializers": INITIALIZERS,
    "optimizers.schedules": SCHEDULES,
    "optimizers": OPTIMIZERS,
    "layers": drawing_layers.LAYERS,
    "callbacks": {name: _of_training(name, made) for name, made in CALLBACKS.items()},
    "models": drawing_models.MODELS,
    "utils": drawing_models.UTILS,
}


def _apply(s: Any) -> Any:
    variables = [s.keras.Variable(w, name=f"v{i}") for i, w in enumerate(s.start)]
    s.make().apply(
        [
            s.keras.ops.convert_to_tensor(g, v.dtype)
            for g, v in zip(s.gradients[0], variables, strict=True)
        ],
        variables,
    )


USES: dict[str, Any] = {
    "losses": lambda s: s.make()(s.y, s.p),
    "metrics": lambda s: s.make()(*((s.y, s.p) if hasattr(s, "p") else (s.y,))),
    "regularizers": lambda s: s.make()(s.keras.ops.convert_to_tensor(s.w, s.precision)),
    "constraints": lambda s: s.make()(s.keras.ops.convert_to_tensor(s.w, s.precision)),
    "initializers": lambda s: s.make()(s.shape, dtype=s.precision),
    "optimizers.schedules": lambda s: s.make()(s.steps[0]),
    "optimizers": _apply,
    "layers": lambda s: s.make()(*s.given),
    "callbacks": lambda s: s.make(),
    "models": lambda s: s.make().train_on_batch(s.x, s.y),
    "utils": lambda s: s.make(),
}
