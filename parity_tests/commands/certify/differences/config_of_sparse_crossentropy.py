r"""The metric SparseCategoricalCrossentropy's config lacks ignore_class until 3.14.

Printed: whether it has.

Tests:
    test_configs \S+\[metrics-SparseCategoricalCrossentropy-

Gives:
    3.12 False
    3.13 False
    3.14 True
    3.15 True
"""

import keras

print("ignore_class" in keras.metrics.SparseCategoricalCrossentropy().get_config())
