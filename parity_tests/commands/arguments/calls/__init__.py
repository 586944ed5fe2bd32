"""What is called for what it gives back, or does: functions that are no mathematics, and methods.

For each subject a `Call`: what it is given, the other value of each argument, and how to look at
what it does. A file for each neighbourhood; `CALLS` has them all.
"""

from parity_tests.commands.arguments.calls.arrays import ARRAYS
from parity_tests.commands.arguments.calls.bases import BASES
from parity_tests.commands.arguments.calls.call import Call
from parity_tests.commands.arguments.calls.data import DATA
from parity_tests.commands.arguments.calls.drawing import DRAWING
from parity_tests.commands.arguments.calls.fetching import FETCHING
from parity_tests.commands.arguments.calls.formulas import FORMULAS
from parity_tests.commands.arguments.calls.hooks import HOOKS
from parity_tests.commands.arguments.calls.image_layers import IMAGE_LAYERS
from parity_tests.commands.arguments.calls.images import IMAGES
from parity_tests.commands.arguments.calls.layer_methods import LAYER_METHODS
from parity_tests.commands.arguments.calls.looking_up import LOOKING_UP
from parity_tests.commands.arguments.calls.merging import MERGING
from parity_tests.commands.arguments.calls.model_methods import MODEL_METHODS
from parity_tests.commands.arguments.calls.optimizer_methods import OPTIMIZER_METHODS
from parity_tests.commands.arguments.calls.progress import PROGRESS
from parity_tests.commands.arguments.calls.registering import REGISTERING
from parity_tests.commands.arguments.calls.saving import SAVING
from parity_tests.commands.arguments.calls.sequences import SEQUENCES
from parity_tests.commands.arguments.calls.sequential_methods import SEQUENTIAL_METHODS
from parity_tests.commands.arguments.calls.settings import SETTINGS
from parity_tests.commands.arguments.calls.tensors import TENSORS
from parity_tests.commands.arguments.calls.trees import TREES

CALLS: dict[str, Call] = {
    **ARRAYS,
    **BASES,
    **DATA,
    **DRAWING,
    **FETCHING,
    **FORMULAS,
    **HOOKS,
    **IMAGES,
    **IMAGE_LAYERS,
    **LAYER_METHODS,
    **LOOKING_UP,
    **MERGING,
    **MODEL_METHODS,
    **OPTIMIZER_METHODS,
    **PROGRESS,
    **REGISTERING,
    **SAVING,
    **SEQUENTIAL_METHODS,
    **SEQUENCES,
    **SETTINGS,
    **TENSORS,
    **TREES,
}
