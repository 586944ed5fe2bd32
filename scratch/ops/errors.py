"""The one class of error that Keras users meet and Python does not have."""


class InvalidArgumentError(ValueError):
    """A value that an operation cannot take, found while it computes.

    TensorFlow raises `tf.errors.InvalidArgumentError` in these places: a label outside
    `[0, classes)`, arrays whose shapes do not fit each other.
    """
