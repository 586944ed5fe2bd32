"""Where weights and layers may be born, and what becomes of them when the structure changes."""

import copy
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import outcome, same  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")
X = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
Y = X[:, :1]


def keeper(k: Any, value: Any) -> Any:
    """A layer that keeps something."""

    class Keeper(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.kept = value

        def call(self, x):
            return x

    return Keeper()


def with_attribute(k: Any, value: Any) -> Any:
    """The same, after it has been called."""
    layer = keeper(k, value)
    layer(X)
    return layer


LATE = {
    "a layer as an attribute": lambda k, layer: setattr(layer, "d", k.layers.Dense(2)),
    "a variable as an attribute": lambda k, layer: setattr(layer, "v", k.Variable(1.0)),
    "a layer in a list": lambda k, layer: setattr(layer, "l", [k.layers.Dense(2)]),
    "a layer deep inside": lambda k, layer: setattr(layer, "l", {"a": [(k.layers.Dense(2),)]}),
    "a weight": lambda k, layer: layer.add_weight(shape=(2,), name="w"),
    "a metric": lambda k, layer: setattr(layer, "m", k.metrics.Mean()),
    "a random generator": lambda k, layer: setattr(layer, "g", k.random.SeedGenerator(1)),
    "nothing of the kind": lambda k, layer: setattr(layer, "n", [1, {"a": 2}]),
}


@pytest.mark.parametrize("what", LATE)
def test_after_build(what):
    def late(k: Any) -> Any:
        layer = with_attribute(k, None)
        LATE[what](k, layer)
        return len(layer.weights)

    same(late, scratch, keras)


CONTAINERS = {
    "append": ([], lambda k, c: c.append(k.layers.Dense(2))),
    "insert": ([], lambda k, c: c.insert(0, k.layers.Dense(2))),
    "extend": ([], lambda k, c: c.extend([1, k.layers.Dense(2)])),
    "dictionary": ({}, lambda k, c: c.update(a=1, b=k.layers.Dense(2))),
    "key": ({}, lambda k, c: c.__setitem__("a", k.layers.Dense(2))),
    "ordered": (OrderedDict(), lambda k, c: c.__setitem__("a", k.layers.Dense(2))),
    "nested": ({"a": []}, lambda k, c: c["a"].append(k.layers.Dense(2))),
}


@pytest.mark.parametrize("way", CONTAINERS)
def test_into_a_container_after_build(way):
    """And the container stays as it was."""

    def grown(k: Any) -> Any:
        empty, change = CONTAINERS[way]
        if way == "dictionary" and k is keras:
            change = lambda k, c: c.update({"a": 1, "b": k.layers.Dense(2)})  # noqa: E731
        layer = with_attribute(k, empty)
        try:
            change(k, layer.kept)
        finally:
            sizes.append(len(layer.kept))

    sizes: list[int] = []
    same(grown, scratch, keras)
    assert sizes[0] == len(CONTAINERS[way][0])


def test_more_ways_into_a_container():
    """Ways that Keras lets pass: what they bring belongs to the layer before, and not after."""
    Pair = namedtuple("Pair", "a b")

    class Own(list):
        """A user's own kind of list."""

    dense = scratch.layers.Dense
    ways: dict[str, tuple[Any, Any]] = {
        "item": ([1], lambda c: c.__setitem__(0, dense(2))),
        "slice": ([1, 2], lambda c: c.__setitem__(slice(0, 2), [dense(2), dense(2)])),
        "+=": ([], lambda c: c.__iadd__([dense(2)])),
        "|=": ({}, lambda c: c.__ior__({"a": dense(2)})),
        "setdefault": ({}, lambda c: c.setdefault("a", dense(2))),
        "set": (set(), lambda c: c.add(dense(2))),
        "set |=": (set(), lambda c: c.__ior__({dense(2)})),
        "own": (Own([1]), lambda c: c.append(dense(2))),
        "in a tuple": (([],), lambda c: c[0].append(dense(2))),
        "in a named tuple": (Pair([], 1), lambda c: c.a.append(dense(2))),
    }
    for name, (empty, change) in ways.items():
        before = keeper(scratch, copy.copy(empty))
        change(before.kept)
        assert len(before._layers) == (2 if name == "slice" else 1), name
        with pytest.raises(ValueError, match="already built"):
            change(with_attribute(scratch, empty).kept)


LEAVING = {
    "pop": ("list", lambda c, d: c.pop()),
    "remove": ("list", lambda c, d: c.remove(d)),
    "del": ("list", lambda c, d: c.__delitem__(0)),
    "clear": ("list", lambda c, d: c.clear()),
    "pop of a key": ("dict", lambda c, d: c.pop("a")),
    "popitem": ("dict", lambda c, d: c.popitem()),
    "clear of a dictionary": ("dict", lambda c, d: c.clear()),
}


@pytest.mark.parametrize("way", LEAVING)
def test_out_of_a_container(way):
    """What leaves it is the layer's no more."""

    def left(k: Any) -> Any:
        kind, change = LEAVING[way]
        d = k.layers.Dense(2)
        layer = keeper(k, [d] if kind == "list" else {"a": d})
        before = len(layer._layers)
        change(layer.kept, d)
        return before, len(layer._layers)

    same(left, scratch, keras)


def of_calls(k: Any, call: Any) -> Any:
    """A compiled model with such a `call`."""

    class Loose(k.Model):
        def __init__(self):
            super().__init__()
            self.own = k.layers.Dense(1)

    Loose.call = call(k)
    model = Loose()
    model.compile("sgd", "mse")
    return model


BORN_IN_CALL = {
    "a layer": lambda k: lambda self, x: k.layers.Dense(1)(self.own(x)),
    "a layer that draws": lambda k: lambda self, x: k.layers.Dropout(0.5)(self.own(x)),
    "a variable": lambda k: lambda self, x: self.own(x) * k.Variable(1.0),
}
BORN_ELSEWHERE = {
    "a layer without weights": lambda k: lambda self, x: k.layers.Activation("relu")(self.own(x)),
    "nothing": lambda k: lambda self, x: self.own(x),
}


@pytest.mark.parametrize("what", [*BORN_IN_CALL, *BORN_ELSEWHERE])
@pytest.mark.parametrize("way", ["fit", "predict", "evaluate"])
def test_born_in_call(what, way):
    """It would be drawn anew each time: refused, wherever the step is compiled."""
    call = (BORN_IN_CALL | BORN_ELSEWHERE)[what]
    ways = {
        "fit": lambda m: m.fit(X, Y, verbose=0) and None,
        "predict": lambda m: m.predict(X, verbose=0).shape,
        "evaluate": lambda m: m.evaluate(X, Y, verbose=0) and None,
    }
    kinds, _, _ = outcome(lambda k: ways[way](of_calls(k, call)), scratch)
    wanted, _, _ = outcome(lambda k: ways[way](of_calls(k, call)), keras)
    assert wanted[0] in kinds
    assert (kinds[0] == "ValueError") == (what in BORN_IN_CALL)


def test_a_layer_that_belongs_to_nobody_is_used_all_the_same():
    """Kept outside the model it is not drawn anew; and as in Keras it is not trained."""

    def trained(k: Any) -> Any:
        k.utils.set_random_seed(1)
        outside = k.layers.Dense(2, kernel_initializer="ones")
        model = of_calls(k, lambda k: lambda self, x: self.own(outside(x)))
        model.fit(X, Y, verbose=0)
        return len(model.weights), np.asarray(outside.kernel)

    same(trained, scratch, keras)


# Structure --------------------------------------------------------------------------------------


def stacked(units: int = 1) -> Any:
    model = scratch.Sequential([scratch.Input((3,)), scratch.layers.Dense(4, "tanh", name="a"),
                                scratch.layers.Dense(units, name="b")])  # fmt: skip
    model.compile(scratch.optimizers.Adam(0.1), "mse", metrics=["mae"])
    return model


def test_a_layer_with_weights_on_top_of_a_fitted_model():
    """Keras goes on with the old layers, without a word; here, in its own words, it is an error."""
    model = stacked()
    model.fit(X, Y, verbose=0)
    model.add(scratch.layers.Dense(1, name="c"))
    with pytest.raises(ValueError, match=r"Unknown variable: .*c/kernel.*new optimizer"):
        model.fit(X, Y, verbose=0)
    predicted = model.predict(X, verbose=0)
    np.testing.assert_array_equal(predicted, np.asarray(model(X)))
    assert model.evaluate(X, Y, verbose=0)[0] == pytest.approx(((predicted - Y) ** 2).mean())
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit(X, Y, verbose=0)
    assert not any(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize("change", ["pop", "add", "pop and add"])
def test_a_changed_stack_trains_what_stands_there(change):
    model = stacked()
    model.fit(X, Y, verbose=0)
    if "pop" in change:
        model.pop()
    if "add" in change:
        model.add(scratch.layers.Activation("relu"))
    twin = scratch.Sequential([scratch.Input((3,)), scratch.layers.Dense(4, "tanh", name="a")])
    if change == "add":
        twin.add(scratch.layers.Dense(1, name="b"))
    if "add" in change:
        twin.add(scratch.layers.Activation("relu"))
    twin.compile(scratch.optimizers.Adam(0.1), "mse", metrics=["mae"])
    twin.set_weights(model.get_weights())
    twin.optimizer.build(twin.trainable_variables)
    known = {v.name: v for v in model.optimizer.variables}
    for v in twin.optimizer.variables:
        v.assign(known[v.name.replace("sequential_1", "sequential")])
    target = Y if change == "add" else X @ np.ones((3, 4), "float32")
    found = [m.fit(X, target, epochs=2, shuffle=False, verbose=0).history for m in (model, twin)]
    assert found[0] == found[1]
    for a, b in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_build_that_fails_has_built_nothing():
    """The same layer is built rightly afterwards, and has each weight once."""

    class Twice(scratch.layers.Layer):
        failed = False

        def build(self, shape):
            self.w = self.add_weight(shape=(shape[-1], 2), name="w")
            self.inner = scratch.layers.Dense(2)
            if not self.failed:
                type(self).failed = True
                raise RuntimeError("no")
            self.b = self.add_weight(shape=(2,), name="b")

        def call(self, x):
            return self.inner(scratch.ops.matmul(x, self.w) + self.b)

    layer = Twice()
    with pytest.raises(RuntimeError):
        layer(X)
    assert not layer.built
    assert not layer.weights
    layer(X)
    assert [w.name for w in layer.weights] == ["w", "b", "kernel", "bias"]


def test_a_stack_whose_first_data_do_not_fit():
    model = scratch.Sequential([scratch.layers.Dense(2), scratch.layers.Reshape((2, 1))])
    with pytest.raises(ValueError, match="total size"):
        model(np.zeros((2, 3, 3), "float32"))
    assert model(X).shape == (16, 2, 1)


ATTRIBUTES = {
    "a layer": lambda k, model: setattr(model, "extra", k.layers.Dense(2)),
    "a list": lambda k, model: setattr(model, "extra", [k.layers.Dense(2)]),
    "a model": lambda k, model: setattr(model, "extra", k.Sequential([k.layers.Dense(2)])),
    "its own": lambda k, model: setattr(model, "first", model.layers[0]),
}


@pytest.mark.parametrize("what", ATTRIBUTES)
@pytest.mark.parametrize("built", [False, True])
def test_an_attribute_of_a_stack_is_no_stage_of_it(what, built):
    def stack(k):
        first = [k.Input((3,))] if built else []
        model = k.Sequential([*first, k.layers.Dense(1)])
        ATTRIBUTES[what](k, model)
        return tuple(model(X).shape), len(model.layers), len(model.weights)

    same(stack, scratch, keras)
