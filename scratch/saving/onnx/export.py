"""`model.export(path, format="onnx")`: what the model predicts, as an ONNX file.

    session = onnxruntime.InferenceSession("model.onnx")
    (y,) = session.run(None, {session.get_inputs()[0].name: x})

The definitions are run once, on symbols, as `predict` has them: dropout does nothing, and
normalizations use what they have learned.
"""

from typing import Any

import numpy as np

from scratch import tree
from scratch.files.whole import write_whole
from scratch.layers.base.input_spec import InputSpec
from scratch.ops.graph.operation import to_symbol
from scratch.ops.graph.symbol import Symbol
from scratch.saving.onnx.arrangement import ARRANGEMENT
from scratch.saving.onnx.elementwise import ELEMENTWISE
from scratch.saving.onnx.writer import GraphWriter

_OPSET = 18  # the first in which all reductions take their axes as an input
_IR_VERSION = 8  # of the file; that of the opset


FORMATS = ("tf_saved_model", "onnx", "openvino", "litert", "torch")


def export_model(
    model: Any,
    filepath: Any,
    format: str,
    verbose: bool | None,
    input_signature: Any,
    opset_version: int | None = None,
) -> None:
    """See `Model.export`.

    Raises:
        ImportError, ValueError: see there.
    """
    if format not in FORMATS:
        raise ValueError(f"Unrecognized format={format}. Supported formats are: {list(FORMATS)}.")
    if format != "onnx":
        raise ValueError(
            f"export: format={format!r} is that of a framework which is not here, and whose code "
            'its files hold. What NumPy computes is written with format="onnx"; the model itself, '
            "which Keras loads and exports, with `model.save`"
        )
    _export_onnx(model, filepath, verbose, input_signature, opset_version)


def _export_onnx(
    model: Any,
    filepath: Any,
    verbose: bool | None,
    input_signature: Any,
    opset_version: int | None,
) -> None:
    try:
        import onnx
    except ImportError as error:
        raise ImportError(
            "export: a model is written as ONNX with the package `onnx`: `pip install onnx`"
        ) from error
    opset = _OPSET if opset_version is None else opset_version
    if opset < _OPSET:
        raise ValueError(
            f"export: opset_version must be {_OPSET} or later. Received: {opset_version}"
        )
    structure = _signature(model) if input_signature is None else input_signature
    structure = structure[0] if isinstance(structure, list) and len(structure) == 1 else structure
    specs = tree.flatten(structure)
    inputs = [
        Symbol.leaf(_name(spec, i), tuple(spec.shape), spec.dtype or "float32")
        for i, spec in enumerate(specs)
    ]
    result = model(tree.pack_sequence_as(structure, inputs), training=False)
    outputs = [to_symbol(y) for y in tree.flatten(result)]
    writer = GraphWriter(onnx, {**ELEMENTWISE, **ARRANGEMENT})
    found = writer.write(outputs, inputs)
    names = [writer.node("Identity", name) for name in found]  # an input may be an output too
    graph = onnx.helper.make_graph(
        writer.nodes,
        model.name,
        [_described(onnx, writer, x.name, x, "input") for x in inputs],
        [
            _described(onnx, writer, name, y, "output")
            for name, y in zip(names, outputs, strict=True)
        ],
        [onnx.numpy_helper.from_array(value, name) for name, value in writer.numbers.items()],
    )
    made = onnx.helper.make_model(
        graph,
        opset_imports=[onnx.helper.make_opsetid("", opset)],
        ir_version=_IR_VERSION,
        producer_name="keras-from-scratch",
    )
    onnx.checker.check_model(made)
    write_whole(filepath, made.SerializeToString())
    if verbose is None or verbose:
        print(f"Saved artifact at '{filepath}'.")


def _signature(model: Any) -> Any:
    """The inputs of a model, of any number of samples.

    Raises:
        ValueError: where nobody has said, and no call has shown, what they are.
    """
    ends = getattr(model, "inputs", None)
    if ends is not None:
        known = ends[0] if len(ends) == 1 else model.input
        return tree.map_structure(lambda x: _any_number(x.shape, x.dtype, x.name), known)
    built = model.get_build_config()
    if built is None or "input_shape" not in built:
        raise ValueError(
            "The model provided has never called. Call it on a batch before `export`, or give "
            "`input_signature`"
        )
    shape = built["input_shape"]
    if isinstance(shape, dict):
        return {key: _any_number(one) for key, one in shape.items()}
    if shape and isinstance(shape[0], list | tuple):
        return [_any_number(one) for one in shape]
    return _any_number(shape)


def _any_number(shape: Any, dtype: Any = "float32", name: str | None = None) -> InputSpec:
    return InputSpec(shape=(None, *shape[1:]), dtype=dtype, name=name)


def _name(spec: Any, i: int) -> str:
    return getattr(spec, "name", None) or f"input_{i}"


def _described(onnx: Any, writer: GraphWriter, name: str | None, x: Symbol, what: str) -> Any:
    """Name, type and shape; axes of unknown size get names of their own."""
    sizes = [
        ("batch" if i == 0 else f"{what}_{i}") if n is None else n
        for i, n in enumerate(x.shape or ())
    ]
    kind = writer.type_number(np.dtype(x.dtype))
    return onnx.helper.make_tensor_value_info(name, kind, sizes)
