"""scikit-learn's own way: MLPClassifier, whose `partial_fit` is one epoch.

Without its penalty, momentum and early stopping, which the others have not. It makes its weights
when it takes its first step, so ours are put in afterwards; what the optimizer remembers of that
step is forgotten with them.
"""

from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, log_loss
from sklearn.neural_network import MLPClassifier

from parity_tests.commands.bench.peers.epochs import timed
from parity_tests.commands.bench.work import BETAS, RATES, Work, data, initial_weights


class SklearnMLP:
    """scikit-learn's MLPClassifier, with the settings of the work."""

    def __init__(self, work: Work) -> None:
        self._work, (self._x, self._y) = work, data(work)
        self._classes = np.arange(2 if work.binary else work.sizes[-1])
        self.model = MLPClassifier(
            work.sizes[1:-1],
            activation=work.hidden,
            solver=work.optimizer,
            alpha=0.0,
            batch_size=min(work.batch, work.samples),
            learning_rate_init=RATES[work.optimizer],
            shuffle=work.shuffle,
            momentum=0.0,
            nesterovs_momentum=False,
            early_stopping=False,
            beta_1=BETAS[0],
            beta_2=BETAS[1],
            epsilon=work.epsilon,
            random_state=1,
        )
        rows = slice(0, work.batch)
        self.model.partial_fit(self._x[rows], self._y[rows], classes=self._classes)
        weights = initial_weights(work)
        self.model.coefs_, self.model.intercepts_ = weights[::2], weights[1::2]
        del self.model._optimizer

    def fit(self, epochs: int) -> list[float]:
        """Continues the training; returns the seconds of each epoch."""
        return timed(lambda: self.model.partial_fit(self._x, self._y), epochs)

    def evaluate(self) -> tuple[float, float]:
        """Loss and accuracy of all samples."""
        p = self.model.predict_proba(self._x)
        loss = log_loss(self._y, p, labels=self._classes)
        return loss, accuracy_score(self._y, p.argmax(axis=1))

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities, of all samples at once."""
        p = self.model.predict_proba(x)
        return p[:, 1:] if self._work.binary else p

    def call(self, x: np.ndarray) -> Any:
        """Not possible: an MLPClassifier is no function of a batch."""
        raise NotImplementedError("MLPClassifier has no model(x)")
