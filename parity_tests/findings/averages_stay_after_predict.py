"""After `predict` with SwapEMAWeights the model keeps the averages in place of its weights.

The callback swaps weights and averages when a prediction begins and is to swap them back when it
ends. Its hook for the end asks whether nothing has been swapped, not whether something has, and so
does nothing. Printed: the weight before a prediction, after it, and after the evaluation that
follows, which brings it back only because it finds the averages in place already.

Documentation: `keras.callbacks.SwapEMAWeights`: "swaps model weights and EMA weights before and
after evaluation".

Gives:
    tensorflow 1.0 2.0 1.0
    jax 1.0 2.0 1.0
    torch 1.0 2.0 1.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

one = np.ones((1, 1), "float32")
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
model.compile(keras.optimizers.SGD(0.0, use_ema=True), "mse")
model.train_on_batch(one, one)
model.set_weights([one])
model.optimizer.variables[-1].assign(2 * one)
swap = keras.callbacks.SwapEMAWeights()
weights = [model.get_weights()[0].item()]
model.predict(one, callbacks=[swap], verbose=0)
weights.append(model.get_weights()[0].item())
model.evaluate(one, one, callbacks=[swap], verbose=0)
weights.append(model.get_weights()[0].item())
print(*weights)
