"""On TensorFlow sparse and one-hot cross-entropy differ where probabilities do not sum to 1.

Categorical cross-entropy divides by the sum and then clips. The sparse one clips first, which
cuts everything above 1 to 1, and divides afterwards. Other backends do both alike. Printed: the
sparse and the one-hot loss of class 1 for the scores 4, 2, 2.

Documentation: `keras.losses.SparseCategoricalCrossentropy`: "If you want to provide labels using
`one-hot` representation, please use `CategoricalCrossentropy` loss": the same loss for two forms
of labels.

Gives:
    tensorflow 1.0986 1.3863
    jax 1.3863 1.3863
    torch 1.3863 1.3863

Kind: defect
Quirk: K8
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

scores = np.array([[4.0, 2.0, 2.0]], "float32")
sparse = keras.losses.SparseCategoricalCrossentropy()(np.array([1]), scores)
onehot = keras.losses.CategoricalCrossentropy()(np.array([[0.0, 1.0, 0.0]]), scores)
print(f"{float(sparse):.4f} {float(onehot):.4f}")
