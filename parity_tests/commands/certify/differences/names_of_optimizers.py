r"""An optimizer is called as its class is; from 3.15 on, in snake case.

Printed: the names of four.

Tests:
    test_optimizers\[AdamW-weight_decay
    'name': 'sgd|'sgd' instead of|'rm_sprop' instead|sgd/iter|rm_sprop/|adam_w/|ada_grad|ada_?delta
    test_configs_travel_both_ways\[
    test_names_are_found_in_any_case\[
    test_what_one_library_saves_the_other_continues

Gives:
    3.12 SGD rmsprop adamw
    3.13 SGD rmsprop adamw
    3.14 SGD rmsprop adamw
    3.15 sgd rm_sprop adam_w
"""

import keras

kinds = (keras.optimizers.SGD, keras.optimizers.RMSprop, keras.optimizers.AdamW)
print(*(kind().name for kind in kinds))
