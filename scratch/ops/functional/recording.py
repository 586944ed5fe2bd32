"""Functions of `ops` in functional models: each call on KerasTensors is recorded, like a layer's.

    y = ops.relu(x)          a `FunctionOperation`, which Keras calls `Relu`, and its call on x

Arguments that are no tensors belong to the operation: they are its config.
"""

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

from scratch import tree
from scratch.context.naming import auto_name
from scratch.ops.functional.keras_tensor import Call, KerasTensor, keras_tensors
from scratch.ops.graph.symbol import Symbol

# By Keras's modules; all other functions are in keras.src.ops.numpy.
_MODULES = {
    "nn": (
        "binary_crossentropy", "categorical_crossentropy", "celu", "depth_to_space", "elu", "gelu",
        "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu", "log_sigmoid",
        "log_softmax", "moments", "multi_hot", "normalize", "one_hot", "polar", "psnr", "relu",
        "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign",
        "space_to_depth", "sparse_categorical_crossentropy", "sparse_plus", "sparse_sigmoid",
        "sparsemax", "squareplus", "tanh_shrink", "threshold",
    ),
    "core": (
        "cast", "cond", "convert_to_tensor", "saturate_cast", "scatter", "scatter_update", "slice",
        "slice_update", "stop_gradient", "unstack",
    ),
    "math": (
        "cdist", "erf", "erfc", "erfinv", "extract_sequences", "fft", "fft2", "ifft2", "in_top_k",
        "irfft", "istft", "logdet", "logsumexp", "rfft", "rsqrt", "segment_max", "segment_min",
        "segment_prod", "segment_sum", "stft", "top_k", "view_as_complex", "view_as_real",
    ),
    "linalg": (
        "cholesky", "cholesky_inverse", "det", "eig", "eigh", "inv", "jvp", "lstsq", "lu_factor",
        "matrix_rank", "norm", "pinv", "qr", "solve", "solve_triangular", "svd",
    ),
    "einops": ("rearrange",),
    "image": (
        "affine_transform", "crop_images", "elastic_transform", "extract_patches",
        "extract_patches_3d", "gaussian_blur", "hsv_to_rgb", "map_coordinates", "pad_images",
        "perspective_transform", "resize", "rgb_to_grayscale", "rgb_to_hsv", "scale_and_translate",
        "sobel_edges", "ssim",
    ),
}  # fmt: skip
_PARTS = {
    "linalg": (),
    "nn": (
        "batch_normalization", "hard_swish", "layer_normalization", "rms_normalization", "swish",
    ),
}  # fmt: skip
_NOT_RECORDED = (
    "bincount", "compile_graph", "convert_to_numpy", "custom_gradient", "draw_svg", "draw_text",
    "dtype", "evaluate", "gradient", "histogram", "is_tensor", "jvp", "ndim", "nonzero", "shape",
    "unique",
)  # fmt: skip
_SPECIAL = {
    "allclose": "AllClose", "cdist": "CDist", "fft": "FFT", "fft2": "FFT2", "get_item": "GetItem",
    "getitem": "GetItem", "ifft2": "IFFT2", "irfft": "IRFFT", "isin": "IsIn", "istft": "ISTFT",
    "psnr": "PSNR", "rfft": "RFFT", "searchsorted": "SearchSorted", "stft": "STFT", "svd": "SVD",
    "hsv_to_rgb": "HSVToRGB", "rgb_to_grayscale": "RGBToGrayscale", "rgb_to_hsv": "RGBToHSV",
    "ssim": "SSIM",
}  # fmt: skip
# How many arguments count as tensors, in Keras's `call`, whatever they are; of all others one.
_TWO = (
    "AffineTransform", "Append", "CDist", "Correlate", "Cross", "Dot", "Fmod", "FullLike",
    "GetItem", "Heaviside", "Hypot", "Inner", "Kron", "Ldexp", "LeftShift", "Lstsq",
    "MapCoordinates", "Nanpercentile", "Nanquantile", "Outer", "PSNR", "Percentile", "Polar",
    "Quantile", "Rearrange", "RightShift", "Scatter", "SearchSorted", "SegmentMax", "SegmentMin",
    "SegmentProd", "SegmentSum", "Slice", "Solve", "SolveTriangular", "Take", "TakeAlongAxis",
    "Tensordot", "Vdot",
)  # fmt: skip
_THREE = ("PerspectiveTransform", "ScatterUpdate", "Select", "SliceUpdate", "Where")
_OPERANDS = {**dict.fromkeys(_TWO, 2), **dict.fromkeys(_THREE, 3), "ScaleAndTranslate": 4}
_VARIADIC = inspect.Parameter.VAR_POSITIONAL
_functions: dict[str, Callable] = {}  # by class name


