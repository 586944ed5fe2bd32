"""image_dataset_from_directory brings the caller's list of labels into another order.

With `shuffle=True`, the default, paths and labels are shuffled, and the labels are those of the
caller and no copy: a second dataset made of the same list (another `subset`, say) has wrong labels.
Printed: whether the list is as it was.

Documentation: `keras.utils.image_dataset_from_directory`: "labels: ... or a list/tuple of integer
labels of the same size as the number of image files found in the directory."

Gives:
    tensorflow False
    jax False
    torch False

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.1
"""

import contextlib
import io
import tempfile

import keras
import numpy as np

with tempfile.TemporaryDirectory() as folder:
    for i in range(8):
        keras.utils.save_img(f"{folder}/{i}.png", np.zeros((2, 2, 3)), scale=False)
    labels = [0, 0, 0, 0, 1, 1, 1, 1]
    with contextlib.redirect_stdout(io.StringIO()):
        keras.utils.image_dataset_from_directory(folder, labels=labels, seed=1, image_size=(2, 2))
    print(labels == [0, 0, 0, 0, 1, 1, 1, 1])
