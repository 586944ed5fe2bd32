"""Label smoothing along an axis that is not the last counts the places of the last for classes.

Smoothed labels do not sum to 1 then. Printed: the smoothed loss of uniform predictions of 4 classes
at 2 places, which is log 4 = 1.3863 whatever the labels are.

Documentation: `keras.losses.categorical_crossentropy`: "use `0.1 / num_classes` for non-target
labels and `0.9 + 0.1 / num_classes` for target labels", "axis: [...] The dimension along which the
entropy is computed."

Gives:
    tensorflow 2.0794
    jax 2.0794
    torch 2.0794

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y, p = np.zeros((1, 4, 2), "float32"), np.full((1, 4, 2), 0.25, "float32")
y[:, 1] = 1
loss = keras.losses.categorical_crossentropy(y, p, label_smoothing=0.5, axis=1)
print(f"{float(loss[0, 0]):.4f}")
