"""What no rebuilding may change: public names, digits, and the words of errors."""

import pytest

import scratch
from parity_tests import cases
from parity_tests.commands.unchanged import digits, messages, names


def test_every_public_name_has_its_signature():
    assert set(names.recorded()) - set(names.found()) == set()


def test_a_signature_that_has_changed_is_noticed(monkeypatch):
    def huber(y_true, y_pred, delta=2.0):
        """With another default."""

    monkeypatch.setattr(scratch.losses, "huber", huber)
    missing = set(names.recorded()) - set(names.found())
    assert missing == {"losses.huber(y_true, y_pred, delta=1.0)"}


@pytest.mark.parametrize("module", cases.MODULES)
def test_every_digit(module):
    recorded_on, before = digits.recorded()
    if recorded_on != digits.environment():
        pytest.skip(f"the digits were recorded on another machine: {recorded_on[:60]}...")
    now = digits.found(module)
    assert {name: both for name, both in now.items() if before.get(name) != both} == {}


def test_the_words_of_errors_are_recorded_and_noticed():
    """`conftest` compares what every test provokes with these."""
    before = messages.recorded()
    assert len(before) > 200
    words = messages._said  # which the fixture has begun
    with pytest.raises(ValueError, match="units"):
        scratch.layers.Dense(-1)
    with pytest.raises(ValueError, match="invalid literal"):
        int("x")  # not of scratch
    assert [text.split(":")[0] for text in words] == ["ValueError"]
    assert "units=-1" in words[0]
