"""TensorFlow aborts the process when one of a tape's output gradients is None, for a source itself.

`tape.gradient([x * x, x], x, output_gradients=[dy, None])` ends in a failed check in C++: there is
no exception, and nothing that was not written down is left. Printed: whether the process was ended
by a signal.

Documentation: `tf.GradientTape.gradient`: "output_gradients: a list of gradients, one for each
differentiable element of target. Defaults to None."

Gives:
    tensorflow ended by a signal
    jax has no tape
    torch has no tape

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import subprocess
import sys

import keras

PROGRAM = """
import tensorflow as tf
x = tf.constant(2.0)
with tf.GradientTape() as tape:
    tape.watch(x); y = [x * x, x]
tape.gradient(y, x, output_gradients=[tf.constant(1.0), None])
"""
if keras.backend.backend() == "tensorflow":
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=False)
    print("ended by a signal" if ended.returncode < 0 else "an exception, or nothing")
else:
    print("has no tape")
