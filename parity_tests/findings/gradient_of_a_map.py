"""On TensorFlow, the gradient of `ops.image.affine_transform` is not that of what it computes.

A pixel that lies between others takes a share of each, and should give each its share of the
gradient. TensorFlow looks the gradient up through the inverse map instead. Printed: the gradient of
the sum of an image that is shrunk to half its width, times its pixels' number from the left, where
it should be the shares themselves.

Documentation: `keras.ops.image.affine_transform`: "Applies the given transform(s) to the image(s)";
nothing of the gradient.

Gives:
    tensorflow [0.0, 0.5, 1.0, 1.5]
    jax [0.0, 0.0, 1.0, 0.0]
    torch [0.0, 0.0, 1.0, 0.0]

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np


class Halved(keras.layers.Layer):
    """An image of weights, every second pixel of which is looked at; times 0, 1, 2, ..."""

    def build(self, input_shape):
        """The image."""
        self.image = self.add_weight((1, 1, 4, 1), "ones", name="image")

    def call(self, x):
        """Pixel i is that at 2 i."""
        tensor = keras.ops.convert_to_tensor
        halved = tensor(np.array([2, 0, 0, 0, 1, 0, 0, 0], "float32"))
        seen = keras.ops.image.affine_transform(tensor(self.image), halved)
        numbers = tensor(np.arange(4, dtype="float32").reshape(1, 1, 4, 1))
        return x * keras.ops.sum(keras.ops.multiply(seen, numbers))


model = keras.Sequential([keras.Input((1,)), Halved()])
model.compile(keras.optimizers.SGD(1.0), loss=lambda y, p: p)
model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
print((1 - model.get_weights()[0]).ravel().tolist())
