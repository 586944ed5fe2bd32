"""On TensorFlow a compiled step may read a weight after it has changed it: results vary.

Where a penalty reads a weight besides the one that it is on (here its strength is trained), the
operations that read weights and those that update them run in any order: TensorFlow's dependency
optimizer removes what keeps them apart. Loss and gradients are then those of weights some of which
have made their step already. With seeds set, fifteen runs of three steps had seven results, which
were up to 30 % apart; `tf.config.experimental.enable_op_determinism()` does not help. With
run_eagerly=True, with jit_compile=True and after
`tf.config.optimizer.set_experimental_options({"dependency_optimization": False})` there is one
result, that of the formulas. Printed: whether twelve compiled trainings give what an eager one
gives.

Documentation: `tf.function`: "executes all operations with side effects in the order specified in
the function", and `keras.layers.Layer.add_weight`: a regularizer is any callable.

Gives:
    tensorflow False
    jax True
    torch True

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

x = np.linspace(-1, 1, 15).reshape(5, 3).astype("float32")


class Penalized(keras.layers.Dense):
    """A Dense layer; the strength of its penalty is trained, too."""

    def build(self, shape):
        """The weights."""
        self.strength = self.add_weight(shape=(), initializer="ones")
        self.kernel_regularizer = lambda w: self.strength * keras.ops.sum(w * w)
        super().build(shape)


def trained(eagerly):
    """The losses of forty steps."""
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((3,)), Penalized(1)])
    model.compile(keras.optimizers.SGD(0.02), "mse", run_eagerly=eagerly)
    return model.fit(x, x[:, :1] + 1, epochs=40, shuffle=False, verbose=0).history["loss"]


eager = trained(True)
print(all(np.allclose(trained(False), eager) for _ in range(12)))
