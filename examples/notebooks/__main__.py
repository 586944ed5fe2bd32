"""Makes the notebooks from their scripts.

    python -m examples.notebooks                          writes them anew
    python -m examples.notebooks --check                  or says which is not what its script says
    python -m examples.notebooks my.py --output folder    one of your own

A script is changed, and its notebook made anew: nobody edits a notebook here. They hold no outputs.
"""

import argparse
import os
import sys
from pathlib import Path

import jupytext
from nbformat.v4 import new_markdown_cell

from examples.lectures import LECTURES
from examples.lectures.marks import without_marks

HERE = Path(__file__).parent
SCRIPTS = [
    HERE.parent / "quick_start.py",
    *(HERE.parent / "lectures" / f"{n}.py" for n in LECTURES),
]
HOW = """\
*To run this: `pip install -e '.[notebooks]'` in a copy of the project, then
`jupyter lab examples/notebooks`. NumPy is enough; where TensorFlow is installed, tf.keras computes
the same beside it. It is also a script: [{name}]({path}).*"""


def notebook(script: Path, folder: Path) -> str:
    """A script with `# %%` cells as a notebook: the text of an .ipynb file in `folder`."""
    made = jupytext.read(script, fmt="py:percent")
    # The docstring says how the script is run; after its title, a notebook says it of itself.
    title = made.cells[1]
    path = Path(os.path.relpath(script, folder)).as_posix()
    how = new_markdown_cell(HOW.format(name=script.name, path=path))
    made.cells = [title, how, *made.cells[2:]]
    for i, cell in enumerate(made.cells):
        cell.id, cell.metadata = f"cell-{i:03}", {}
        if cell.cell_type == "code":
            cell.source = without_marks(cell.source).strip("\n")
    made.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return jupytext.writes(made, fmt="ipynb") + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.notebooks", description="Makes the notebooks from their scripts."
    )
    parser.add_argument("scripts", nargs="*", type=Path, help="default: all")
    parser.add_argument("--output", type=Path, default=HERE, help="the folder of the notebooks")
    parser.add_argument("--check", action="store_true", help="write nothing")
    chosen = parser.parse_args()
    for script in chosen.scripts or SCRIPTS:
        file, text = chosen.output / f"{script.stem}.ipynb", notebook(script, chosen.output)
        if not chosen.check:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            sys.exit(f"{file.name} is not what its script says: python -m examples.notebooks")


if __name__ == "__main__":
    main()
