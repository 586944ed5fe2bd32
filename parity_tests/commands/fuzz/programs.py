# ruff: noqa: E501 - one line a value
"""How table entries become a program: shapes that fit, labels that the loss takes, a few steps.

Everything is small, because small programs fail as large ones do: up to 9 rows, 6 units, 6 steps.
"""

import math
from typing import Any

from hypothesis import strategies as st

from parity_tests.commands.fuzz import tables
from parity_tests.commands.fuzz.program import Code, Program

STEPS = 6  # a run is cut here: beyond it, nothing new happens and chaos begins
# What x holds: the ordinary, then the edges. The shape is filled in.
INPUTS = (
    "draw.normal(size={})",
    "draw.uniform(-1, 1, {})",
    "draw.integers(-2, 3, {})",
    "draw.integers(0, 256, {}).astype('uint8')",
    "np.round(draw.normal(size={}))",
    "40 * draw.normal(size={})",
    "1e-20 * draw.normal(size={})",
    "1e6 * draw.normal(size={})",
    "np.zeros({})",
    "np.ones({}, 'float32')",
)
# Made to x afterwards.
EDGES = ("x[0] = 0", "x[-1] = x[0]", "x[:, 0] = 1", "x[..., -1] = 0", "x[0] = 100")
LABELS = {
    "classes": (
        "draw.integers(0, {k}, {n})",
        "draw.integers(0, {k}, ({n}, 1))",
        "np.zeros({n}, 'int32')",
        "draw.integers(0, {k}, {n}).astype('float32')",
    ),
    "onehot": ("np.eye({k})[draw.integers(0, {k}, {n})]", "np.eye({k}, dtype='int32')[draw.integers(0, {k}, {n})]"),
    "numbers": ("draw.normal(size=({n}, {k}))", "np.zeros(({n}, {k}))", "1e6 * draw.normal(size=({n}, {k}))", "draw.normal(size={n})"),
    "binary": ("draw.integers(0, 2, ({n}, {k})) == 1", "draw.integers(0, 2, {n})", "draw.integers(0, 2, ({n}, {k}))", "draw.integers(0, 2, ({n}, {k})).astype('float32')"),
    "signs": ("2.0 * draw.integers(0, 2, ({n}, {k})) - 1",),
    "soft": ("draw.dirichlet(np.ones({k}), {n})", "draw.uniform(0, 1, ({n}, {k}))"),
}  # fmt: skip
WEIGHTS = (
    "draw.uniform(0, 2, {n})",
    "np.ones({n})",
    "draw.integers(0, 2, {n})",
    "np.zeros({n})",
    "np.eye({n})[0] * 3",
    "1e3 * draw.normal(size={n})",
    "draw.uniform(0, 2, ({n}, 1))",
)
VALIDATIONS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"validation_batch_size": 2},
    {"validation_batch_size": 1, "validation_steps": 1},
    {"validation_freq": 2},
)


@st.composite
def programs(draw: Any, portable: bool = False) -> Program:
    """A program.

    Args:
        draw: Hypothesis's.
        portable: without random numbers of the library, for backends whose streams are others.
    """
    rows = draw(st.integers(1, 9))
    labels = draw(st.sampled_from(tables.LABELS))
    k = draw(st.integers(2 if labels in ("classes", "onehot", "soft") else 1, 4))
    shape = draw(st.sampled_from([(3,), (1,), (5,), (2, 2), (2, 1, 3), (1, 2, 1, 2)]))
    weighted = draw(st.sampled_from([False, False, True]))
    data = _data(draw, rows, k, shape, labels, weighted)
    compile_options = _compile(draw, labels, weighted, portable)
    fit = _fit(draw, rows, k, labels, weighted, portable)
    precision = draw(st.sampled_from(["float64", "float64", "float64", "float32"]))
    layers = _layers(draw, shape, k, portable)
    if any(name in repr((compile_options, layers)) for name in tables.FLOAT32):
        precision = "float32"
    return Program(
        precision=precision,
        layers=layers,
        data=data,
        compile=compile_options,
        fit=fit,
        callbacks=tuple(draw(_seldom(st.one_of(*tables.CALLBACKS.values())))),
        after=tuple(draw(_seldom(st.sampled_from(tables.AFTER), most=3))),
        seed=draw(st.integers(0, 3)),
        data_seed=draw(st.integers(0, 1000)),
        own_weights=portable,
        gradients=draw(st.sampled_from([False] * 5 + [True])),
    )


def _seldom(strategy: Any, most: int = 1) -> Any:
    """Mostly nothing."""
    return st.one_of(st.just([]), st.just([]), st.lists(strategy, max_size=most, unique=True))


