"""On TensorFlow, EarlyStopping ends float64 training in an error once the loss passes 3.4e38.

Callbacks that monitor a value compare it as a float32 tensor, whatever the float type is. A Python
float that float32 cannot hold is refused, with a message that speaks of double precision, which
could hold it. Infinity and NaN are not refused: a run that has diverged a little ends in a
ValueError, one that has diverged altogether does not.

Documentation: `keras.callbacks.EarlyStopping`: "Stop training when a monitored metric has stopped
improving". That the metric must fit into float32 is not said.

Gives:
    tensorflow ValueError
    jax 1e+200
    torch 1e+200

Kind: backends disagree
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

keras.config.set_floatx("float64")
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
stopping = keras.callbacks.EarlyStopping("loss")
stopping.set_model(model)
stopping.on_train_begin()
try:
    for epoch, loss in enumerate((1e300, 1e200)):
        stopping.on_epoch_end(epoch, {"loss": loss})
    print(stopping.best)
except Exception as error:
    print(type(error).__name__)
