"""What a run of the suite says at its end: how close everything came, and what was allowed why."""

from collections.abc import Callable, Iterable
from typing import Any

from parity_tests.harness.case import Case
from parity_tests.harness.comparison import Comparison


class Report:
    """Collects comparisons of one test.

    Args:
        write: takes a name and a value that pickles; pytest's `record_property`.
    """

    def __init__(self, write: Callable[[str, Any], None]) -> None:
        self._write = write

    def check(self, lane: str, case: Case, comparison: Comparison) -> None:
        """Notes the comparison under the lane's name; raises AssertionError when it is red."""
        worst = comparison.worst
        exact = sum(row.verdict == "exact" for row in comparison.rows)
        self._write("parity", (lane, worst.used, str(worst), len(comparison.rows), exact))
        for allowance in case.allowances:
            self._write("parity", ("allowance", 0.0, f"{case.name}: {allowance}", 0, 0))
        comparison.check()

    def note(self, line: str) -> None:
        """Adds a line to the summary."""
        self._write("parity", ("note", 0.0, line, 0, 0))

    @staticmethod
    def summary(noted: Iterable[tuple[str, float, str, int, int]]) -> list[str]:
        """The table: for each lane how much was compared, and the row with the least headroom."""
        lanes: dict[str, list[tuple[float, str, int, int]]] = {}
        for lane, *rest in noted:
            lanes.setdefault(lane, []).append(tuple(rest))  # type: ignore[arg-type]
        extra = [line for name in ("allowance", "note") for _, line, _, _ in lanes.pop(name, [])]
        if not lanes:
            return extra
        lines = ["", "parity: share of the bound that is used (100 % fails)"]
        for lane in sorted(lanes):
            rows = lanes[lane]
            used, worst, _, _ = max(rows)
            compared, exact = sum(r[2] for r in rows), sum(r[3] for r in rows)
            lines.append(
                f"  {lane:34} {len(rows):4} cases {compared:6} quantities, {exact:6} exact, "
                f"worst {100 * used:8.3g} %  {worst.split('  expected')[0]}"
            )
        return lines + extra
