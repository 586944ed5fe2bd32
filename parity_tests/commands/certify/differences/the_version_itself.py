r"""The version itself.

Printed: it.

Tests:
    test_its_program_prints_what_is_written_down\[.*-3\.15\]
    test_the_version_is_that_of_the_keras_compared_with

Gives:
    3.12 3.12
    3.13 3.13
    3.14 3.14
    3.15 3.15
"""

import keras

print(keras.__version__.rpartition(".")[0])
