"""The comparison in twenty lines: both libraries train one network from one seed.

    python -m examples.compare [epochs [samples]]

Copy it, put your own network into `train`, and see for yourself.
"""

import sys

import numpy as np
from tensorflow import keras

import scratch
from keras_models.fashion_mnist import build, compile_settings, data

epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
samples = int(sys.argv[2]) if len(sys.argv) > 2 else None
images = data()


def train(library):
    """The lecture's network, trained by one of the libraries."""
    library.utils.set_random_seed(42)
    model = build(library)
    model.compile(**compile_settings(library))
    model.fit(images.x_train[:samples], images.y_train[:samples], epochs=epochs)
    return model


ours, theirs = train(scratch), train(keras)
for a, b, v in zip(ours.get_weights(), theirs.get_weights(), ours.weights, strict=True):
    print(f"{v.path:25} largest difference {np.abs(a - b).max():.1e} of {np.abs(b).max():.2f}")
answers = [model.predict(images.x_test, verbose=0).argmax(axis=1) for model in (ours, theirs)]
print(f"{np.count_nonzero(answers[0] != answers[1])} of {len(answers[0])} predictions differ")
