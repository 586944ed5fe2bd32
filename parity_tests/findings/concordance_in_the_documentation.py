"""The formulas and examples of concordance_correlation and pearson_correlation are not theirs.

Parentheses stand in the wrong places, the name is not in `keras.losses`, and the example of Pearson
calls concordance. Printed: whether the name is there; what the two examples give.

Documentation: `keras.metrics.pearson_correlation`: "keras.losses.concordance_correlation(y_true,
y_pred, axis=-1)" gives [1.         0.99339927]; `concordance_correlation`: [0.97560976 0.98765432].

Gives:
    tensorflow False 1.0000 0.9934 0.9756 0.9877
    jax False 1.0000 0.9934 0.9756 0.9877
    torch False 1.0000 0.9934 0.9756 0.9877

Kind: documentation
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0
"""

import keras

y, p = [[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]]
print(hasattr(keras.losses, "concordance_correlation"), end=" ")
for function in (keras.metrics.pearson_correlation, keras.metrics.concordance_correlation):
    print(*[f"{float(v):.4f}" for v in function(y, p)], end=" ")
