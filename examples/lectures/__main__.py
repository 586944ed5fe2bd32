"""Runs the lessons and makes a page of each.

    python -m examples.lectures                          all six, into lectures-report/index.html
    python -m examples.lectures soccer_ball optimizers   these two
    python -m examples.lectures my_lesson.py             a script of your own, with the same cells
    python -m examples.lectures --formulas               rewrites FORMULAS.md, runs nothing
    python -m examples.lectures --formulas --check       or says whether it is up to date

Each lesson's time is printed; `claims.json` beside the pages holds the tables as data.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from examples.lectures import LECTURES

HERE = Path(__file__).parent
# The matrices are small, and two libraries share the cores: BLAS threads would spin for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """The command; its exit status is 1 where the engines differ from each other."""
    parser = argparse.ArgumentParser(prog="python -m examples.lectures", description=__doc__.splitlines()[0])  # fmt: skip  # noqa: E501
    parser.add_argument("lessons", nargs="*", type=_script, help="names or scripts; default: all")
    parser.add_argument("--output", type=Path, default=Path("lectures-report"), help="a folder")
    parser.add_argument("--formulas", action="store_true", help="rewrite FORMULAS.md and stop")
    parser.add_argument("--check", action="store_true", help="compare FORMULAS.md instead")
    chosen = parser.parse_args()
    scripts = chosen.lessons or [_script(name) for name in LECTURES]
    if chosen.formulas:
        _list_formulas(chosen.check)
    else:
        _run(scripts, chosen.output)


def _script(name: str) -> Path:
    """The file of a lesson."""
    path = HERE / f"{name}.py" if name in LECTURES else Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{name}: neither a file nor one of {', '.join(LECTURES)}")
    return path


def _list_formulas(check: bool) -> None:
    from examples.lectures.kit.formulas import listing

    text = listing({_script(name): title for name, title in LECTURES.items()})
    file = HERE / "FORMULAS.md"
    if not check:
        file.write_text(text, encoding="utf-8")
    elif not file.exists() or file.read_text(encoding="utf-8") != text:
        sys.exit("FORMULAS.md is out of date: python -m examples.lectures --formulas")


def _run(scripts: list[Path], output: Path) -> None:
    from examples.lectures.kit import cells, page
    from examples.lectures.kit.claims import ENGINES_DIFFER
    from examples.lectures.kit.lesson import output_folder

    begin = time.perf_counter()
    output_folder(output)
    lessons = []
    for script in scripts:
        start = time.perf_counter()
        lesson, results = cells.run(script)
        seconds = time.perf_counter() - start
        print(f"{script.stem}: {seconds:.1f} s\n", flush=True)
        lessons.append(page.Ran(script, lesson, results, seconds))
    rows = {ran.lesson.name: [claim.row() for claim in ran.lesson.claims] for ran in lessons}
    (output / "claims.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(f"All in {time.perf_counter() - begin:.0f} s: {page.write(lessons, output)}")
    apart = [r["says"] for table in rows.values() for r in table if r["verdict"] == ENGINES_DIFFER]
    if apart:
        sys.exit(f"The engines differ from each other: {'; '.join(apart)}")


if __name__ == "__main__":
    main()
