"""The page on speed shows the lines that run."""

from pathlib import Path

from parity_tests.commands.plan import text_of

PAGE = Path(__file__).resolve().parents[3] / "examples" / "pages" / "speed.md"


def test_the_step_of_the_lectures_network_is_printed_as_it_is():
    assert f"```text\n{text_of('fashion_mnist', 'train')}```" in PAGE.read_text(encoding="utf-8")
