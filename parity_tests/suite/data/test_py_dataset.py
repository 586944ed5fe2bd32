"""When a `PyDataset` is asked for what: as in Keras, which looks at two batches beforehand."""

import warnings

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS

keras = pytest.importorskip("keras")


def counting(library, log, batches=3, begins=True):
    class Counting(library.utils.PyDataset):  # type: ignore[name-defined]
        """Gives other numbers whenever it is asked."""

        def __init__(self):
            super().__init__()
            self.asked = 0

        def __len__(self):
            return batches

        def __getitem__(self, i):
            log.append(i)
            self.asked += 1
            return np.full((2, 2), self.asked / 20, "float32"), np.ones((2, 1), "float32")

        def on_epoch_begin(self):
            log.append("begin")

        def on_epoch_end(self):
            log.append("end")

    return Counting()


USES = {
    "fit": lambda m, d: m.fit(d(), epochs=2, verbose=0, shuffle=False).history,
    "fit, one batch": lambda m, d: m.fit(d(1), epochs=2, verbose=0, shuffle=False).history,
    "fit and validate": lambda m, d: (
        m.fit(d(), epochs=2, verbose=0, shuffle=False, validation_data=d(2)).history
    ),
    "validate seldom": lambda m, d: (
        (
            m.fit(d(), epochs=3, verbose=0, shuffle=False, validation_data=d(2), validation_freq=3)
        ).history
    ),
    "evaluate": lambda m, d: {"loss": m.evaluate(d(), verbose=0)},
    "predict": lambda m, d: {"y": m.predict(d(), verbose=0).ravel().tolist()},
}


@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize("name", USES)
def test_what_it_is_asked_for(name, built):
    found = []
    for library in (keras, scratch):
        log: list = []
        library.utils.set_random_seed(1)
        layers = [library.Input((2,))] if built else []
        model = library.Sequential([*layers, library.layers.Dense(1)])
        model.compile("sgd", "mse")
        used = USES[name](model, lambda n=3, library=library, log=log: counting(library, log, n))
        found.append((log, used))
    keras.utils.clear_session(free_memory=False)
    assert found[0][0] == found[1][0]
    for key, values in found[0][1].items():
        assert found[1][1][key] == pytest.approx(values, rel=FEW_ROUNDINGS)


def test_one_without_batches():
    for library in (keras, scratch):
        model = library.Sequential([library.Input((2,)), library.layers.Dense(1)])
        model.compile("sgd", "mse")
        with pytest.raises(ValueError, match="The PyDataset has length 0"):
            model.fit(counting(library, [], 0), verbose=0)


@pytest.mark.parametrize("lengths", [(3, 5, 2), (2, 1, 4), (1, 3, 3)], ids=str)
@pytest.mark.parametrize("validation", [False, True])
def test_one_that_grows_and_shrinks(lengths, validation):
    """Every epoch has as many batches as it has then; in Keras, as many as the first one had."""
    asked: list[list[int]] = [[]]

    class Changing(scratch.utils.PyDataset):
        def __init__(self):
            super().__init__()
            self.left = list(lengths)

        def __len__(self):
            return self.left[0]

        def __getitem__(self, i):
            asked[-1].append(i)
            return np.ones((2, 2), "float32"), np.ones((2, 1), "float32")

        def on_epoch_end(self):
            asked.append([])
            self.left.append(self.left.pop(0))

    model = scratch.Sequential([scratch.Input((2,)), scratch.layers.Dense(1)])
    model.compile("sgd", "mse")
    rows = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if validation:
            model.fit(*rows, epochs=4, verbose=0, validation_data=Changing())
        else:
            model.fit(Changing(), epochs=4, verbose=0, shuffle=False, validation_data=rows)
    first, *epochs, last = asked
    assert first == [0, 1][: lengths[0]]  # which is looked at
    assert last == []
    between = 2 if validation else 1  # a validation's begin is told as an end, too
    expected = [list(range(lengths[(i + 1) % 3])) for i in range(4 * between)]
    assert [found for found in epochs if found] == (expected[::2] if validation else expected)
