"""Invariants of `utils`: what is put in comes out again."""

from typing import Any

import numpy as np

from parity_tests.invariants.invariant import invariant


@invariant("utils", exact=True, only=("to_categorical",))
def numbers_again(s: Any) -> Any:
    """The place of the 1 in a row is the number of its class, and it is the only one."""
    rows = s.make()(s.y)
    return [s.y, np.ones(len(s.y))], [np.argmax(rows, -1), rows.sum(-1)]


@invariant("utils", only=("normalize",))
def once_is_enough(s: Any) -> Any:
    """What was normalized has length 1, and stays as it is."""
    once = s.make()(s.x)
    return [np.ones(len(s.x)), once], [np.linalg.norm(once, axis=-1), s.make()(once)]


@invariant(
    "utils", exact=True, only=("pack_x_y_sample_weight",), also=("utils.unpack_x_y_sample_weight",)
)
def unpacked(s: Any) -> Any:
    """What was packed is unpacked."""
    unpack = s.keras.utils.unpack_x_y_sample_weight
    found = [unpack(s.make()(*parts)) for parts in ((s.x,), (s.x, s.y), (s.x, s.y, s.y))]
    return [[s.x, None, None], [s.x, s.y, None], [s.x, s.y, s.y]], [list(f) for f in found]


@invariant("utils", exact=True, only=("pad_sequences",))
def padding_taken_away(s: Any) -> Any:
    """Without the zeros that were put there, the sequences are as they were."""
    both = [s.make()(s.lists, padding=where) for where in ("pre", "post")]
    return [s.lists] * 2, [[[v for v in row if v] for row in padded.tolist()] for padded in both]


@invariant("utils", exact=True, only=("array_to_img",), also=("utils.img_to_array",))
def an_image_and_back(s: Any) -> Any:
    """Whole pixels come back from an image."""
    image = s.make()(s.pixels, scale=False)
    return s.pixels, s.keras.utils.img_to_array(image)


@invariant("utils", exact=True, only=("split_dataset",))
def parts_are_the_whole(s: Any) -> Any:
    """The two parts of a data set are the data set."""
    parts = s.make()(s.x, left_size=0.5)
    return s.x, np.array([np.array(row) for part in parts for row in part])


@invariant("utils", exact=True, only=("set_random_seed",))
def the_same_numbers(s: Any) -> Any:
    """After the same seed come the same numbers, NumPy's too."""
    found = []
    for _ in range(2):
        s.make()(int(s.y[0]))
        draws = s.keras.random.normal((3,)), s.keras.layers.Dense(2)(s.x), np.random.rand(2)
        found.append(list(draws))
    return tuple(found)


@invariant(
    "utils", exact=True, only=("serialize_keras_object",), also=("utils.deserialize_keras_object",)
)
def an_object_again(s: Any) -> Any:
    """Plain things come back as they are, nested as they are."""
    thing = {"a": [1, 2.5, None, "text", True], "b": {"c": s.x}}
    return thing, s.keras.utils.deserialize_keras_object(s.make()(thing))


@invariant(
    "utils", exact=True, only=("get_registered_name",),
    also=("utils.get_registered_object", "utils.register_keras_serializable",
          "utils.custom_object_scope", "utils.CustomObjectScope", "utils.get_custom_objects"),
)  # fmt: skip
def found_by_its_name(s: Any) -> Any:
    """A class is found by the name that it was registered by, within a scope too."""
    utils = s.keras.utils
    mine = utils.register_keras_serializable("mine")(type("Mine", (s.keras.layers.Layer,), {}))
    other = type("Other", (s.keras.layers.Layer,), {})
    with utils.CustomObjectScope({"Other": other}):
        inside = utils.get_registered_object("Other")
    name = s.make()(mine)
    found = [utils.get_registered_object(name) is mine, inside is other]
    return [True, True, None], [*found, utils.get_registered_object("Other")]


@invariant("utils", exact=True, only=("timeseries_dataset_from_array",))
def windows_are_pieces(s: Any) -> Any:
    """The windows of a series are its pieces, in order."""
    batches = list(s.make()(s.x, None, sequence_length=2))
    found = np.concatenate([np.array(batch) for batch in batches])
    return np.stack([s.x[i : i + 2] for i in range(len(s.x) - 1)]), found