class FunctionOperation:
    """A function of `ops` in a functional model: it counts as a layer without weights.

    Args:
        class_name: how Keras calls it: `"Add"`, `"Reshape"`.
        settings: the arguments that are no tensors.
        name: default: the class's name in snake case, numbered.
    """

    def __init__(
        self, class_name: str, settings: dict[str, Any] | None = None, name: str | None = None
    ) -> None:
        self.class_name = class_name
        self.settings = settings or {}
        self.name = name or auto_name(class_name)
        self.inbound_calls: list[Call] = []

    @property
    def keras_name(self) -> tuple[str, str]:
        """Keras's module and name for the class."""
        name = _functions[self.class_name].__name__.strip("_")
        module = next((m for m, names in _MODULES.items() if name in names), "numpy")
        return f"keras.src.ops.{module}", self.class_name

    @property
    def output_shape(self) -> Any:
        """The shape of the last output."""
        outputs = self.inbound_calls[-1].outputs
        return tree.unpack_single(tree.map_structure(lambda y: y.shape, outputs))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's result; a KerasTensor among the arguments makes it a KerasTensor."""
        if self.class_name == "GetItem" and isinstance(args[1], list):
            args = (args[0], tuple(args[1]))  # JSON has no tuples
        function = functools.partial(_functions[self.class_name], **self.settings)
        if not keras_tensors((args, kwargs)):
            return function(*args, **kwargs)
        symbols = function(*_as_symbols(args), **_as_symbols(kwargs))
        outputs = tree.map_structure(
            lambda x: KerasTensor(x.shape, x.dtype) if hasattr(x, "shape") else x, symbols
        )
        Call(self, args, kwargs, outputs)
        return outputs

    def get_config(self) -> dict[str, Any]:
        """The name and the settings."""
        return {"name": self.name, **self.settings}


class OperationKind:
    """All operations of one class, for reading configs.

    Args:
        class_name: `"Add"`.
    """

    def __init__(self, class_name: str) -> None:
        self.class_name = class_name

    def from_config(self, config: dict[str, Any]) -> FunctionOperation:
        """The operation that `config` describes."""
        name = config.get("name")
        settings = {key: value for key, value in config.items() if key != "name"}
        return FunctionOperation(self.class_name, settings, name)


def operation_kind(class_name: str) -> OperationKind | None:
    """The operations that Keras calls `class_name`, or None where there are none."""
    return OperationKind(class_name) if class_name in _functions else None


def record(function: Callable, operands: tuple, settings: dict[str, Any]) -> Any:
    """The call of a function on operands among which there are KerasTensors."""
    return FunctionOperation(_class_name(function), settings)(*operands)


def _record(tensor: Any, operation: Any, operands: tuple, settings: dict[str, Any]) -> Any:
    return record(operation, operands, settings)


KerasTensor.record = _record  # type: ignore[assignment]


def record_functions(namespace: dict[str, Any]) -> None:
    """Lets the functions of a namespace be recorded: those composed of several operations, too."""
    for name, function in list(namespace.items()):
        if name.startswith("_") or name in _NOT_RECORDED or not callable(function):
            continue
        if isinstance(function, types.FunctionType):
            _functions[_class_name(function)] = function
            namespace[name] = _recorded(function)
        elif not inspect.isclass(function):
            _functions[_class_name(function)] = function
            _functions.setdefault(_camel(name), function)  # another name of the same


def name_spaces(namespace: dict[str, Any]) -> None:
    """Gives `ops` the parts that Keras shows apart: `ops.linalg.norm` is `ops.norm`."""
    for part, more in _PARTS.items():
        names = (*_MODULES[part], *more)
        namespace[part] = types.SimpleNamespace(**{name: namespace[name] for name in names})


def _recorded(function: Callable) -> Callable:
    signature = inspect.signature(function)
    kinds = {p.kind: p.name for p in signature.parameters.values()}
    variadic, keywords = (kinds.get(k) for k in (_VARIADIC, inspect.Parameter.VAR_KEYWORD))

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not any(map(_holds_keras_tensor, (*args, *kwargs.values()))):
            return function(*args, **kwargs)
        bound = signature.bind(*args, **kwargs).arguments
        names = list(bound)
        last = max(i for i, name in enumerate(names) if _holds_keras_tensor(bound[name])) + 1
        last = max(last, _OPERANDS.get(_class_name(function), 1))
        operands = tuple(bound[name] for name in names[:last])
        if names[0] == variadic:
            operands = (*operands[0], *operands[1:])
        settings = {name: bound[name] for name in names[last:]}
        settings |= settings.pop(keywords or "", {})
        return record(function, operands, settings)

    return call


def _holds_keras_tensor(x: Any) -> bool:
    if isinstance(x, list | tuple):
        return any(isinstance(part, KerasTensor) for part in x)
    return isinstance(x, KerasTensor)


def _class_name(function: Any) -> str:
    name = str(getattr(function, "name", None) or function.__name__).strip("_")
    return _camel(name)


def _camel(name: str) -> str:
    return _SPECIAL.get(name) or "".join(word.capitalize() for word in name.split("_"))


def _as_symbols(arguments: Any) -> Any:
    return tree.map_structure(
        lambda x: Symbol.leaf(x.name, x.shape, x.dtype) if isinstance(x, KerasTensor) else x,
        arguments,
    )
