"""Sources of batches that are no arrays."""

import itertools
from typing import Any

import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.suite.whole.test_nothing_silent import X, Y, outcome_of, sequential  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


def batches() -> Any:
    while True:
        yield X, Y


@pytest.mark.parametrize("options", [{}, {"shuffle": False}, {"class_weight": {0: 2.0}}])
def test_a_generator_is_not_shuffled(options):
    def fitted(k: Any) -> Any:
        return outcome_of(sequential(k).fit(batches(), steps_per_epoch=1, verbose=0, **options))

    same(fitted, scratch, keras)


def test_a_source_whose_length_has_no_end():
    class Endless:
        def __len__(self):
            raise TypeError("The dataset is infinite.")

        def __iter__(self):
            return itertools.repeat((X, Y))

    with pytest.warns(UserWarning, match="shuffle=True"):
        history = sequential(scratch).fit(Endless(), steps_per_epoch=3, epochs=2, verbose=0)
    assert len(history.history["loss"]) == 2
