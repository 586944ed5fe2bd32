"""What is called for what it gives back, or does: functions that are no mathematics, and methods.

For each subject a `Call`: what it is given, the other value of each argument, and how to look at
what it does. A file for each neighbourhood; `CALLS` has them all.
"""

from parity_tests.arguments.calls.call import Call
from parity_tests.arguments.calls.data import DATA
from parity_tests.arguments.calls.drawing import DRAWING
from parity_tests.arguments.calls.looking_up import LOOKING_UP
from parity_tests.arguments.calls.merging import MERGING
from parity_tests.arguments.calls.registering import REGISTERING
from parity_tests.arguments.calls.saving import SAVING
from parity_tests.arguments.calls.settings import SETTINGS
from parity_tests.arguments.calls.trees import TREES

CALLS: dict[str, Call] = {
    **DATA,
    **DRAWING,
    **LOOKING_UP,
    **MERGING,
    **REGISTERING,
    **SAVING,
    **SETTINGS,
    **TREES,
}
