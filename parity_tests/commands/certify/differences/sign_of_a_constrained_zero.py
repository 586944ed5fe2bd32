r"""NonNeg makes -0 of a negative weight; from 3.15 on 0.

Printed: a weight of -1 after it.

Tests:
    test_findings test_it_is_still_so\[averages_break_constraints-

Gives:
    3.12 -0.0
    3.13 -0.0
    3.14 -0.0
    3.15 0.0
"""

import keras

weight = keras.ops.convert_to_tensor([-1.0])
print(float(keras.constraints.NonNeg()(weight)[0]))
