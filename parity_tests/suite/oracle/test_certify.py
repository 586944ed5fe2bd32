"""`parity certify`: what runs, what is left out, which differences are known."""

import pytest
from typer.testing import CliRunner

from parity_tests.__main__ import app
from parity_tests.commands.certify import command, parts
from parity_tests.commands.certify.known import FOLLOWED, Difference, all_differences
from parity_tests.commands.certify.parts import Failure, Part
from parity_tests.harness import releases
from parity_tests.tiers import Campaign

DIFFERENCES = all_differences()
RELEASES = ("3.12", "3.13", "3.14", "3.15")
TESTS = """<testsuites><testsuite>
<testcase classname="parity_tests.suite.ops.test_values" name="test_value[fmax]">
<failure>some lines
E   AttributeError: module 'keras.ops' has no attribute 'fmax'</failure></testcase>
<testcase classname="parity_tests.suite.ops.test_values" name="test_value[exp]"/>
<testcase classname="parity_tests.suite.ops.test_values" name="test_value[i0]"><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.name)
def test_a_difference_is_one(difference):
    assert tuple(difference.gives) == RELEASES
    assert difference.expected("3.13")
    assert not difference.expected(FOLLOWED)
    assert difference.patterns


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.name)
def test_its_program_prints_what_is_written_down(difference, release):
    if release == FOLLOWED:
        release_here = ""
    elif (releases.folder() / f"keras-{release}").exists():
        release_here = release
    else:
        pytest.skip(f"Keras {release} has not been brought here")
    assert difference.confirmed(release, releases.environment(release_here))


def test_outcomes_are_read(tmp_path):
    file = tmp_path / "outcomes.xml"
    file.write_text(TESTS)
    found = parts.read(file)
    assert list(found) == [
        "suite.ops.test_values test_value[exp]", "suite.ops.test_values test_value[fmax]",
    ]  # fmt: skip
    assert list(found.values()) == [
        "", "AttributeError: module 'keras.ops' has no attribute 'fmax'",
    ]  # fmt: skip


def test_what_is_confirmed_explains_and_nothing_else_does(monkeypatch):
    failures = (
        Failure("suite.ops.test_values test_value[fmax]", "module 'keras.ops' has no attribute"),
        Failure("suite.ops.test_values test_value[exp]", "1.0 instead of 2.0"),
    )
    run = [Part("the day", "FAILED", failures=failures)]
    monkeypatch.setattr(Difference, "confirmed", lambda *_: True)
    known, rest = command.explained(run, "3.14", ())
    assert {d.name: n for d, n, _ in known if n} == {"names_that_came_later": 1}
    assert rest == [failures[1]]
    monkeypatch.setattr(Difference, "confirmed", lambda *_: False)
    assert command.explained(run, "3.14", ())[1] == list(failures)
    assert command.explained(run, FOLLOWED, ()) == ([], list(failures))


@pytest.mark.parametrize(("code", "status", "word"), [("pass", 0, "Certified"), ("1/0", 1, "Not")])
def test_a_report_is_written(monkeypatch, tmp_path, code, status, word):
    quick = Campaign("quick", 1, command=("timeit", "-n", "1", "-r", "1", code))
    slow, other = Campaign("quick but long", 50, command=("timeit",)), Campaign("other", 1)
    monkeypatch.setattr(command, "PARTS", (quick, slow, other))
    monkeypatch.setattr(command, "all_findings", lambda: ())
    done = CliRunner().invoke(
        app, ["certify", "--minutes", "5", "--only", "quick", "--output", str(tmp_path)]
    )
    assert done.exit_code == status, done.output
    text = next(tmp_path.rglob("certificate.md")).read_text()
    assert text.startswith(f"# {word}")
    assert "| quick but long | left out (takes 50 min) |" in text
    assert "| other | left out (not asked for) |" in text
    assert "numpy" in text


def test_what_was_cut_short_is_not_certified(monkeypatch, tmp_path):
    monkeypatch.setattr(command, "PARTS", (Campaign("quick", 1, command=("timeit",)),))
    monkeypatch.setattr(command, "run", lambda campaign, *_: Part(campaign.name, "cut short"))
    monkeypatch.setattr(command, "all_findings", lambda: ())
    assert CliRunner().invoke(app, ["certify", "--output", str(tmp_path)]).exit_code == 1


def test_what_takes_too_long_is_cut_short(tmp_path):
    endless = Campaign("endless", 1, command=("timeit", "import time; time.sleep(60)"))
    part = parts.run(endless, (), tmp_path, 0.5)
    assert (part.verdict, part.failures) == ("cut short", ())


def test_a_wrong_release_is_refused():
    assert CliRunner().invoke(app, ["certify", "--keras", "newest"]).exit_code == 2
