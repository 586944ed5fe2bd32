"""What stands in a file of weights, and where it goes: each variable once, and all that read it."""

import warnings

import numpy as np
import pytest

import scratch

keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # Keras and NumPy
X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


def shared_in_a_graph(k):
    x = k.Input((3,), name="x")
    twice = k.layers.Dense(3, name="twice")
    return k.Model(x, k.layers.Dense(1, name="last")(twice(twice(x))))


def shared_by_two_names(k):
    class Model(k.Model):  # type: ignore[name-defined]
        def __init__(self):
            super().__init__()
            self.first = k.layers.Dense(3)
            self.again = self.first
            self.kept = [self.first, k.layers.Dense(1)]
            self.inside = {"model": k.Sequential([self.first])}

        def call(self, x):
            return self.kept[1](self.inside["model"](self.again(x)))

    model = Model()
    model(X)
    return model


def shared_by_two_models(k):
    inner = k.Sequential([k.Input((3,)), k.layers.Dense(3, name="d")], name="inner")
    x = k.Input((3,), name="x")
    return k.Model(x, k.layers.Add(name="sum")([inner(x), inner.layers[0](inner(x))]))


def entries(path):
    """The shapes of what a file holds, by the places in it."""
    found = {}

    def visit(name, thing):
        if isinstance(thing, h5py.Dataset):
            found[name] = thing.shape

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


@pytest.mark.parametrize("build", [shared_in_a_graph, shared_by_two_names, shared_by_two_models])
def test_a_shared_layer_is_written_once(build, tmp_path):
    """In the same place as Keras writes it."""
    written = []
    for library in (scratch, keras):
        model = build(library)
        model.save_weights(tmp_path / f"{library.__name__}.weights.h5")
        written.append(entries(tmp_path / f"{library.__name__}.weights.h5"))
        assert len(written[-1]) == len(model.weights)
    assert written[0] == written[1]


def adapted(k, last=1):
    """A layer that has learnt, one that is trained, one with averages."""
    learnt = k.layers.Normalization(name="learnt")
    model = k.Sequential(
        [
            k.Input((3,)), learnt, k.layers.Dense(4, name="hidden"),
            k.layers.BatchNormalization(name="averages"), k.layers.Dense(last, name="last"),
        ]
    )  # fmt: skip
    return model, learnt


def numbered(model, start):
    """Puts other numbers into every weight."""
    model.set_weights(
        [np.full(np.shape(w), i + start, w.dtype) for i, w in enumerate(model.get_weights())]
    )


@pytest.mark.parametrize("ending", [".h5", ".weights.h5", ".keras"])
@pytest.mark.parametrize("by_name", [False, True])
def test_what_has_learnt_computes_with_what_it_reads(ending, by_name, tmp_path):
    if by_name and ending != ".h5":
        return
    model, learnt = adapted(scratch)
    learnt.adapt(X + 3)
    path = tmp_path / f"model{ending}"
    (model.save_weights if ending == ".weights.h5" else model.save)(path)
    other, _ = adapted(scratch)
    assert not np.allclose(other.predict(X, verbose=0), model.predict(X, verbose=0))
    other.load_weights(path, **({"by_name": True} if by_name else {}))
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


@pytest.mark.parametrize("ending", [".h5", ".weights.h5"])
@pytest.mark.parametrize("by_name", [False, True])
def test_what_does_not_fit_is_skipped_and_no_more(ending, by_name, tmp_path):
    """All other layers read theirs; nothing is read where a mismatch is an error."""
    if by_name and ending != ".h5":
        return
    more = {"by_name": True} if by_name else {}
    model, _ = adapted(scratch)
    numbered(model, 1)
    path = tmp_path / f"model{ending}"
    (model.save_weights if ending == ".weights.h5" else model.save)(path)
    other, _ = adapted(scratch, last=2)
    numbered(other, 100)
    before = other.get_weights()
    with pytest.raises(ValueError, match="last"):
        other.load_weights(path, **more)
    assert all(map(np.array_equal, other.get_weights(), before))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        other.load_weights(path, skip_mismatch=True, **more)
    assert any("last" in str(w.message) for w in caught)
    wanted = [*model.get_weights()[:-2], *before[-2:]]
    assert all(map(np.array_equal, other.get_weights(), wanted))


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_an_optimizer_is_read_with_its_slots(ending, tmp_path):
    model = scratch.Sequential([scratch.Input((3,)), scratch.layers.Dense(2)])
    model.compile(scratch.optimizers.Adam(0.1), "mse")
    model.fit(X, X[:, :2], epochs=3, verbose=0)
    model.save(tmp_path / f"model{ending}")
    again = scratch.saving.load_model(tmp_path / f"model{ending}")
    slots = [[np.array(v) for v in m.optimizer.variables] for m in (model, again)]
    assert len(slots[0]) == len(slots[1]) > 4
    assert all(map(np.array_equal, *slots))
    assert int(again.optimizer.iterations) == 3
