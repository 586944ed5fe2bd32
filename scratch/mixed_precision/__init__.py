"""Policies under the names of `keras.mixed_precision`.

A policy of one type computes in it. One that mixes two, such as `mixed_float16`, is refused: it is
for accelerators, on which narrow types are fast; NumPy widens them for every operation.
"""

from scratch.context.absent import explain_absent
from scratch.dtype_policies import DTypePolicy, dtype_policy, set_dtype_policy
from scratch.optimizers import LossScaleOptimizer

Policy, global_policy, set_global_policy = DTypePolicy, dtype_policy, set_dtype_policy

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]

explain_absent(__name__)
