# ruff: noqa: E501 - one line a value
"""How to draw a layer of every class, and a batch for it; as `drawing`, which holds these too.

A sample has `x`, a batch or a list of them, and `given`, what the layer is called with.
"""

from typing import Any

from hypothesis import strategies as st

from parity_tests.commands.fuzz import tables
from parity_tests.commands.fuzz.program import Code
from parity_tests.commands.fuzz.tables.calls import call, one_of
from parity_tests.commands.fuzz.tables.layers import COUNTED, LOOKED_UP, dense
from parity_tests.invariants import drawing_images
from parity_tests.invariants.sample import Sample

SHAPES = {2: (5,), 3: (4, 3), 4: (4, 4, 3), 5: (3, 3, 4, 2)}
NUMBERS = ("draw.integers(-8, 9, {}) / 8", "np.round(draw.normal(size={}), 1)")
WHOLE = ("draw.integers(0, 4, {})",)
PRECISIONS = one_of("float64", "float32")
ROWS = one_of(2, 3, 1, 4)  # of a single row, many a question compares nothing
# What the fuzzer draws for the first place of a model stands here by itself.
ALONE: dict[str, tuple[tuple[int, ...], Any]] = {
    "Discretization": ((2, 3), call("layers.Discretization", one_of([-0.5, 0.0, 0.5], [0.0]))),
    "Embedding": ((2, 3), LOOKED_UP),
    "CategoryEncoding": ((2,), COUNTED),
    "TimeDistributed": ((3, 4), dense(1, 4).map(lambda layer: Code(f"keras.layers.TimeDistributed({layer})"))),
    **{
        f"Cropping{rank}D": ((rank + 2,), call(f"layers.Cropping{rank}D", one_of(*(ends if rank == 1 else (ends,) * rank for ends in ((0, 1), (1, 1), (1, 0))))))
        for rank in (1, 2, 3)
    },
    **{
        f"Adaptive{kind}Pooling{rank}D": ((rank + 2,), call(f"layers.Adaptive{kind}Pooling{rank}D", one_of(2, 3)))
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    },
}  # fmt: skip
# These take no ordinary numbers.
WHOLE_NUMBERS = ("Embedding", "CategoryEncoding")


@st.composite
def _of_batch(draw: Any, name: str, ranks: tuple[int, ...], made: Any) -> Sample:
    n, shape = draw(ROWS), SHAPES[draw(st.sampled_from(ranks))]
    numbers = draw(st.sampled_from(WHOLE if name in WHOLE_NUMBERS else NUMBERS))
    lines = (f"x = {numbers.format((n, *shape))}", "given = [x]")
    return Sample(draw(made), tuple(map(Code, lines)), draw(PRECISIONS))


@st.composite
def _of_several(draw: Any, several: tuple[int, ...], made: Any) -> Sample:
    n, number = draw(ROWS), draw(st.sampled_from(several))
    one = draw(st.sampled_from(NUMBERS)).format((n, 4, 3))
    lines = (f"x = [{one} for _ in range({number})]", "given = [x]")
    return Sample(draw(made), tuple(map(Code, lines)), draw(PRECISIONS))


LAYERS: dict[str, Any] = {
    **{name: _of_batch(name, (2, 3, 4), made) for name, made in tables.LAYERS.items()},
    **{name: _of_batch(name, *entry) for name, entry in {**tables.OF_RANK, **ALONE}.items()},
    **{name: _of_several(*entry) for name, entry in tables.MERGES.items()},
    **drawing_images.LAYERS,
}
IMAGES = tuple(drawing_images.LAYERS)
MERGES = tuple(tables.MERGES)
