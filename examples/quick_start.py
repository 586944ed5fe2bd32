"""Quick start: a network that learns, its gradients checked, saved and read again.

    python -m examples.quick_start

NumPy is enough. As a notebook: examples/notebooks/quick_start.ipynb.
"""

# %% [markdown]
# # Quick start
#
# Two numbers are a point of a square. Is the point in one of two opposite quarters, where
# $x_0 x_1 > 0$? No straight line separates them, so a network needs a hidden layer: 32 units with
# ReLU, and one with a sigmoid, whose output is the probability of "yes".

# %%
import numpy as np

import scratch as keras  # was: from tensorflow import keras

keras.utils.set_random_seed(42)
x = np.random.uniform(-1, 1, (1000, 2))  # points of a square
y = x[:, 0] * x[:, 1] > 0  # in which two of its quarters?

model = keras.Sequential([keras.layers.Dense(32, "relu"), keras.layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=30, validation_split=0.2, verbose=0)
print(model.predict(np.array([[0.5, 0.5], [-0.5, 0.5]]), verbose=0).round(2))

# %% [markdown]
# The first point is in such a quarter, the second is not. What the network is:

# %%
model.summary()

# %% [markdown]
# ## How it learned
#
# `fit` returns what it measured after each epoch; a notebook shows it as curves.

# %%
for name, values in history.history.items():
    print(f"{name:12} {values[0]:.4f} after the first epoch, {values[-1]:.4f} after the last")
history

# %% [markdown]
# ## The same in tf.keras
#
# Where TensorFlow is installed, the same program with another import gives the same digits: the
# seed is the seed of the initial weights and of the order of the samples, in both.


# %%
def losses(keras):
    """The loss after each of three epochs, of the network above."""
    keras.utils.set_random_seed(42)
    twin = keras.Sequential([keras.layers.Dense(32, "relu"), keras.layers.Dense(1, "sigmoid")])
    twin.compile("adam", "binary_crossentropy")
    found = twin.fit(x, y, epochs=3, verbose=0).history["loss"]
    return [f"{loss:.5f}" for loss in found]


print("scratch ", losses(keras))
try:
    from tensorflow import keras as tf_keras
except ImportError as error:
    print("tf.keras is not here to compare with:", error)
else:
    print("tf.keras", losses(tf_keras))

# %% [markdown]
# ## Is your own layer right?
#
# Here is a fully connected layer as one writes it for homework,
# $\mathbf{y} = \mathbf{x} \mathbf{W} + \mathbf{b}$, with its gradients. One line is wrong. `check`
# compares it with `scratch` and says which gradient is wrong and what the mistake looks like; in a
# shell the same is `parity check homework.py`.

# %%
from scratch import testing


class Dense:
    """y = x W + b, for n_in inputs and n_out outputs."""

    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        """The outputs of a batch, (batch, n_out)."""
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        """Keeps the gradients of W and b; returns that of x."""
        self.dW = self.x.T @ dy
        self.db = dy.mean(axis=0)
        return dy @ self.W.T


print(testing.check(Dense, like="dense"))

# %% [markdown]
# With `dy.sum(axis=0)` it is right:


# %%
class Mended(Dense):
    """The same layer with the right gradient of b."""

    def backward(self, dy):
        """Keeps the gradients of W and b; returns that of x."""
        dx = super().backward(dy)
        self.db = dy.sum(axis=0)
        return dx


print(testing.check(Mended, like="dense"))

# %% [markdown]
# ## Saving
#
# A `.keras` file can be read by either library, whichever wrote it.

# %%
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "quarters.keras"
    model.save(file)
    print(f"{file.name}: {file.stat().st_size:,} bytes")
    again = keras.saving.load_model(file)
print("the same answers:", np.array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0)))

# %% [markdown]
# ## What to read next
#
# - the lectures, each formula in code, as notebooks beside this one: `training_deep_nets`,
#   `loss_and_descent`, `soccer_ball`, `representation_learning`, `optimizers`, `convolution`;
# - `scratch/layers/core/dense.py`: a layer is its definition, its forward and its backward pass,
#   one under the other;
# - `examples/pages/check.md`: what else `check` can judge, and how it answers;
# - `examples/fashion_mnist.py`: the first real data set.
