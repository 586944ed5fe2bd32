"""The findings are still true: every program prints on every backend what its docstring says.

A test that turns red here is good news: upstream has mended something. Then the finding goes, and
with it the row of `harness.quirks` that follows it.
"""

import os
import subprocess
import sys

import pytest

from parity_tests.findings import all_findings, measure
from parity_tests.harness import backends, quirks
from parity_tests.harness.processor import simd

FINDINGS = all_findings()
NAMED = [(finding, backend) for finding in FINDINGS for backend in finding.gives]
SHORT = {name: short for short, name in backends.KERAS_NAMES.items()}


@pytest.mark.parametrize(
    ("finding", "backend"), NAMED, ids=[f"{finding.name}-{backend}" for finding, backend in NAMED]
)
def test_it_is_still_so(finding, backend):
    if reason := backends.missing(SHORT[backend]):
        pytest.skip(f"{backend}: {reason}")
    if finding.needs and backend == "tensorflow" and finding.needs not in simd():
        pytest.skip(f"this processor has no {finding.needs}")
    now = measure(finding, backend)
    assert now == finding.gives[backend], (
        f"{finding.title}: {backend} now prints {now!r}, not {finding.gives[backend]!r}. Where it "
        f"has been mended, take the finding out ({finding.script.name})."
    )


@pytest.mark.parametrize("finding", FINDINGS, ids=[finding.name for finding in FINDINGS])
def test_it_is_told_in_full(finding):
    assert len(finding.title) <= 100 and finding.explanation and finding.documentation
    assert finding.kind in ("defect", "backends disagree", "documentation")
    assert set(finding.gives) == set(SHORT)
    assert set(finding.versions) == {"keras", *SHORT}
    assert not finding.quirk or finding.quirk in quirks.BY_ID
    if finding.kind == "backends disagree":
        assert len(set(finding.gives.values())) > 1
    assert "keras.src" not in finding.script.read_text(), "public calls only"


def test_a_finding_runs_as_a_program():
    finding = next(f for f in FINDINGS if f.name == "celu_slope")
    ran = subprocess.run(
        [sys.executable, str(finding.script)],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == finding.gives["tensorflow"]
