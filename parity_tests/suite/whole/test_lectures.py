"""The lectures run, every row of their tables is as it should be, and their lists are true.

The lessons are programs: they are run as such, and what they write is read.
"""

import ast
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import pytest

from parity_tests.suite.whole.html_pages import Page, contrast, texts_by_frame

ROOT = Path(__file__).parents[3]
LECTURES = ROOT / "examples" / "lectures"
NAMES = ["training_deep_nets", "loss_and_descent", "soccer_ball", "representation_learning", "optimizers", "convolution"]  # fmt: skip  # noqa: E501
TABLE = re.compile(r"^\| (.+) \|$", re.MULTILINE)
READABLE = 4.5  # of small text, by the guidelines
SVG = "{http://www.w3.org/2000/svg}"


def run(*arguments, cwd=ROOT, status=0):
    """What `python -m ...` prints."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def table(heading):
    """The rows of the README's table under a heading, as lists of cells."""
    readme = (LECTURES / "README.md").read_text(encoding="utf-8")
    section = readme.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [row.replace("\\|", "|").split(" | ") for row in TABLE.findall(section)]
    assert len(rows) > 1, f"README.md has no table under {heading!r}"
    return rows[1:]


def formulas_of(name):
    """The numbers of a lesson's formulas, and those that a line of code carries."""
    text = (LECTURES / f"{name}.py").read_text(encoding="utf-8")
    code = re.findall(r"^(?!#).*?#((?:\s*\(\w+\))+)\s*$", text, re.MULTILINE)
    return set(re.findall(r"\\tag\{(\w+)\}", text)), set(re.findall(r"\((\w+)\)", " ".join(code)))


# All of them ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """Runs a lesson, once: its folder, and its claims."""
    done = {}

    def of(name):
        if name not in done:
            folder = tmp_path_factory.mktemp(name)
            run("examples.lectures", name, "--output", folder)
            done[name] = folder, json.loads((folder / "claims.json").read_text())[name]
        return done[name]

    return of


@pytest.mark.parametrize("name", NAMES)
def test_engines_never_differ_and_slips_are_those_that_the_readme_names(lesson, name):
    _, claims = lesson(name)
    assert {claim["verdict"] for claim in claims} <= {"agrees", "differs"}
    differing = {
        (claim["says"], claim["remark"]) for claim in claims if claim["verdict"] == "differs"
    }
    listed = {(printed, meant) for where, printed, meant in table("Where a slide slips") if where == name}  # fmt: skip  # noqa: E501
    assert differing == listed
    assert all(meant for _, meant in listed), "a row that differs says why"
    assert len(claims) > 40


@pytest.mark.parametrize("name", NAMES)
def test_what_the_rosetta_table_says_is_a_claim_that_agrees(lesson, name):
    _, claims = lesson(name)
    verdicts = {claim["says"]: claim["verdict"] for claim in claims}
    for *_, where, proof in table("The Rosetta table"):
        if where == name:
            assert verdicts.get(proof) == "agrees", proof


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_is_in_a_claim(lesson, name):
    _, claims = lesson(name)
    written, _ = formulas_of(name)
    claimed = {number for claim in claims for number in claim["formulas"]}
    assert claimed == written


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_there_and_no_text_in_a_drawing_covers_another(lesson, name):
    folder, _ = lesson(name)
    files = figures(folder / name)
    assert len(files) >= 7
    for file in files:
        if file.suffix == ".png":
            assert file.read_bytes().startswith(b"\x89PNG")
            continue
        boxes = [box(text) for text in ET.parse(file).getroot().iter(f"{SVG}text") if text.text]
        for i, (words, left, right, top, bottom) in enumerate(boxes):
            for others, l2, r2, t2, b2 in boxes[:i]:
                across, down = min(right, r2) - max(left, l2), min(bottom, b2) - max(top, t2)
                assert across <= 1 or down <= 1, f"{file.name}: {words!r} on {others!r}"


def figures(folder):
    """The pictures in a folder."""
    return sorted(file for file in folder.iterdir() if file.suffix in (".png", ".svg"))


def box(text):
    """A text of a drawing, and roughly its left, right, top and bottom."""
    size = float(text.get("font-size"))
    monospaced = "Mono" in text.get("font-family")
    width = len(text.text) * size * (0.6 if monospaced else 0.5)
    x, y = float(text.get("x")), float(text.get("y"))
    left = x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
    return text.text, left, left + width, y - 0.7 * size, y


