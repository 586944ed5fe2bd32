"""`parity findings`: the list, the table of releases, and the text that is filed."""

import re

import pytest
from typer.testing import CliRunner

from parity_tests.__main__ import app
from parity_tests.commands.findings import standing, upstream, versions
from parity_tests.commands.findings.report import MOST_LINES, report, script
from parity_tests.commands.findings.standing import AS_TOLD, Standing
from parity_tests.findings import all_findings
from parity_tests.harness import releases
from parity_tests.harness.worker import WorkerError

CELU = next(finding for finding in all_findings() if finding.name == "celu_slope")
LONG = {"backup_forgets_its_epoch"}  # three interrupted trainings


def test_tables_speak_of_findings_that_there_are():
    names = {finding.name for finding in all_findings()}
    assert {name for name, _ in versions.recorded()} <= names
    assert set(upstream.known()) <= names


@pytest.mark.parametrize("finding", all_findings(), ids=lambda finding: finding.name)
def test_every_finding_has_been_looked_for_upstream(finding):
    searched = upstream.known()[finding.name]
    assert re.fullmatch(r"([\w.-]+/[\w.-]+#\d+)?", searched.issue)
    assert searched.state in ("", "open", "closed", "merged")
    assert not searched.state or searched.issue
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", searched.searched)


def test_found_nothing_and_not_looked_for_are_told_apart(monkeypatch, tmp_path):
    monkeypatch.setattr(upstream, "PATH", tmp_path / "upstream.tsv")
    upstream.PATH.write_text(
        "finding\tissue\tstate\tsearched\n"
        "celu_slope\t-\t\t2026-11-30\n"
        "sign_of_nan\tpytorch/pytorch#41245\topen\t2026-11-30\n"
        "relu_of_nan\tkeras-team/keras#1\t\t2026-11-30\n"
    )
    known = upstream.known()
    assert str(known["celu_slope"]) == "no issue found on 2026-11-30"
    assert str(known["sign_of_nan"]) == "pytorch/pytorch#41245, open"
    assert str(known["relu_of_nan"]) == "keras-team/keras#1"
    done = CliRunner().invoke(app, ["findings", "--list", "--only", "tanh_shrink"])
    assert "; no issue looked for)" in done.output
    done = CliRunner().invoke(app, ["findings", "--list", "--only", "celu_slope"])
    assert "; no issue found on 2026-11-30)" in done.output


def test_the_newest_release_is_as_told():
    for key, row in versions.recorded().items():
        assert list(row.values())[-1] in (AS_TOLD, ""), key


@pytest.mark.parametrize("finding", all_findings(), ids=lambda finding: finding.name)
def test_a_script_is_short(finding):
    lines = script(finding.script).splitlines()
    assert len(lines) <= MOST_LINES or finding.name in LONG
    compile("\n".join(lines), finding.name, "exec")


def test_since_is_the_first_release_from_which_on_all_is_as_told():
    def cells(*rows):
        return {
            ("celu_slope", backend): dict(zip(("3.12.4", "3.13.2", "3.14.1"), row, strict=True))
            for backend, row in zip(("jax", "torch"), rows, strict=True)
        }

    so = AS_TOLD
    assert versions.since(CELU, cells((so, so, so), (so, so, so))) == "3.12.4 or before"
    assert versions.since(CELU, cells((so, so, so), ("1", so, so))) == "3.13.2"
    assert versions.since(CELU, cells((so, so, "1"), (so, so, so))) == "not measured"
    assert versions.since(CELU, {}) == "not measured"


def test_what_could_not_be_run_stays_as_it_was():
    before = {("celu_slope", "jax"): {"3.14.1": "1.5"}}
    found = [Standing(CELU, "jax", "(not here)"), Standing(CELU, "torch", AS_TOLD)]
    assert versions.added(before, "3.14.1", found) == {
        ("celu_slope", "jax"): {"3.14.1": "1.5"},
        ("celu_slope", "torch"): {"3.14.1": AS_TOLD},
    }


