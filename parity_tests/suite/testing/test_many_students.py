"""Files as courses teach them: each is understood without a word, and judged rightly."""

import pytest

from parity_tests.suite.testing.course_students import COURSES
from parity_tests.suite.testing.many_students import STUDENTS
from scratch.testing import check_file


@pytest.mark.parametrize("name", STUDENTS)
def test_a_file(name, tmp_path):
    text, right, said = STUDENTS[name]
    file = tmp_path / "homework.py"
    file.write_text(f"import numpy as np\n{text}")
    report = check_file(file)
    assert bool(report) == right, str(report)
    assert said in " ".join(str(report).split()), str(report)


def checked(text, tmp_path):
    file = tmp_path / "homework.py"
    file.write_text(f"import numpy as np\n{text}")
    return check_file(file)


@pytest.mark.parametrize("name", COURSES)
def test_a_course(name, tmp_path):
    report = checked(COURSES[name].text, tmp_path)
    assert report, str(report)
    assert COURSES[name].said in " ".join(str(report).split()), str(report)


@pytest.mark.parametrize(
    ("name", "said"), [(n, said) for n in COURSES for said in COURSES[n].mistakes]
)
def test_a_mistake_in_a_course(name, said, tmp_path):
    old, new = COURSES[name].mistakes[said]
    assert old in COURSES[name].text
    report = checked(COURSES[name].text.replace(old, new), tmp_path)
    assert not report, str(report)
    assert not report.problems, str(report)
    assert said in " ".join(str(report).split()), str(report)


def test_there_are_many():
    assert len(STUDENTS) > 25
