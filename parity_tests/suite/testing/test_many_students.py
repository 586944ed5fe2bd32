"""Files as courses teach them: each is understood without a word, and judged rightly."""

import pytest

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


def test_there_are_many():
    assert len(STUDENTS) > 25
