"""Everything that verifies: the harness, the cases, the tests, and the main job `parity`.

In a clone `keras_models` stands beside this package. A wheel carries it in `packed/`, so that no
such name is installed for all programs to see; it is found there once this package is imported.
"""

import sys
from pathlib import Path

_PACKED = Path(__file__).with_name("packed")
if _PACKED.is_dir():
    sys.path.append(str(_PACKED))  # last: whatever else is called so goes first
