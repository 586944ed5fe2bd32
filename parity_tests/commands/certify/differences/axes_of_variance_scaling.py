r"""VarianceScaling has no input_axes and output_axes yet, nor has the config of what uses it.

Printed: whether the config of GlorotUniform has them.

Tests:
    input_axes
    t_axes
    compute_fans\(\) takes
    test_the_config_is_keras_s\[
    test_configs_travel\[
    test_custom_objects|test_a_subclass_inherits_its_base_s_config

Gives:
    3.12 False
    3.13 False
    3.14 False
    3.15 True
"""

import keras

print("input_axes" in keras.initializers.GlorotUniform().get_config())
