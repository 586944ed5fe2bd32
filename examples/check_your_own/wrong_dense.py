"""A fully connected layer with tanh, as a student may write it. Two lines are wrong.

parity check examples/check_your_own/wrong_dense.py:Dense --like dense --activation tanh
"""

import numpy as np


class Dense:
    """a = tanh(x W + b)."""

    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(1 / n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        """Outputs of a batch."""
        self.x = x
        self.a = np.tanh(x @ self.W + self.b)
        return self.a

    def backward(self, da):
        """Gradients of W and b, and dL/dx."""
        dz = da * (1 - self.a**2)
        self.dW = self.x.T @ dz / len(self.x)
        self.db = dz
        return dz @ self.W.T
