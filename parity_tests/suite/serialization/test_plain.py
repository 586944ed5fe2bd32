"""Plain values taken apart and put together: each comes back as it was, of the same type."""

import json

import numpy as np
import pytest

from scratch.serialization.plain import decoded, encoded, fingerprint

# What is kept as arrays, to the last bit, and what as text.
AS_ARRAYS = {
    "a long text": "a" * 1001,
    "a long text in other letters": "\u5e83\U0001f600\ud800" * 400,
    "many fractions": [0.1 * i for i in range(17)],
    "many whole numbers": list(range(17)),
    "many whole numbers, the least and the greatest": [-(2**63), 2**63 - 1, *range(20)],
    "an array": np.arange(6, dtype="int8").reshape(2, 3),
    "an array of nothing": np.zeros((0, 3), "float32"),
    "truth values": np.array([True, False]),
    "a number of NumPy": np.float32(0.1),
    "another": np.int64(-(2**63)),
}
AS_TEXT = {
    "nothing": None, "truth": True, "a number": 3, "a great number": 2**100, "a fraction": 0.1,
    "infinity": float("inf"), "a text": "a" * 1000, "few numbers": list(range(16)),
    "many numbers, one too great": [2**63, *range(20)],
    "many numbers, all too great": [2**63] * 20,
    "many numbers, one too small": [-(2**63) - 1, *range(20)],
    "many numbers of both kinds": [0.5, *range(20)], "many truth values": [True] * 20,
    "a tuple": (1, (2, "x"), ()), "a set": {1, "x", (2, 3)}, "an empty list": [],
    "a dictionary": {"a": [1, {2: None}], (3, 4): {5}, 6: "six"},
}  # fmt: skip


def alike(a, b):
    """Whether two values are the same, with their types, all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(map(alike, a.values(), b.values()))
    return bool(a == b)


@pytest.mark.parametrize("name", [*AS_ARRAYS, *AS_TEXT])
def test_there_and_back(name):
    value = {**AS_ARRAYS, **AS_TEXT}[name]
    for given in (value, {"inside": [value, (value,)]}):
        tree, arrays = encoded(given)
        assert bool(arrays) == (name in AS_ARRAYS)
        assert alike(decoded(json.loads(json.dumps(tree)), arrays), given)


def test_what_was_kept_is_a_copy():
    array = np.zeros(3)
    tree, arrays = encoded(array)
    array += 1
    assert decoded(tree, arrays).sum() == 0


@pytest.mark.parametrize(
    "value", [object(), [object()], {"a": print}, np.array(["x"]), np.array([None]), 1j, b"x"]
)
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(TypeError, match="not plain"):
        encoded(value)
    assert fingerprint(value) is None


def test_what_is_nested_too_deep_is_refused():
    value: object = 1
    for _ in range(20):
        value = [value]
    assert decoded(*encoded(value)) == value
    with pytest.raises(TypeError, match="deeper than 20"):
        encoded([value])


@pytest.mark.parametrize(
    "tree",
    [
        {"array": 1}, {"array": -1}, {"array": True}, {"array": "0"}, {"scalar": 0},
        {"text": 0}, {"tuple": 1}, {"set": [[1]]}, {"dict": [[1]]}, {"dict": [[[1], 2]]},
        {"dict": 1}, {"other": []}, {"tuple": [], "set": []}, {},
    ],
)  # fmt: skip
def test_what_was_never_taken_apart_is_not_understood(tree):
    with pytest.raises(ValueError, match="not understood|there is no array"):
        decoded(tree, [np.zeros((2, 2))])


def test_a_digest_differs_when_a_value_does():
    values = [*AS_ARRAYS.values(), *AS_TEXT.values(), np.arange(6, dtype="int8"), [0.5] * 17]
    assert len({fingerprint(value) for value in values}) == len(values)
    assert fingerprint({"a": [1.5] * 20}) == fingerprint({"a": [1.5] * 20})
