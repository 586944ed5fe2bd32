"""The layers (`keras.layers`)."""

from scratch.context.absent import explain_absent
from scratch.layers.activations.activation import Activation
from scratch.layers.activations.rectifiers import ELU, LeakyReLU, PReLU, ReLU
from scratch.layers.activations.softmax import Softmax
from scratch.layers.base.configs import deserialize, serialize
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.layers.core.dense import Dense
from scratch.layers.core.einsum_dense import EinsumDense
from scratch.layers.core.embedding import Embedding
from scratch.layers.core.identity import ActivityRegularization, Identity
from scratch.layers.core.input_layer import Input, InputLayer
from scratch.layers.core.lambda_layer import Lambda
from scratch.layers.core.masking import Masking
from scratch.layers.core.wrapper import TimeDistributed, Wrapper
from scratch.layers.merging.concatenate import Concatenate
from scratch.layers.merging.dot import Dot
from scratch.layers.merging.functions import (
    add,
    average,
    concatenate,
    dot,
    maximum,
    minimum,
    multiply,
    subtract,
)
from scratch.layers.merging.merge import Add, Average, Maximum, Minimum, Multiply, Subtract
from scratch.layers.normalization.batch import BatchNormalization
from scratch.layers.normalization.group import GroupNormalization
from scratch.layers.normalization.layer import LayerNormalization
from scratch.layers.normalization.vector import RMSNormalization, UnitNormalization
from scratch.layers.preprocessing.category_encoding import CategoryEncoding
from scratch.layers.preprocessing.discretization import Discretization
from scratch.layers.preprocessing.normalization import Normalization
from scratch.layers.preprocessing.rescaling import Rescaling
from scratch.layers.regularization.alpha_dropout import AlphaDropout
from scratch.layers.regularization.dropout import Dropout
from scratch.layers.regularization.gaussian_noise import GaussianDropout, GaussianNoise
from scratch.layers.regularization.spatial_dropout import (
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from scratch.layers.reshaping.flatten import Flatten
from scratch.layers.reshaping.reshape import Permute, RepeatVector, Reshape

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

explain_absent(__name__)
