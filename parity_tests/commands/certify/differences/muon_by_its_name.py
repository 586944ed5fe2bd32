r"""Muon cannot be asked for by its name; from 3.14 on it can.

Printed: what becomes of it.

Tests:
    Could not interpret optimizer identifier: muon

Gives:
    3.12 ValueError
    3.13 ValueError
    3.14 Muon
    3.15 Muon
"""

import keras

try:
    print(type(keras.optimizers.get("muon")).__name__)
except ValueError:
    print("ValueError")
