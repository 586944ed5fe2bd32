"""On TensorFlow `AdaptiveMaxPooling2D(1)` ends the process: a division by zero in oneDNN.

Keras pools with two windows, n / bins places long and one more, and takes from each what it needs.
With one bin the second is longer than the image, and oneDNN's pool of no places divides by their
number. So it is with a single bin along any axis, and with one dimension; the process is killed by
SIGFPE, which no `except` catches. Printed: how a process ends that does it; 0 is well.

Documentation: `keras.layers.AdaptiveMaxPooling2D`: output_size is "Integer or tuple of 2 integers";
one bin would be a global pool.

Gives:
    tensorflow -8
    jax 0
    torch 0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import subprocess
import sys

program = """
import keras, numpy
keras.layers.AdaptiveMaxPooling2D(1)(numpy.ones((1, 4, 4, 2), "float32"))
"""
ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
print(ended.returncode)
