"""The layers (`keras.layers`)."""

from scratch.layers.activation import Activation
from scratch.layers.dense import Dense
from scratch.layers.dropout import Dropout
from scratch.layers.flatten import Flatten
from scratch.layers.input_layer import Input, InputLayer
from scratch.layers.layer import Layer

__all__ = ["Activation", "Dense", "Dropout", "Flatten", "Input", "InputLayer", "Layer"]
