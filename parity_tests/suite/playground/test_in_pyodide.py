"""The page without a server computes what this process computes. Needs Node and Pyodide.

See whole/test_thirty_two_bits.py for how to get them.
"""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from parity_tests.commands.playground import place
from parity_tests.harness.tolerances import IN_A_BROWSER, kappa_of, trajectory
from parity_tests.suite.playground.playing import PRESETS
from parity_tests.suite.whole.test_thirty_two_bits import PYODIDE, WHEEL

SOME = place.module("digits").SOME
HERE = place.TESTS / "commands" / "playground"


def printed(*command):
    done = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, cwd=place.CLONE, timeout=400,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node")
@pytest.mark.skipif(not PYODIDE.is_dir(), reason="Pyodide is not installed")
@pytest.mark.skipif(not WHEEL.is_file(), reason="no wheel of NumPy for Pyodide")
def test_the_same_digits(tmp_path):
    """Initial weights in every bit; 300 steps in float64 within 1e-14."""
    archive = tmp_path / "python.zip"
    site = place.module("site")
    sources = site.python_zip(place.TESTS)
    archive.write_bytes(site.compiled(sources, PYODIDE))
    assert archive.read_bytes() != sources
    code = "from examples.playground.digits import tell; tell()"
    there = printed("node", HERE / "run.mjs", PYODIDE, WHEEL, archive, code)
    here = printed(sys.executable, "-m", "examples.playground.digits")
    assert len(there) == len(here) == 2 * len(SOME)
    for found, own in zip(there, here, strict=True):
        name, dtype, start, points, end, losses, shape, caught = found
        assert [name, dtype] == own[:2]
        assert start == own[2], f"{name}: other initial weights"
        points, own_points = (np.frombuffer(bytes.fromhex(p), dtype) for p in (points, own[3]))
        assert np.abs(points - own_points).max() <= 8 * np.finfo(dtype).eps, f"{name}: other points"
        assert shape == own[6]
        assert caught == own[7] == []
        optimizer = PRESETS[name][-1].get("optimizer", {"class": "SGD"})["class"].lower()
        allowed = trajectory(300, kappa_of(optimizer), dtype).relative * np.abs(own[4]).max()
        if dtype == "float64" and optimizer == "sgd":
            allowed = IN_A_BROWSER
        assert np.abs(np.subtract(end, own[4])).max() <= allowed, name
        assert np.abs(np.subtract(losses, own[5])).max() <= allowed, name
