"""TensorFlow and its Keras, where a test asks for them."""

import pytest


@pytest.fixture(scope="module")
def tf():
    """TensorFlow."""
    return pytest.importorskip("tensorflow")


@pytest.fixture(scope="module")
def keras(tf):
    """Its Keras."""
    return tf.keras