# Pages ---------------------------------------------------------------------------------------


def page(folder, name):
    """A page of a report."""
    return Page((folder / f"{name}.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_page_needs_nothing_but_itself(lesson, name):
    folder, claims = lesson(name)
    plots = [file for file in figures(folder / name) if file.suffix == ".png"]
    for found in (page(folder, name), page(folder, "index")):
        for link in found.links:
            file, _, place = link.partition("#")
            assert (folder / file).is_file() if file else place in found.ids, link
        assert len(found.ids) == len(set(found.ids))
        assert all(place for _, place in found.headings)
        assert len(found.html) < 1_000_000
        assert all(source.startswith("data:image/") for source in found.sources)
    lecture = page(folder, name)
    assert len(lecture.sources) == len(plots)
    assert lecture.html.count('class="verdict ') == len(claims)
    written, _ = formulas_of(name)
    assert lecture.tags.count("math") > 2 * len(written)  # each in the text and in the list
    assert f"{name}.html" in page(folder, "index").links


@pytest.mark.parametrize("name", NAMES)
def test_slips_come_last(lesson, name):
    folder, claims = lesson(name)
    for found in (page(folder, name), page(folder, "index")):
        assert found.headings[-1] == ("h2", "where-a-slide-slips")
        before, slips = found.html.split('id="where-a-slide-slips"')
        assert "verdict differs" not in before.split("<main>")[1]
        assert slips.count('class="verdict differs"') == [c["verdict"] for c in claims].count(
            "differs"
        )


@pytest.mark.parametrize("name", NAMES)
def test_formulas_are_seen_and_the_harness_is_folded(lesson, name):
    folder, _ = lesson(name)
    lecture = page(folder, name)
    marks = re.compile(r"#(?:\s*\(\d+[a-z]?\))+\s*$", re.MULTILINE)
    code = (LECTURES / f"{name}.py").read_text(encoding="utf-8").split('"""', 2)[2]
    lines = re.findall(r"^(?!#).+$", code, re.MULTILINE)
    written = [line for line in lines if marks.search(line)]
    assert len(marks.findall(lecture.seen)) == len(written) > 30
    assert not marks.search(lecture.folded)
    assert lecture.folded.count("lesson.claim(") > 9 * lecture.seen.count("lesson.claim(")
    assert "fmt: skip" not in lecture.seen + lecture.folded
    for line in lines:
        words = line.replace("  # fmt: skip", "").strip()
        assert words in lecture.seen or words in lecture.folded or "# noqa" in words, line


@pytest.mark.parametrize("name", NAMES)
def test_a_film_shows_each_of_its_frames(lesson, name):
    folder, _ = lesson(name)
    lecture = page(folder, name).html
    drawings: dict[str, list[Path]] = {}
    for file in figures(folder / name):
        if file.suffix == ".svg":
            drawings.setdefault(re.sub(r"-\d\d$", "", file.stem), []).append(file)
    for drawing, files in drawings.items():
        (shown,) = re.findall(rf'<figure id="figure-{drawing}".*?</figure>', lecture, re.DOTALL)
        assert shown.count('type="range"') == (len(files) > 1)
        for i, seen in enumerate(texts_by_frame(shown, len(files))):
            wanted = [t.text for t in ET.parse(files[i]).getroot().iter(f"{SVG}text") if t.text]
            assert [unescape(text) for text in seen] == wanted
    assert drawings


def test_texts_can_be_read_by_day_and_by_night(lesson):
    folder, _ = lesson(NAMES[0])
    light, dark = page(folder, "index").palettes()
    assert contrast(light["page"], dark["page"]) > 10
    for colours in (light, dark):
        for text in ("ink", "soft", "scratch", "tf"):
            for ground in ("page", "card"):
                assert contrast(colours[text], colours[ground]) > READABLE, (text, ground)
        for verdict in ("good", "bad", "warm"):
            assert contrast(colours[verdict], colours[f"{verdict}-back"]) > READABLE, verdict


def test_a_lesson_is_a_program_too(tmp_path):
    printed = run("examples.lectures.loss_and_descent", cwd=tmp_path)
    assert re.search(r"\d+ of \d+ claims agree; \d+ figures in lectures-report", printed)
    assert (tmp_path / "lectures-report" / "loss_and_descent" / "graph.svg").is_file()


# Lists ---------------------------------------------------------------------------------------


def test_the_list_of_formulas_is_up_to_date():
    run("examples.lectures", "--formulas", "--check")


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_is_a_line_of_code(name):
    written, coded = formulas_of(name)
    assert written == coded
    assert len(written) > 30


def test_the_tables_of_the_readme_name_lessons():
    for heading in ("Where a slide slips", "The Rosetta table"):
        column = 0 if heading == "Where a slide slips" else -2
        assert {row[column] for row in table(heading)} <= set(NAMES)


def test_the_lessons_are_those_of_the_package():
    tree = ast.parse((LECTURES / "__init__.py").read_text())
    assigned = next(node for node in tree.body if isinstance(node, ast.Assign))
    assert list(ast.literal_eval(assigned.value)) == NAMES


def test_the_record_has_ten_runs_of_thirty_epochs_from_each_library():
    record = json.loads((LECTURES / "recorded_runs.json").read_text())
    assert set(record) == {"scratch", "tf.keras"}
    for runs in record.values():
        assert [found["seed"] for found in runs] == list(range(1, 11))
        assert {found["data"] for found in runs} == {"Fashion-MNIST"}
        assert {len(series) for found in runs for series in found["history"].values()} == {30}


# Planted faults ------------------------------------------------------------------------------

PLANTED = '''
# %% [markdown]
# # Planted
# $$ a = 1 + 1 \\tag{1} $$
# %%
import numpy as np
from examples.lectures.kit import Both, Lesson, both
lesson = Lesson("planted", "Planted")
a = 1 + 1  # (1)
'''  # fmt: skip


def planted(tmp_path, *claims, status=0, before=PLANTED):
    script = tmp_path / "planted.py"
    script.write_text(before + "\n".join(f"lesson.claim({claim})" for claim in claims))
    printed = run("examples.lectures", script, "--output", tmp_path / "report", status=status)
    file = tmp_path / "report" / "claims.json"
    return printed, json.loads(file.read_text())["planted"] if file.exists() else []


def test_verdicts(tmp_path):
    rows = {
        '"s", "right", 2.0, Both(a, a), "1"': "agrees",
        '"s", "wrong by one part in 10^11", 2.0 * (1 + 1e-11), Both(a, a)': "differs",
        '"s", "another shape", np.zeros(2), Both(np.zeros((2, 1)), np.zeros((2, 1)))': "differs",
        '"s", "zero for something tiny", 0.0, Both(1e-300, 1e-300)': "differs",
        '"s", "no number", "2", Both(2, 2)': "differs",
        '"s", "not a number", np.nan, Both(2.0, 2.0)': "differs",
        '"s", "rounded as printed", 0.36, Both(0.35667, 0.35667), decimals=2': "agrees",
        '"s", "cut off", 0.35, Both(0.35667, 0.35667), decimals=2': "differs",
        '"s", "engines apart", 2.0, Both(2.0, 2.0 * (1 + 1e-11))': "the engines differ",
        '"s", "an engine has none", 2.0, Both(2.0, np.nan)': "the engines differ",
    }  # fmt: skip
    printed, claims = planted(tmp_path, *rows, status=1)
    assert [claim["verdict"] for claim in claims] == list(rows.values())
    assert "The engines differ from each other: engines apart; an engine has none" in printed


def test_the_engines_are_two_libraries_in_float64(tmp_path):
    _, claims = planted(
        tmp_path,
        '"s", "names", "scratch keras", Both(*[" ".join(both(lambda k: k.__name__))] * 2)',
        '"s", "precision", "float64", both(lambda k: k.config.floatx())',
    )
    assert [claim["verdict"] for claim in claims] == ["agrees", "agrees"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("# (1)", "# (2)"), "no formula (2)"),
        (("\\tag{1} $$", "\\tag{1} $$ $$ b \\tag{1} $$"), "two formulas have the number 1"),
    ],
)
def test_a_wrong_number_is_an_error(tmp_path, change, message):
    printed, _ = planted(tmp_path, status=1, before=PLANTED.replace(*change))
    assert message in printed


def test_a_claim_made_twice_is_an_error_and_names_its_line(tmp_path):
    claim = '"s", "right", 2.0, Both(a, a)'
    printed, _ = planted(tmp_path, claim, claim, status=1)
    assert "'right' has been claimed already" in printed
    assert f'planted.py", line {PLANTED.count(chr(10)) + 2}' in printed


def test_a_name_that_is_no_lesson(tmp_path):
    printed = run("examples.lectures", "soccer", cwd=tmp_path, status=2)
    assert "soccer: neither a file nor one of training_deep_nets" in printed
