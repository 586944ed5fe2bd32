r"""What train_on_batch reports is the mean since the metrics were reset; from 3.15 on, the batch's.

Printed: what a second call reports, whose own loss is 0, after a first one that had 4.

Tests:
    test_a_loss_in_training
    test_numbers_of_a_weight_are_read_eagerly_or_refused
    (loss|metric/\S+|log/\S+)  step \d+
    ^\S+ test_metrics\[
    instead of \[[\d., ]+\]: [\d.e-]+ off
    test_a_scaled_loss|test_smooth_lines|test_inside_of_others_and_twice
    test_discretization_otherwise|test_train_step_with_a_tape|loss/step \d
    test_what_compute_loss_does|test_schedules\.\S+|test_quirks\.test_k(1|20|32|36)_

Gives:
    3.12 2.0
    3.13 2.0
    3.14 2.0
    3.15 0.0
"""

import keras
import numpy as np

x = np.ones((2, 1), "float32")
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
model.compile(keras.optimizers.SGD(0.25), "mse")
model.train_on_batch(x, 3 * x)
print(float(model.train_on_batch(x, 3 * x)))
