"""Where a pointer has 32 bits, as in a browser, `scratch` computes the same.

Needs Node, the npm package pyodide 0.27.7 and NumPy's wheel for it:

    npm install --prefix .pyodide pyodide@0.27.7
    PYODIDE_NUMPY=numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl
"""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import kappa_of, trajectory
from scratch.ops.graph.promotion import as_index

HERE = Path(__file__).parents[2]
ROOT = HERE.parent
PYODIDE = ROOT / ".pyodide" / "node_modules" / "pyodide"
_NAME = "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl"
WHEEL = Path(os.environ.get("PYODIDE_NUMPY") or ROOT.parent / "shared" / "pyodide" / _NAME)


def _printed(command: list[str]) -> dict[str, list]:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]
    return {str(i): json.loads(line) for i, line in enumerate(done.stdout.splitlines())}


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node")
@pytest.mark.skipif(not PYODIDE.is_dir(), reason="Pyodide is not installed (see the head)")
@pytest.mark.skipif(not WHEEL.is_file(), reason="no wheel of NumPy for Pyodide (see the head)")
def test_the_same_numbers():
    """Draws bit for bit; the rest to the bound: `exp` and its kin are another library's."""
    bound = trajectory(8, kappa_of("adam"), "float32")
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text())
    assert hashlib.sha256(WHEEL.read_bytes()).hexdigest() == lock["packages"]["numpy"]["sha256"]
    folder = HERE / "commands" / "thirty_two_bits"
    program = str(folder / "program.py")
    run = ["node", str(folder / "run.mjs"), str(PYODIDE), str(WHEEL), str(ROOT), program]
    there, here = _printed(run), _printed([sys.executable, program])
    assert list(there) == list(here)
    for (name, found), (own_name, own) in zip(there.values(), here.values(), strict=True):
        assert name == own_name
        if name.startswith(("drawn", "an index")):
            assert found == own, name
            continue
        for a, b in zip(found, own, strict=True):
            scale = np.max(np.abs(b), initial=1e-30)
            assert np.max(np.abs(np.subtract(a, b)), initial=0) <= bound.relative * scale, name


def test_numbers_that_no_index_can_be_stay_outside():
    found = as_index(np.array([1, -2, 2**40]))
    assert found.dtype == np.intp
    assert found.tolist()[:2] == [1, -2]
    assert as_index(np.array([1.0, 2.0])).dtype == np.intp


def test_whatever_is_taken_is_taken_by_an_index():
    """`take` refuses int64 there: every call of it in `scratch` says what its numbers are."""
    known = {"at", "rows", "np.argsort(keys, kind='stable')"}
    found = set()
    for path in sorted(Path(scratch.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr != "take" or not node.args:
                continue
            owner = ast.unparse(node.func.value)
            if owner in ("ops", "gather", "self.held"):
                continue
            found.add(ast.unparse(node.args[1 if owner == "np" else 0]))
    said = ("range(", "as_index(")
    plain = {text for text in found if text.isdigit() or text.startswith(said)}
    assert found - plain <= known, found - plain - known
