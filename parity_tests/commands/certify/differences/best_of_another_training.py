"""EarlyStopping keeps its best value in the next training; from 3.15 on it begins anew.

Printed: the best values after two trainings of an epoch, of losses 0.5 and 0.75.

Tests:
    test_a_callback_serves_a_second_training
    test_early_stopping_begins_anew
    test_rates_are_reduced_alike

Gives:
    3.12 [0.5, 0.5]
    3.13 [0.5, 0.5]
    3.14 [0.5, 0.5]
    3.15 [0.5, 0.75]
"""

import types

import keras

callback, best = keras.callbacks.EarlyStopping("loss"), []
callback.set_model(types.SimpleNamespace(stop_training=False))
for loss in (0.5, 0.75):
    callback.on_train_begin()
    callback.on_epoch_end(0, {"loss": loss})
    best.append(float(callback.best))
print(best)
