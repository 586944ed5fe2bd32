"""The table of all set-ups in `examples/pages/reliability.md`: written here, and read by a test."""

from pathlib import Path

from parity_tests.commands.resuming.setups import EPOCHS, SETUPS, STEPS, Setup

PAGE = Path(__file__).resolve().parents[3] / "examples" / "pages" / "reliability.md"
BEGIN, END = "<!-- resuming: begin -->", "<!-- resuming: end -->"
EXACT = "exact"

Row = tuple[str, str, str]  # scratch with exact=True, scratch without, tf.keras


def verdict(differing: list[str]) -> str:
    """The verdict as the table words it."""
    return f"differs: {', '.join(differing)}" if differing else EXACT


def special(setup: Setup) -> str:
    """How a set-up saves, in a few words: `backup, 3 batches`."""
    freq = "epoch" if setup.freq == "epoch" else f"{setup.freq} batches"
    return f"{'backup' if setup.how == 'backup' else setup.how}, {freq}"


def written(rows: dict[str, Row]) -> str:
    """The section's text, from the verdicts by set-up."""
    counts = [sum(row[i] == EXACT for row in rows.values()) for i in range(3)]
    lines = [
        f"{len(rows)} set-ups of {EPOCHS} epochs with {STEPS} batches. Exact: **{counts[0]}** in "
        f"`scratch` with `exact=True`, {counts[1]} without, {counts[2]} in tf.keras 3.15.1.",
        "",
        "| set-up | saved | `scratch`, `exact=True` | `scratch` | tf.keras |",
        "|---|---|---|---|---|",
    ]
    for setup in SETUPS:
        lines.append(f"| {setup.name} | {special(setup)} | {' | '.join(rows[setup.name])} |")
    return "\n".join([BEGIN, *lines, END])


def write(rows: dict[str, Row]) -> None:
    """Puts the table into the page."""
    text = PAGE.read_text()
    before, after = text[: text.index(BEGIN)], text[text.index(END) + len(END) :]
    PAGE.write_text(before + written(rows) + after)


def read() -> dict[str, Row]:
    """The verdicts on the page, by set-up."""
    text = PAGE.read_text()
    table = text[text.index(BEGIN) : text.index(END)].splitlines()
    rows = [line.strip("| ").split(" | ") for line in table if line.startswith("| ")][1:]
    return {name: (first, second, third) for name, _, first, second, third in rows}