def _layers(draw: Any, shape: tuple[int, ...], k: int, portable: bool) -> tuple[Code, ...]:
    layers = {n: s for n, s in tables.LAYERS.items() if not (portable and n in tables.RANDOM)}
    hidden = draw(st.lists(st.one_of(*layers.values()), max_size=3))
    head = [f"keras.Input({shape})"]
    # `fit` builds what comes without; but no Normalization (finding normalization_without_input).
    given = any("Normalization(axis=None" in layer for layer in hidden)
    if draw(st.sampled_from([0, 0, 0, 1])) and not portable and not given:
        head = []
    first = draw(st.sampled_from(["", "", "", "branches", "of rank"]))
    if first == "branches":
        head.append(draw(tables.branches(shape)))
    elif first == "of rank":
        fitting = [
            strategy
            for name, (ranks, strategy) in tables.OF_RANK.items()
            if len(shape) + 1 in ranks and not (portable and name in tables.RANDOM_OF_RANK)
        ]
        head.append(draw(st.one_of(*fitting)) if fitting else "keras.layers.Identity()")
    flat = [] if len(shape) == 1 and not first else ["keras.layers.Flatten()"]
    last = draw(tables.dense(k, k))
    after = [layers[name] for name in tables.LAST if name in layers]
    end = draw(st.lists(st.one_of(*after), max_size=2))
    return tuple(map(Code, [*head, *hidden, *flat, last, *end]))


def _data(draw: Any, n: int, k: int, shape: tuple, labels: str, weighted: bool) -> tuple[Code, ...]:
    lines = [f"x = {draw(st.sampled_from(INPUTS)).format((n, *shape))}"]
    lines += draw(st.lists(st.sampled_from(EDGES), unique=True, max_size=2))
    lines.append(f"y = {draw(st.sampled_from(LABELS[labels])).format(n=n, k=k)}")
    if weighted:
        lines.append(f"w = {draw(st.sampled_from(WEIGHTS)).format(n=n)}")
    return tuple(map(Code, lines))


def _compile(draw: Any, labels: str, weighted: bool, portable: bool) -> dict[str, Any]:
    optimizers = st.one_of(*tables.OPTIMIZERS.values())
    options = {"loss": draw(tables.losses(labels, portable)), "optimizer": draw(optimizers)}
    metrics = st.lists(tables.metrics(labels, portable), max_size=2)
    if found := draw(metrics):
        options["metrics"] = found
    if found := draw(metrics) if weighted else []:
        options["weighted_metrics"] = found
    if draw(st.sampled_from([0, 0, 0, 0, 1])):
        options["loss_weights"] = draw(st.sampled_from([2.0, 0.3, 0.0]))
    # Without a graph to trace, a small program takes half the time. A compiled schedule rounds in a
    # way of its own (quirk K22).
    if draw(st.sampled_from([1, 1, 1, 1, 0])) or "schedules." in options["optimizer"]:
        options["run_eagerly"] = True
    return options


def _fit(draw: Any, n: int, k: int, labels: str, weighted: bool, portable: bool) -> dict[str, Any]:
    size = draw(st.integers(1, n + 1))
    per_epoch = math.ceil(n / size)
    fit: dict[str, Any] = {"batch_size": size}
    fit["epochs"] = draw(st.integers(1, max(1, min(3, STEPS // per_epoch))))
    shuffles = [False] if portable else [True, False, "batch"]
    if not (shuffle := draw(st.sampled_from(shuffles))) or shuffle == "batch":
        fit["shuffle"] = shuffle
    if weighted:
        fit["sample_weight"] = Code("w")
    elif labels in ("classes", "onehot") and draw(st.sampled_from([0, 0, 1])):
        factors = st.sampled_from([1.0, 0.5, 2.0, 0.0])
        fit["class_weight"] = {c: draw(factors) for c in range(k)}
    kind = draw(st.sampled_from(["", "", "", "data", "split", "weights"]))
    if kind == "data" or (kind == "weights" and not weighted):
        fit["validation_data"] = Code("(x[:2], y[:2])")
    elif kind == "weights":
        fit["validation_data"] = Code("(x, y, w)")
    elif kind == "split" and n > 3:
        fit["validation_split"] = draw(st.sampled_from([0.3, 0.5]))
    if kind and n > 3:
        fit |= draw(st.sampled_from(VALIDATIONS))
    if fit["epochs"] > 1 and draw(st.sampled_from([0, 0, 0, 1])):
        fit["initial_epoch"] = 1
    if not kind and per_epoch > 1 and draw(st.sampled_from([0, 0, 0, 1])):
        fit["steps_per_epoch"] = draw(st.integers(1, per_epoch))
    return fit