def test_the_table_is_kept_and_told(monkeypatch, tmp_path):
    monkeypatch.setattr(versions, "PATH", tmp_path / "versions.tsv")
    cells = {("celu_slope", "tensorflow"): {"3.9.0": "1.0", "3.14.1": AS_TOLD}}
    versions.write(cells)
    assert versions.recorded() == cells
    head, _, line = versions.markdown([CELU], cells)
    assert head == "| finding | 3.9.0 | 3.14.1 | since |"
    assert line == f"| {CELU.title} | tensorflow: 1.0 | yes | 3.14.1 |"


def test_a_finding_stands_is_mended_or_cannot_be_run(monkeypatch):
    answers = iter(["2.0", "1.5"])

    def measure(finding, backend, environment):
        if backend == "torch":
            raise WorkerError("in a worker\nkeras.src.SomeError: what it said")
        return next(answers)

    monkeypatch.setattr(standing, "measure", measure)
    monkeypatch.setattr(standing.backends, "missing", lambda library: "")
    found = list(standing.standings([CELU]))
    assert [(s.now, s.mended) for s in found] == [
        (AS_TOLD, False), ("1.5", True), ("raises SomeError", True),
    ]  # fmt: skip
    monkeypatch.setattr(standing.backends, "missing", lambda library: "not here")
    assert not any(s.mended for s in standing.standings([CELU]))


def test_a_report_says_all_that_upstream_asks_for():
    found = [Standing(CELU, "tensorflow", AS_TOLD), Standing(CELU, "jax", "(not here)")]
    issue = upstream.Search("keras-team/keras#1", "open", "2026-11-30")
    text = report(CELU, found, "keras 3.15.1.", "3.12.4 or before", issue)
    for part in (
        f"# {CELU.title}", CELU.documentation, "- tensorflow: `2.0`\n",
        "- jax: `1.0` (as recorded; not run here)", "keras 3.15.1.", "Since",
        "See also keras-team/keras#1, open.", script(CELU.script),
    ):  # fmt: skip
        assert part.lower() in text.lower()
    none = upstream.Search(searched="2026-11-30")
    assert report(CELU, found, "", "", none).endswith("\n\nNo issue found on 2026-11-30.")
    assert '"""' not in script(CELU.script)


def test_the_list_runs_nothing_and_a_wrong_name_is_refused():
    done = CliRunner().invoke(app, ["findings", "--list", "--only", "celu"])
    assert done.exit_code == 0
    assert "defect: 1" in done.output
    assert "celu_slope" in done.output
    wrong = CliRunner().invoke(app, ["findings", "--report", "celu"])
    assert wrong.exit_code == 2


def test_the_installed_keras_has_them():
    done = CliRunner().invoke(app, ["findings", "--only", "celu_slope"])
    assert "0 of 1 findings are mended" in done.output


def test_a_release_is_brought_whole_or_not_at_all(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def fetch(version, target):
        target.mkdir()
        (target / f"keras-{version}.7.dist-info").mkdir()

    monkeypatch.setattr(releases, "_fetch", fetch)
    assert releases.exact("3.14") == "3.14.7"
    assert [path.name for path in releases.folder().iterdir()] == ["keras-3.14"]
    ((name, path),) = releases.environment("3.14")
    assert name == "PYTHONPATH"
    assert path.startswith(str(releases.folder() / "keras-3.14"))
    assert releases.environment("") == ()
    with pytest.raises(ValueError, match="no version"):
        releases.brought("newest")

    def fails(version, target):
        target.mkdir()
        raise releases.NotToBeHadError("no network")

    monkeypatch.setattr(releases, "_fetch", fails)
    with pytest.raises(releases.NotToBeHadError):
        releases.brought("3.13")
    assert [path.name for path in releases.folder().iterdir()] == ["keras-3.14"]
