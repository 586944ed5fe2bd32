"""Runs the lessons and makes one page of them.

    python -m examples.lectures                          all five, into lectures-report/index.html
    python -m examples.lectures soccer_ball optimizers   these two
    python -m examples.lectures --formulas               rewrites FORMULAS.md, runs nothing

Each lesson's time is printed; `claims.json` beside the page holds the tables as data.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from examples.lectures import LECTURES


def main() -> None:
    """The command; its exit status is 1 where the engines differ from each other."""
    parser = argparse.ArgumentParser(prog="python -m examples.lectures", description=__doc__.splitlines()[0])  # fmt: skip  # noqa: E501
    parser.add_argument("lessons", nargs="*", choices=[*LECTURES, []], help="default: all five")
    parser.add_argument("--output", type=Path, default=Path("lectures-report"), help="a folder")
    parser.add_argument("--formulas", action="store_true", help="rewrite FORMULAS.md and stop")
    chosen = parser.parse_args()
    here = Path(__file__).parent
    if chosen.formulas:
        from examples.lectures.kit.formulas import listing

        titles = {here / f"{name}.py": title for name, title in LECTURES.items()}
        (here / "FORMULAS.md").write_text(listing(titles), encoding="utf-8")
        return

    from examples.lectures.kit import cells, page
    from examples.lectures.kit.claims import ENGINES_DIFFER
    from examples.lectures.kit.lesson import output_folder

    begin = time.perf_counter()
    output_folder(chosen.output)
    lessons = []
    for name in chosen.lessons or LECTURES:
        start = time.perf_counter()
        lesson, results = cells.run(here / f"{name}.py")
        seconds = time.perf_counter() - start
        print(f"{name}: {seconds:.1f} s\n", flush=True)
        lessons.append(page.Ran(here / f"{name}.py", lesson, results, seconds))
    rows = {ran.lesson.name: [claim.row() for claim in ran.lesson.claims] for ran in lessons}
    (chosen.output / "claims.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(f"All in {time.perf_counter() - begin:.0f} s: {page.write(lessons, chosen.output)}")
    apart = [r["says"] for table in rows.values() for r in table if r["verdict"] == ENGINES_DIFFER]
    if apart:
        sys.exit(f"The engines differ from each other: {'; '.join(apart)}")


if __name__ == "__main__":
    main()
