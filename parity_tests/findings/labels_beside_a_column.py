"""Metrics of labels (n,) beside predictions (n, 1) compare every row with every other.

MeanSquaredError squeezes the column; Hinge, SquaredHinge, CategoricalHinge, KLDivergence, Poisson
and the cross-entropies do not: (n,) and (n, 1) become (n, n). The losses of the same names squeeze.
Printed: the result for labels (n,), and for (n, 1), of five metrics.

Documentation: `keras.metrics.Hinge`: "Computes the hinge metric between `y_true` and `y_pred`";
that of MeanSquaredError reads alike.

Gives:
    tensorflow 1.0 0.75; 0.837 0.144; 0.918 0.644; 1.0 0.75; 0.062 0.062;
    jax 1.0 0.75; 0.837 0.144; 0.918 0.644; 1.0 0.75; 0.062 0.062;
    torch 1.0 0.75; 0.837 0.144; 0.918 0.644; 1.0 0.75; 0.062 0.062;

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras
import numpy as np

y, p = np.array([1.0, 0.0]), np.array([[0.75], [0.25]])
for name in ("Hinge", "KLDivergence", "Poisson", "CategoricalHinge", "MeanSquaredError"):
    found = []
    for labels in (y, y[:, None]):
        metric = getattr(keras.metrics, name)()
        metric.update_state(labels, p)
        found.append(round(float(metric.result()), 3))
    print(*found, end="; ")
