"""Models as ONNX files, which onnxruntime and others compute without Python."""

from scratch.saving.onnx.export import export_model

__all__ = ["export_model"]
