"""A perfect F1 score or IoU is below 1: an epsilon is added to what is divided by.

`== 1.0` is never true, and the smaller the count, the larger the error. Printed: F1 and IoU of one
sample of weight 1e-6, predicted rightly.

Documentation: `keras.metrics.F1Score`: "f1_score = 2 * (precision * recall) / (precision +
recall)"; `keras.metrics.IoU`: "iou = true_positives / (true_positives + false_positives +
false_negatives)". Both are 1.

Gives:
    tensorflow 0.9091 False
    jax 0.9091 False
    torch 0.9091 False

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

f1, one = keras.metrics.F1Score(threshold=0.5), np.ones((1, 1), "float32")
f1.update_state(one, one, sample_weight=[1e-6])
iou = keras.metrics.IoU(num_classes=1, target_class_ids=[0])
iou.update_state([0], [0])
print(round(float(f1.result()[0]), 4), float(iou.result()) == 1.0)
