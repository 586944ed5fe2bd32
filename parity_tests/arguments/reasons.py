# ruff: noqa: E501 - one line a reason
"""Why an argument does nothing, is refused, or does another thing than in Keras."""

import fnmatch


def reason(subject: str, argument: str) -> str:
    """The reason; empty where nobody has given one, which the test does not accept."""
    return next(
        (why for pattern, why in _REASONS.items() if fnmatch.fnmatchcase(f"{subject}({argument})", pattern)),
        "",
    )  # fmt: skip


# By a pattern of "subject(argument)".
_REASONS = {
    "layers.Layer.add_weight(autocast)": "a layer that computes in another type than that of its weights is one of mixed precision, which is for accelerators",
    "layers.Layer.compute_mask(inputs)": "a mask is passed on as it is; a layer whose inputs have a say in it redefines this method",
    "Variable(autocast)": "a layer that computes in another type than that of its weights is one of mixed precision, which is for accelerators",
    "optimizers.Optimizer.add_variable(layout)": "how it lies on several devices; here, and in the run of Keras, there is one",
    "Variable(layout)": "how it lies on several devices; here, and in the run of Keras, there is one",
    "KerasTensor(sparse)": "NumPy has no sparse tensors",
    "KerasTensor(ragged)": "NumPy has no ragged tensors",
    "KerasTensor(record_history)": "here a call on it leaves no trace, as is asked for; in Keras every call fails, because it looks for the trace all the same",
    "Model.compute_loss(*)": "passed on for those who redefine this method",
    "Model.compute_metrics(x)": "passed on for those who redefine this method",
    "Model.save_weights(max_shard_size)": "weights are kept in one file here",
    "Sequential.compute_output_spec(*)": "shape and type of what comes out depend on neither training nor mask",
    "layers.PReLU(autocast)": "NumPy promotes float64 with float32, TensorFlow refuses to mix them",
    "layers.TimeDistributed(dtype)": "Keras calls the inner layer's `call`, in the outer type; here the inner layer's own type holds",
    "layers.TimeDistributed(autocast)": "the inner layer casts to its own type, see dtype",
    "layers.Embedding(autocast)": "its input is whole numbers, which are never cast",
    "layers.CategoryEncoding(autocast)": "its input is whole numbers, which are never cast",
    "layers.Normalization(autocast)": "it casts to its own type itself",
    "layers.Rescaling(autocast)": "it casts to its own type itself",
    "layers.*Normalization(autocast)": "float64 that is not cast stays float64 here; Keras casts the result to the layer's type",
    "layers.InputLayer(autocast)": "an input has nothing to cast: Keras ignores it, here it is refused",
    "layers.Discretization(autocast)": "is no argument of it",
    "layers.SpatialDropout*(autocast)": "is no argument of it",
    "layers.InputLayer(batch_shape)": "not together with a shape",
    "layers.InputLayer(input_tensor)": "must be a KerasTensor",
    "layers.InputLayer(*)": "meant for sparse or ragged inputs, or not for an input: Keras ignores it, here it is refused",
    "layers.Discretization(num_bins)": "not together with bin_boundaries",
    "layers.Discretization(sparse)": "only where the output is no index",
    "layers.Discretization(*)": "is no argument of it",
    "layers.SpatialDropout*(*)": "is no argument of it",
    "layers.ActivityRegularization(activity_regularizer)": "it is one: given twice",
    "layers.*(batch_size)": "was an argument of layers before Keras 3",
    "layers.Wrapper(autocast)": "the inner layer casts to its own type",
    "models.Model(batch_size)": "was an argument of layers before Keras 3",
    "models.Model(autocast)": "its layers cast, each to its own type",
    "models.Sequential(*)": "is no argument of it",
    "layers.*(sparse)": "NumPy has no sparse tensors",
    "layers.*(lora_*)": "low-rank adaptation is not here",
    "layers.*(quantization_config)": "quantization is not here",
    "layers.*(gptq_unpacked_column_size)": "quantization is not here",
    "layers.RMSNormalization(axis)": "the scale's shape does not fit; TensorFlow's error is its own",
    "*parse*ategorical*rossentropy(axis)": "a wrong axis for labels of one dimension",
    "*parse_categorical_crossentropy(axis)": "a wrong axis for labels of one dimension",
    "metrics.OneHot*IoU(sparse_y_pred)": "indices are expected and probabilities given; TensorFlow's error is its own",
    "optimizers.LossScaleOptimizer(*)": "belongs to the inner optimizer",
    "Model.compile(run_eagerly)": "how Keras runs a step, not what it computes",
    "Model.compile(steps_per_execution)": "how many steps Keras runs at a time; what is logged is the same here",
    "Model.compile(jit_compile)": "how TensorFlow compiles a step; without random numbers, the same result",
    "Model.compile(auto_scale_loss)": "only for mixed precision, which is for accelerators",
    "callbacks.*(exact)": "ours: Keras resumes no run exactly",
    "callbacks.TerminateOnNaN(raise_error)": "that is what it asks for: the weights are NaN",
    "ops.convert_to_tensor(*)": "there are no sparse or ragged tensors here, so it is refused; Keras ignores it where x is dense",
    "ops.one_hot(sparse)": "NumPy has no sparse tensors",
    "ops.is_tensor(x)": "tensors are NumPy's arrays here, so an array is one already; in Keras it is none until converted",
    "ops.moments(synchronized)": "between several devices; here, and in the run of Keras, there is one",
    "ops.pad(mode)": "only margins of a constant are here; another is refused",
    "ops.prod(dtype)": "Keras ignores it (the result keeps the type of x), here it is refused",
    "ops.segment_sum(sorted)": "a promise about the ids, which keeps TensorFlow from sorting; these ids are sorted",
    "ops.top_k(sorted)": "it frees TensorFlow from an order; here the order is always that of `sorted=True`",
    "callbacks.TensorBoard(profile_batch)": "there is no profiler here; Keras's needs the package tensorboard, and could not be tried",
    "callbacks.TensorBoard(embeddings_metadata)": "only for the rows of an Embedding, which this model has not; Keras's needs the package tensorboard, and could not be tried",
    "callbacks.TensorBoard(*)": "Keras needs the package tensorboard, and could not be tried",
}  # fmt: skip
