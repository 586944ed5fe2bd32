"""A record: what an engine found, name by name.

    output                          the model's prediction
    loss, loss/step 3               before the step
    gradient/dense_1/kernel         dL/dW;  gradient/x is dL/d(input)
    weights/dense_2/kernel/step 4   after the step; step 0 are the initial weights
    slot/adam/..._momentum          the optimizer's memory
    metric/accuracy/step 3          running means
    log/val_loss                    one entry for each epoch
    initial/...  order/...  mask/...   what was drawn

Names are the same in every library.
"""

import re

import numpy as np

Record = dict[str, np.ndarray]

_STEP = re.compile(r"/step (\d+)$")


def step_of(name: str) -> int | None:
    """The step in a name, or None."""
    found = _STEP.search(name)
    return None if found is None else int(found.group(1))


def without_step(name: str) -> str:
    """`weights/dense/kernel/step 4` -> `weights/dense/kernel`."""
    return _STEP.sub("", name)


def weight_name(variable_path: str, layer_name: str) -> str:
    """`sequential/dense_1/kernel` -> `dense_1/kernel`."""
    return f"{layer_name}/{variable_path.split('/')[-1]}"
