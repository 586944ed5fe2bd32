"""torch's own DataLoader as the data of fit, evaluate and predict, as tf.keras takes it."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS

torch: Any = pytest.importorskip("torch", reason="torch is not installed")
keras: Any = pytest.importorskip("tensorflow").keras

RNG = np.random.default_rng(0)
X = RNG.normal(size=(22, 3)).astype("float32")
Y = X.sum(axis=1, keepdims=True)
W = RNG.uniform(0.5, 2, 22).astype("float32")
LOADER = torch.utils.data.DataLoader
# Both libraries say of every loader that `fit(shuffle=True)`, the default, does not shuffle it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:`shuffle=True`:UserWarning", "ignore:Your input ran out of data:UserWarning"
)


class Named(torch.utils.data.Dataset):
    """Inputs by name."""

    def __len__(self):
        return len(X)

    def __getitem__(self, i):
        return {"a": X[i], "b": X[i][:2]}, Y[i]


class Endless(torch.utils.data.IterableDataset):
    """Of unknown length."""

    def __iter__(self):
        return iter(zip(X, Y, strict=True))


def rows(*arrays):
    return torch.utils.data.TensorDataset(*map(torch.tensor, arrays))


def loader(batch_size=4, **settings):
    return LOADER(rows(X, Y), batch_size=batch_size, **settings)


def small(k, named=False):
    if named:
        a, b = k.Input((3,), name="a"), k.Input((2,), name="b")
        joined = k.layers.Concatenate()([a, b])
        model = k.Model({"a": a, "b": b}, k.layers.Dense(1)(joined))
    else:
        layers = [k.Input((3,)), k.layers.Dense(4, activation="tanh"), k.layers.Dense(1)]
        model = k.Sequential(layers)
    draw = np.random.default_rng(1)
    model.set_weights([draw.normal(size=w.shape) for w in model.get_weights()])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def twice(k):
    """One loader for one thing after another: who shuffles has drawn as many seeds."""
    model, data = small(k), loader(shuffle=True)
    fits = [model.fit(data, verbose=0).history for _ in range(2)]
    return fits, model.evaluate(data, verbose=0), model.predict(data, verbose=0)


FITS = {
    "plain": lambda: (loader(), {}),
    "shuffled": lambda: (loader(shuffle=True), {}),
    "own generator": lambda: (
        loader(5, shuffle=True, generator=torch.Generator().manual_seed(3)),
        {},
    ),
    "no partial batch": lambda: (loader(drop_last=True), {}),
    "weights": lambda: (LOADER(rows(X, Y, W), batch_size=4), {}),
    "validation": lambda: (loader(shuffle=True), {"validation_data": loader(5, shuffle=True)}),
    "steps": lambda: (loader(shuffle=True), {"steps_per_epoch": 3}),
    "own batches": lambda: (LOADER(rows(X, Y), batch_sampler=[[0, 1, 2], [3, 4], [5]]), {}),
    "no batches": lambda: (
        LOADER(rows(X.reshape(11, 2, 3), Y.reshape(11, 2, 1)), batch_size=None),
        {},
    ),
    "a stream": lambda: (LOADER(Endless(), batch_size=5), {}),
    "float64": lambda: (LOADER(rows(X.astype("float64"), Y), batch_size=5), {}),
}


def same(ours, theirs):
    ours, theirs = scratch.tree.flatten(ours), scratch.tree.flatten(theirs)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS)


@pytest.mark.parametrize("name", FITS)
def test_fit(name):
    found = []
    for k in (scratch, keras):
        torch.manual_seed(0)
        data, settings = FITS[name]()
        model = small(k)
        history = model.fit(data, epochs=3, verbose=0, **settings).history
        found.append([history, model.get_weights()])
    same(*found)


def test_inputs_by_name():
    found = []
    for k in (scratch, keras):
        model, data = small(k, named=True), LOADER(Named(), batch_size=5)
        history = model.fit(data, epochs=2, verbose=0).history
        found.append([history, model.predict(data, verbose=0)])
    same(*found)


def test_one_loader_for_all():
    found = []
    for k in (scratch, keras):
        torch.manual_seed(0)
        found.append(twice(k))
    same(*found)


def test_tensors():
    """Not only loaders: tensors, wherever arrays are taken."""
    x, y = torch.tensor(X), torch.tensor(Y)
    found = []
    for k in (scratch, keras):
        model = small(k)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        found.append([model.train_on_batch(x, y), model.predict(x, verbose=0)])
    same(*found)


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.fit(loader(), Y),
        lambda m: m.fit(loader(), sample_weight=W),
        lambda m: m.fit(loader(), class_weight={0: 1.0}),
        lambda m: m.fit(loader(), validation_split=0.2),
        lambda m: m.fit(LOADER(rows(X[:0], Y[:0]), batch_size=4)),
    ],
)
def test_errors(call):
    for k in (scratch, keras):
        with pytest.raises(ValueError) as error:  # noqa: PT011
            call(small(k))
        assert len(str(error.value)) > 20
