"""The config of a Huber loss has no delta: loaded, it is another loss.

get_config tells the name and the reduction alone. CosineSimilarity and
SparseCategoricalCrossentropy lose their axis in the same way. Printed: a Huber loss with delta 0.1
of an error of 2, and what the one that its config makes gives. Upstream knows:
keras-team/keras#23286.

Documentation: `keras.losses.Huber`: "delta: A float, the point where the Huber loss function
changes"; of every object, "An object config is a Python dictionary (serializable) containing the
information needed to re-instantiate it".

Gives:
    tensorflow 0.195 1.5
    jax 0.195 1.5
    torch 0.195 1.5

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

loss = keras.losses.Huber(delta=0.1)
again = keras.losses.Huber.from_config(loss.get_config())
print(round(float(loss([0.0], [2.0])), 4), round(float(again([0.0], [2.0])), 4))
