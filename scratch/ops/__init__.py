# ruff: noqa: F401 (the names of this package are its contents)
"""A small graph language with the names of `keras.ops`.

On arrays an operation computes at once; on symbols it builds a computational graph, whose
derivatives are graphs again:

    x = ops.Symbol.leaf("x")
    y = ops.sum(ops.tanh(x) ** 2)
    (dx,) = ops.gradient(y, [x])
    ops.evaluate([y, dx], {x: np.array([1.0, 2.0])})

A `Variable` counts as an array, until it meets a symbol: then it becomes a leaf of the graph, whose
value is read whenever the graph is evaluated.
"""

from scratch.context.absent import explain_absent as _explain_absent
from scratch.ops.arithmetic import (
    abs,
    absolute,
    clip,
    divide,
    divide_no_nan,
    floor_divide,
    maximum,
    minimum,
    mod,
    multiply,
    negative,
    power,
    reciprocal,
    rsqrt,
    sign,
    sqrt,
    square,
    subtract,
    true_divide,
)
from scratch.ops.bias import add
from scratch.ops.casting import cast, cast_like, convert_to_tensor
from scratch.ops.comparison import (
    equal,
    greater,
    greater_equal,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    not_equal,
    where,
)
from scratch.ops.core import (
    arange,
    cond,
    convert_to_numpy,
    eye,
    full,
    full_like,
    is_tensor,
    linspace,
    ndim,
    ones,
    shape,
    size,
    stop_gradient,
    zeros,
)
from scratch.ops.counting import in_top_k, segment_sum
from scratch.ops.drawing.draw import draw_svg, draw_text
from scratch.ops.drawing.draw_values import draw_frames, draw_values
from scratch.ops.einsum import einsum
from scratch.ops.elementwise import (
    ceil,
    cos,
    exp,
    expm1,
    floor,
    log,
    log1p,
    log2,
    log10,
    round,
    sigmoid,
    sin,
    softplus,
    tanh,
)
from scratch.ops.error_function import erf, erfc
from scratch.ops.functional.recording import record_functions as _record_functions
from scratch.ops.gradient import gradient
from scratch.ops.graph.operation import Operation, Tensor, operation
from scratch.ops.graph.operators import ADD as _ADD
from scratch.ops.graph.operators import GETITEM as _GETITEM
from scratch.ops.graph.program import Program, compile_graph, evaluate
from scratch.ops.graph.sources import OPERATIONS as _OPERATIONS
from scratch.ops.graph.symbol import Symbol
from scratch.ops.indexing import argsort, digitize, getitem, sort, take, take_along_axis, top_k
from scratch.ops.joining import concatenate, pad, repeat, split, stack, tile
from scratch.ops.linear_algebra import dot, matmul, norm, normalize, outer, tensordot
from scratch.ops.nn import (
    binary_crossentropy,
    categorical_crossentropy,
    log_softmax,
    one_hot,
    relu,
    softmax,
    sparse_categorical_crossentropy,
)
from scratch.ops.normalization import (
    batch_normalization,
    layer_normalization,
    moments,
    rms_normalization,
)
from scratch.ops.piecewise import (
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    leaky_relu,
    relu6,
    soft_shrink,
    sparse_plus,
    sparse_sigmoid,
    threshold,
)
from scratch.ops.reduction import (
    all,
    amax,
    amin,
    any,
    argmax,
    argmin,
    broadcast_like,
    count_nonzero,
    logsumexp,
    max,
    mean,
    min,
    prod,
    spread,
    std,
    sum,
    sum_to,
    sum_to_shape,
    var,
)
from scratch.ops.shape import (
    broadcast_to,
    expand_dims,
    flip,
    moveaxis,
    ones_like,
    ravel,
    reshape,
    reshape_like,
    squeeze,
    swapaxes,
    transpose,
    zeros_like,
)
from scratch.ops.simplex import sparsemax
from scratch.ops.smooth import (
    celu,
    elu,
    gelu,
    glu,
    log_sigmoid,
    selu,
    silu,
    softsign,
    squareplus,
    swish,
    tanh_shrink,
)

_record_functions(globals())
_OPERATIONS[_ADD], _OPERATIONS[_GETITEM] = add, getitem

_explain_absent(__name__)
