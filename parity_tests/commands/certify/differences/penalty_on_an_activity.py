r"""The penalty on an activity is that of the whole batch; from 3.14 on it is divided by its rows.

Printed: the penalty of two rows of three ones.

Tests:
    test_layers test_derivatives\[by hand-activity regularization/
    test_regularizers test_derivatives\[by hand-regularizer/(hidden )?activity
    test_penalties \S+\[(.* )?\S*activity_regularizer\]
    test_losses test_(derivatives|training)\[(by hand-)?sparse/fused through a linear layer
    test_graphs test_fit\[(call only|read twice)-
    test_overrides \S+\[activity regularizer-

Gives:
    3.12 6.0
    3.13 6.0
    3.14 3.0
    3.15 3.0
"""

import keras
import numpy as np

layer = keras.layers.ActivityRegularization(l2=1.0)
layer(np.ones((2, 3), "float32"))
print(float(layer.losses[0]))
