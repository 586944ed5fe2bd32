"""Models as ONNX files, which onnxruntime and others compute without Python."""
