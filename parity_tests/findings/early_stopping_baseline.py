"""EarlyStopping does not end a training that improves and never reaches the baseline.

Patience is looked at only in epochs that are no better than the best. Printed: after how many of 50
epochs a loss that falls from 100 to 51 is stopped, with a baseline of 1 and a patience of 2.

Documentation: `keras.callbacks.EarlyStopping`: "baseline: Baseline value for the monitored
quantity. If not `None`, training will stop if the model doesn't show improvement over the
baseline."

Gives:
    tensorflow 50
    jax 50
    torch 50

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import types

import keras

callback, model = keras.callbacks.EarlyStopping("loss", 0, 2, baseline=1.0), types.SimpleNamespace()
callback.set_model(model)
callback.on_train_begin()
model.stop_training, epoch = False, 0
while not model.stop_training and epoch < 50:
    callback.on_epoch_end(epoch, {"loss": 100.0 - epoch})
    epoch += 1
print(epoch)
