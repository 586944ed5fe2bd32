"""The layers (`keras.layers`)."""

from scratch.layers.activation import Activation
from scratch.layers.activation_layers import ELU, LeakyReLU, PReLU, ReLU
from scratch.layers.alpha_dropout import AlphaDropout
from scratch.layers.batch_normalization import BatchNormalization
from scratch.layers.category_encoding import CategoryEncoding
from scratch.layers.concatenate import Concatenate
from scratch.layers.dense import Dense
from scratch.layers.discretization import Discretization
from scratch.layers.dot import Dot
from scratch.layers.dropout import Dropout
from scratch.layers.einsum_dense import EinsumDense
from scratch.layers.embedding import Embedding
from scratch.layers.flatten import Flatten
from scratch.layers.gaussian_noise import GaussianDropout, GaussianNoise
from scratch.layers.group_normalization import GroupNormalization
from scratch.layers.heads import head_of as head_of
from scratch.layers.identity import ActivityRegularization, Identity
from scratch.layers.input_layer import Input, InputLayer
from scratch.layers.input_spec import InputSpec
from scratch.layers.lambda_layer import Lambda
from scratch.layers.layer import Layer
from scratch.layers.layer_normalization import LayerNormalization
from scratch.layers.masking import Masking
from scratch.layers.merging import Add, Average, Maximum, Minimum, Multiply, Subtract
from scratch.layers.merging_functions import (
    add,
    average,
    concatenate,
    dot,
    maximum,
    minimum,
    multiply,
    subtract,
)
from scratch.layers.normalization import Normalization
from scratch.layers.rescaling import Rescaling
from scratch.layers.reshape import Permute, RepeatVector, Reshape
from scratch.layers.serialization import deserialize, serialize
from scratch.layers.softmax import Softmax
from scratch.layers.spatial_dropout import SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from scratch.layers.vector_normalization import RMSNormalization, UnitNormalization
from scratch.layers.wrapper import TimeDistributed, Wrapper

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "Add",
    "AlphaDropout",
    "Average",
    "BatchNormalization",
    "CategoryEncoding",
    "Concatenate",
    "Dense",
    "Discretization",
    "Dot",
    "Dropout",
    "EinsumDense",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GroupNormalization",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "RMSNormalization",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "Subtract",
    "TimeDistributed",
    "UnitNormalization",
    "Wrapper",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]
