"""Adam, as a student may write it. One thing is wrong.

parity check examples/check_your_own/wrong_optimizer.py:Adam --like adam
"""

import numpy as np


class Adam:
    """Adam for a dictionary of weights and one of gradients."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t = 0
        self.m, self.v = {}, {}

    def update(self, params, grads):
        """One step, in place."""
        self.t += 1
        for name in params:
            g = grads[name]
            self.m[name] = self.beta1 * self.m.get(name, 0) + (1 - self.beta1) * g
            self.v[name] = self.beta2 * self.v.get(name, 0) + (1 - self.beta2) * g**2
            m = self.m[name] / (1 - self.beta1**self.t)
            v = self.v[name] / (1 - self.beta2**self.t)
            params[name] -= self.lr * m / np.sqrt(v + self.eps)
