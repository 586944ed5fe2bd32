"""A model that is saved and loaded draws its dropout from the beginning.

The state of a layer's random numbers is a variable that no file holds: a training that goes on
after loading repeats the masks of the first. Printed: whether the next masks of a model and of the
loaded one are alike.

Documentation: `keras.Model.save`: "Thus models can be reinstantiated in the exact same state".

Gives:
    tensorflow False
    jax False
    torch False

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import tempfile

import keras
import numpy as np

model = keras.Sequential([keras.Input((8,)), keras.layers.Dropout(0.5, seed=3)])
x = np.ones((1, 8), "float32")
model(x, training=True)
with tempfile.TemporaryDirectory() as folder:
    model.save(f"{folder}/model.keras")
    again = keras.models.load_model(f"{folder}/model.keras")
answers = [keras.ops.convert_to_numpy(m(x, training=True)) for m in (model, again)]
print(bool(np.array_equal(*answers)))
