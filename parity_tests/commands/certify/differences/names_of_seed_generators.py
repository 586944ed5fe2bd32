r"""A SeedGenerator's config leaves out its name.

Printed: whether it holds it.

Tests:
    test_seed_generator_configuration
    test_configurations_are_those_of_keras\[\w+-generator

Gives:
    3.12 False
    3.13 False
    3.14 True
    3.15 True
"""

import keras

print("name" in keras.random.SeedGenerator(4, name="mine").get_config())
