"""CategoricalGeneralizedCrossEntropy and Lamb cannot be had by their names.

They are missing from the lists of losses and of optimizers: `deserialize` of what `serialize` gives
is a string, and `get` refuses the name. Printed: for each what the two come to.

Documentation: `keras.optimizers.get`: "String: name of an optimizer"; `keras.losses.get`: "The
`identifier` may be the string name of a loss function or `Loss` class".

Gives:
    tensorflow str ValueError str ValueError
    jax str ValueError str ValueError
    torch str ValueError str ValueError

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

loss, found = keras.losses.CategoricalGeneralizedCrossEntropy(), []
for room, thing in ((keras.losses, loss), (keras.optimizers, keras.optimizers.Lamb())):
    found.append(type(room.deserialize(room.serialize(thing))).__name__)
    try:
        found.append(type(room.get(type(thing).__name__)).__name__)
    except ValueError:
        found.append("ValueError")
print(*found)
