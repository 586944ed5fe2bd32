"""After a first epoch of NaN, EarlyStopping takes every later loss for no better.

The first value becomes the best, and nothing is smaller than NaN: a training that recovers and
improves in every epoch is ended. Printed: after how many epochs.

Documentation: `keras.callbacks.EarlyStopping`: "Stop training when a monitored metric has stopped
improving."

Gives:
    tensorflow 4
    jax 4
    torch 4

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import types

import keras

callback, model = keras.callbacks.EarlyStopping("loss", patience=3), types.SimpleNamespace()
callback.set_model(model)
callback.on_train_begin()
model.stop_training, epoch = False, 0
while not model.stop_training and epoch < 50:
    callback.on_epoch_end(epoch, {"loss": 100.0 - epoch if epoch else float("nan")})
    epoch += 1
print(epoch)
