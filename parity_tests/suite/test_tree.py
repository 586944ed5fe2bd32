"""`keras.tree`: nested structures are visited, packed and compared as in Keras."""

import collections
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402

Pair = collections.namedtuple("Pair", ["a", "b"])
Other = collections.namedtuple("Other", ["a", "b"])

STRUCTURES: dict[str, Any] = {
    "none": None,
    "text": "ab",
    "empty list": [],
    "empty tuple": (),
    "empty dictionary": {},
    "a list of None": [None],
    "lists": [1, (2, [3])],
    "dictionary": {"b": [1], "a": (None, 2)},
    "keys of several types": {2: 1, "a": 0},
    "ordered": collections.OrderedDict(b=1, a=[2]),
    "default": collections.defaultdict(list, {"b": 3, "a": [4]}),
    "deque": collections.deque([1, [2]], maxlen=5),
    "named": Pair([1], 2),
    "named otherwise": Other([1], 2),
    "named, with lists inside": Pair(1, [[2], 3]),
}


def seen(function, *given, **more) -> Any:
    """What comes back with its types, or the class of the error."""
    try:
        return repr(function(*given, **more))
    except (ValueError, TypeError) as error:
        return type(error).__name__


@pytest.mark.parametrize("name", STRUCTURES)
def test_of_one_structure(name):
    structure = STRUCTURES[name]
    count = len(keras.tree.flatten(structure))
    for function in ("is_nested", "flatten", "lists_to_tuples"):
        here, there = (getattr(k.tree, function) for k in (scratch, keras))
        assert seen(here, structure) == seen(there, structure), function
    for given in (range(count), range(count + 1), range(count - 1)):
        here, there = (k.tree.pack_sequence_as for k in (scratch, keras))
        assert seen(here, structure, given) == seen(there, structure, given)
    for none_is_leaf in (True, False):
        here, there = (
            seen(k.tree.map_structure, lambda leaf: [leaf], structure, none_is_leaf=none_is_leaf)
            for k in (scratch, keras)
        )
        assert here == there


@pytest.mark.parametrize("one", STRUCTURES)
@pytest.mark.parametrize("two", [name for name in STRUCTURES if name not in ("none", "text")])
def test_of_two_structures(one, two):
    # What is first must be as deep as what follows: Keras takes a leaf and a list for the same.
    if keras.tree.is_nested(STRUCTURES[one]):
        a, b = STRUCTURES[one], STRUCTURES[two]
        here, there = (seen(k.tree.assert_same_structure, a, b) for k in (scratch, keras))
        assert here == there
        for none_is_leaf in (True, False):
            here, there = (
                seen(k.tree.map_structure, lambda *x: x, a, b, none_is_leaf=none_is_leaf)
                for k in (scratch, keras)
            )
            assert here == there


@pytest.mark.parametrize("pair", [([None, 1], [None, 2]), ([None], [1]), ([1], [None])])
def test_none_beside_a_value(pair):
    def pairs(k):
        return k.tree.map_structure(lambda x, y: (x, y), *pair, none_is_leaf=False)

    same(pairs, scratch, keras)


def test_no_structure():
    same(lambda k: k.tree.map_structure(len), scratch, keras)


@pytest.mark.parametrize("value", [True, False])
def test_check_types_is_deprecated(value):
    for k in (scratch, keras):
        with pytest.warns(DeprecationWarning, match="check_types"):
            k.tree.assert_same_structure([1], [2], check_types=value)


def test_a_model_of_ordered_dictionaries():
    ordered = collections.OrderedDict
    q, p = np.ones((4, 2), "float32"), np.full((4, 3), 2, "float32")

    def seen_of(k):
        x = ordered(q=k.Input((2,), name="q"), p=k.Input((3,), name="p"))
        y = ordered(
            o=k.layers.Dense(1, kernel_initializer="ones")(x["q"]),
            n=k.layers.Dense(2, kernel_initializer="ones")(x["p"]),
        )
        model = k.Model(x, y)
        data, targets = ordered(q=q, p=p), ordered(o=q[:, :1], n=p[:, :2])
        model.compile("sgd", ordered(o="mse", n="mae"), metrics=ordered(o=["mae"], n=["mse"]))
        names = [t.name for t in model.inputs]
        return names, model.predict(data, verbose=0), model.fit(data, targets, verbose=0).history

    same(seen_of, scratch, keras, may_fail=False)
