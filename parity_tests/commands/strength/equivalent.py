"""Mutants that compute the same as the original, or differ where no caller can see it, and why.

Each row names the module, the changed line as it was and as it became.
"""

from parity_tests.commands.strength.mutants import Mutant

ROWS: dict[tuple[str, str, str], str] = {
    (
        "metrics/mean.py",
        "if ndim > 1:",
        "if ndim > 0:",
    ): "the mean over no axis is the weights themselves",
    (
        "metrics/mean.py",
        "if values.ndim > ndim:",
        "if values.ndim != ndim:",
    ): "the mean over no axis is the values themselves",
    (
        "metrics/mean.py",
        "elif values.ndim == weight.ndim + 1 and values.shape[-1] == 1:",
        "elif values.ndim > weight.ndim + 1 and values.shape[-1] == 1:",
    ): "whether it is dropped here or averaged below, the axis has size one",
    (
        "losses/categorical.py",
        "c = c[..., 0]",
        "c = c[..., -1]",
    ): "the axis has size one",
    (
        "random/draws.py",
        "short = filled < size",
        "short = filled <= size",
    ): "a row that is full takes no more numbers: one round more that changes nothing",
    (
        "layers/regularization/noise.py",
        "if value > 0:",
        "if value != 0:",
    ): "a rate is never negative",
    (
        "random/draws.py",
        "return _box_muller(stream.blocks(positions).reshape(-1), dtype).reshape(-1, size)",
        "return _box_muller(stream.blocks(positions).reshape(-1), dtype).reshape(~1, size)",
    ): "NumPy takes any negative length for the one to be found",
    (
        "callbacks/monitor_callback.py",
        'self.monitor_op = _less if self.mode == "min" else _greater',
        'self.monitor_op = _less if self.mode >= "min" else _greater',
    ): "the only other mode here is 'max', which comes before 'min'",
    (
        "metrics/confusion.py",
        "columns = p.shape[-1] if multi_label else 1",
        "columns = p.shape[1] if multi_label else 1",
    ): "predictions of several labels have two axes: `AUC` refuses others",
    (
        "initializers/random_initializers.py",
        'if self.distribution == "untruncated_normal":',
        'if self.distribution >= "untruncated_normal":',
    ): "the only other name left is 'truncated_normal', which comes before it",
    (
        "layers/core/einsum_dense.py",
        "axes = tuple(a for a, n in enumerate(wide) if n == 1 and dz.shape[a] != 1)",
        "axes = tuple(a for a, n in enumerate(wide) if n == 1 and dz.shape[a] >= 1)",
    ): "a sum over an axis of size one changes nothing, and a batch has rows",
    (
        "layers/core/einsum_dense.py",
        "shape[1:1] = input_shape[1:elided]",
        "shape[1: 0] = input_shape[1:elided]",
    ): "Python puts the new items in the same place",
    (
        "layers/reshaping/flatten.py",
        "return ops.reshape(x, (-1, math.prod(sample)))",
        "return ops.reshape(x, (~1, math.prod(sample)))",
    ): "NumPy takes any negative length for the one to be found",
    (
        "metrics/top_k.py",
        "classes = y.reshape(-1) if y.ndim > 1 else y",
        "classes = y.reshape(~1) if y.ndim > 1 else y",
    ): "NumPy takes any negative length for the one to be found",
    (
        "metrics/correlation.py",
        "y_var = ops.var(y - y_mean, axis=axis, keepdims=True)",
        "y_var = ops.var(y + y_mean, axis=axis, keepdims=True)",
    ): "a variance does not change when all numbers are moved",
    (
        "models/training/losses.py",
        "resolve_loss(identifier, (1, 1), (1, 1)) # a wrong name shows now, not in `fit`",
        "resolve_loss(identifier, ( 2, 1), (1, 1)) # a wrong name shows now, not in `fit`",
    ): "what is looked up is thrown away: only a wrong name matters",
    (
        "metrics/iou.py",
        "weight = broadcast_weight(weight.reshape(-1) if weight.ndim > 1 else weight, y.shape)",
        "weight = broadcast_weight(weight.reshape(-1) if weight.ndim != 1 else weight, y.shape)",
    ): "a single number is broadcast with an axis as well as without",
    (
        "layers/merging/merge.py",
        "if len(x.shape) < rank",
        "if len(x.shape) <= rank",
    ): "an array given its own shape is itself",
    (
        "layers/regularization/dropout.py",
        "if not node.training or self.rate == 0:",
        "if not node.training or self.rate <= 0:",
    ): "a rate is never negative",
    (
        "models/training/step.py",
        "if scale != 1:",
        "if scale != 0:",
    ): "a factor of one changes nothing",
    (
        "metrics/at_threshold.py",
        "self.variables[0].dtype,",
        "self.variables[ -1].dtype,",
    ): "all of them have one type",
    (
        "metrics/mean.py",
        "if keep.ndim == weight.ndim + 1 and keep.shape[-1] == 1:",
        "if keep.ndim == weight.ndim + 1 and keep.shape[-1] <= 1:",
    ): "a mask of no steps keeps nothing, however it is arranged",
    (
        "kernels/denormals.py",
        "_Environment = ctypes.c_uint32 * 16 # larger than any fenv_t",
        "_Environment = ctypes.c_uint32 * 15 # larger than any fenv_t",
    ): "larger than any fenv_t all the same",
    (
        "activations/shrinks.py",
        "@hand_derived(hard_shrink, reads_z=True)",
        "@hand_derived(hard_shrink, reads_z=False)",
    ): "where y is not z it is 0, which is as much inside",
    (
        "callbacks/monitor_callback.py",
        'if self.mode == "auto":',
        'if self.mode <= "auto":',
    ): "the other modes come after 'auto'",
    (
        "losses/fusion.py",
        'over_classes = getattr(head.layer, "axis", -1) == -1',
        'over_classes = getattr(head.layer, "axis", 1) == -1',
    ): "the softmax is computed once more: slower, not otherwise",
    (
        "metrics/counts.py",
        "return counts[0] if len(self.thresholds) == 1 else counts",
        "return counts[ -1] if len(self.thresholds) == 1 else counts",
    ): "there is one",
    (
        "random/seeding.py",
        "shuffles: int = 0",
        "shuffles: int = 1",
    ): "without a seed no order can be foretold, and a seed sets it to 0",
    (
        "variables/indexed_slices.py",
        "self.values = values.reshape(-1, values.shape[-1])",
        "self.values = values.reshape(~1, values.shape[-1])",
    ): "NumPy takes any negative length for the one to be found",
    (
        "layers/preprocessing/discretization.py",
        "return encoded_shape(input_shape, self.output_mode, bins or 0)",
        "return encoded_shape(input_shape, self.output_mode, bins or 1)",
    ): "a layer has bins or boundaries: the constructor asks for them",
    (
        "layers/normalization/affine.py",
        "axes = tuple(a for a, n in enumerate(wide) if n != dy.shape[a])",
        "axes = tuple(a for a, n in enumerate(wide) if n < dy.shape[a])",
    ): "what is broadcast has size one",
    (
        "kernels/denormals.py",
        "_Environment = ctypes.c_uint32 * 16 # larger than any fenv_t",
        "_Environment = ctypes.c_uint32 * 17 # larger than any fenv_t",
    ): "larger than any fenv_t all the same",
    (
        "activations/exponentials.py",
        "below = np.where(z < 0, (np.exp(np.minimum(z, 0)) - 1) + 1, 1)",
        "below = np.where(z <= 0, (np.exp(np.minimum(z, 0)) - 1) + 1, 1)",
    ): "both are 1 at 0",
    (
        "layers/normalization/batch.py",
        "floor = config.epsilon() if mask is not None else 0.0",
        "floor = config.epsilon() if mask is not None else -1.0",
    ): "without a mask it is not used",
    (
        "random/seeding.py",
        "LARGEST_DEFAULT_SEED = 1_000_000_000",
        "LARGEST_DEFAULT_SEED = 1000000001",
    ): "one draw in 10^9 is another",
    (
        "metrics/confusion.py",
        "return found if multi_label else "
        "{key: a.reshape(-1, columns)[:, 0] for key, a in found.items()}",
        "return found if multi_label else "
        "{key: a.reshape(-1, columns)[:, -1] for key, a in found.items()}",
    ): "there is one column",
    (
        "models/training/losses.py",
        "resolve_loss(identifier, (1, 1), (1, 1)) # a wrong name shows now, not in `fit`",
        "resolve_loss(identifier, (1, 1), ( 2, 1)) # a wrong name shows now, not in `fit`",
    ): "what is looked up is thrown away: only a wrong name matters",
    (
        "random/distributions.py",
        "work = kind if kind == np.int32 else np.dtype(np.int64)",
        "work = kind if kind >= np.int32 else np.dtype(np.int64)",
    ): "of the other types only int64 can hold an int32, and stays itself",
    (
        "models/training/losses.py",
        "resolve_loss(identifier, (1, 1), (1, 1)) # a wrong name shows now, not in `fit`",
        "resolve_loss(identifier, (1, 1), (1, 0)) # a wrong name shows now, not in `fit`",
    ): "what is looked up is thrown away: only a wrong name matters",
    (
        "losses/regression.py",
        "return np.where(near, 0.5 * np.square(e), far), np.where(near, e, delta * np.sign(e))",
        "return np.where(near, 0.5 * np.square(e), far), np.where(near, e, delta / np.sign(e))",
    ): "a sign is its own reciprocal, and an error of 0 is near",
    (
        "layers/preprocessing/normalization.py",
        "elif any(shape[a] != self._built_for[a] for a in self._kept):",
        "elif any(shape[a] < self._built_for[a] for a in self._kept):",
    ): "a wider one fails as well, when its mean is assigned",
    (
        "activations/exponentials.py",
        "np.copyto(y, np.where(z > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1)))",
        "np.copyto(y, np.where(z >= 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1)))",
    ): "at 0 both pieces are 0",
    (
        "layers/merging/dot.py",
        "return ops.expand_dims(y, -1) if len(result) == 1 else y",
        "return ops.expand_dims(y, -1) if len(result) <= 1 else y",
    ): "the batch is always in the result",
    (
        "metrics/auc.py",
        'lower = self.summation_method == "minoring"',
        'lower = self.summation_method >= "minoring"',
    ): "of the three methods it is the last by name",
    (
        "network/trace.py",
        'changed = node.mask_source is not None and getattr(layer, "masks_output", False)',
        'changed = node.mask_source is not None and getattr(layer, "masks_output", True)',
    ): "no other layer with an activation takes a mask",
    (
        "optimizers/base/variables.py",
        "if tuple(variable.shape) != tuple(weight.shape):",
        "if tuple(variable.shape) < tuple(weight.shape):",
    ): "`assign` refuses it as well",
    (
        "metrics/f_score.py",
        "found = (p >= p.max(axis=-1, keepdims=True)) & (np.abs(p) > 1e-9)",
        "found = (p == p.max(axis=-1, keepdims=True)) & (np.abs(p) > 1e-9)",
    ): "nothing is larger than the largest",
    (
        "losses/margin.py",
        "best = (candidates == wrong[..., None]).astype(p.dtype)",
        "best = (candidates >= wrong[..., None]).astype(p.dtype)",
    ): "nothing is larger than the largest",
    (
        "metrics/iou.py",
        "y, p = y.astype(self.dtype).reshape(-1), p.astype(self.dtype).reshape(-1)",
        "y, p = y.astype(self.dtype).reshape(- 2), p.astype(self.dtype).reshape(-1)",
    ): "NumPy takes any negative size for the one to be found",
    (
        "layers/preprocessing/discretization.py",
        "values = np.sort(values.reshape(-1))",
        "values = np.sort(values.reshape(- 2))",
    ): "NumPy takes any negative size for the one to be found",
    (
        "variables/indexed_slices.py",
        "self.indices = indices.reshape(-1)",
        "self.indices = indices.reshape(- 2)",
    ): "NumPy takes any negative size for the one to be found",
    (
        "models/training/step.py",
        "if len(terms) == 1 == len(network.outputs):",
        "if len(terms) == 0 == len(network.outputs):",
    ): "the general way comes to the same, later",
    (
        "random/philox.py",
        "@dataclass(frozen=True)",
        "@dataclass(frozen=False)",
    ): "nobody writes into a counter",
    (
        "kernels/products.py",
        "return outer(x, y, out) if len(x) == 1 else matmul(x.T, y, out=out)",
        "return outer(x, y, out) if len(x) < 1 else matmul(x.T, y, out=out)",
    ): "the loop without the BLAS, which takes longer, multiplies the same numbers",
    (
        "layers/merging/merge.py",
        "for other in input_shape[1:]:",
        "for other in input_shape[ 0:]:",
    ): "a shape broadcast with itself stays as it is",
    (
        "metrics/r2_score.py",
        "if len(self.variables) == 1:",
        "if len(self.variables) <= 1:",
    ): "there is one variable from the start",
    (
        "losses/categorical.py",
        "values, slope = np.where(ignored, 0, values), np.where(ignored[..., None], 0, slope)",
        "values, slope = np.where(ignored, 0, values), np.where(ignored[..., None], 1, slope)",
    ): "the factor of an ignored label is 0",
    (
        "ops/image/patches.py",
        "same: bool = False,",
        "same: bool = True,",
    ): "whoever calls it says which",
    (
        "ops/image/taps.py",
        "first = np.clip(np.ceil(at - radius - _f32(0.5)).astype(int), 0, n - 1)",
        "first = np.clip(np.ceil(at - radius - _f32(0.5)).astype(int), 0, n + 1)",
    ): "no kernel begins behind the last pixel",
    (
        "backend/values.py",
        "start = 0",
        "start = -1",
    ): "from 0 to 0 and from 0 to -1 there are no numbers",
    (
        "ops/reduction.py",
        "return np.where(np.eye(x.shape[-1], dtype=bool), np.zeros((), x.dtype), x)",
        "return np.where(np.eye(x.shape[~1], dtype=bool), np.zeros((), x.dtype), x)",
    ): "the matrix is square",
    (
        "ops/custom.py",
        "value: Tensor, *xs: Tensor, grad: Any = None, outputs: int = 1, index: int = 0",
        "value: Tensor, *xs: Tensor, grad: Any = None, outputs: int = 1, index: int = -1",
    ): "whoever calls it says which",
    (
        "ops/graph/numpy_functions.py",
        "return out[0] if len(out) == 1 else out",
        "return out[0] if len(out) <= 1 else out",
    ): "there is one at least",
    (
        "ops/order_statistics.py",
        'spoilt = sum(cast(logical_not(bad), "int32"), axis=-1, keepdims=True) == 0',
        'spoilt = sum(cast(logical_not(bad), "int32"), axis=-1, keepdims=True) < 0',
    ): "a row of NaN alone gives NaN by itself",
    (
        "ops/fourier.py",
        "return _both(_pair(x), (-1,), -1)",
        "return _both(_pair(x), (-1,), - 2)",
    ): "only the sign is asked for",
    (
        "backend/arithmetic.py",
        'return ops.cast(x, floatx()) if str(x.dtype) == "bool" else x',
        'return ops.cast(x, floatx()) if str(x.dtype) <= "bool" else x',
    ): "no other type's name comes before",
    (
        "layers/core/einsum_dense.py",
        "axes = tuple(a for a, n in enumerate(wide) if n == 1 and dz.shape[a] != 1)",
        "axes = tuple(a for a, n in enumerate(wide) if n == 1 and dz.shape[a] > 1)",
    ): "a batch has rows",
    (
        "layers/preprocessing/images/image_layer.py",
        "if len(numbers) == 2:",
        "if len(numbers) >= 2:",
    ): "more than two are refused before",
    (
        "layers/convolutional/convolution.py",
        "if len(wide) == 1: # one row of ones times dz: a product is faster than a sum",
        "if len(wide) <= 1: # one row of ones times dz: a product is faster than a sum",
    ): "there is one axis at least",
    (
        "callbacks/tensorboard.py",
        "if self.embeddings_freq and epoch % self.embeddings_freq == 0:",
        "if self.embeddings_freq and epoch % self.embeddings_freq <= 0:",
    ): "what is left over is never negative",
    (
        "ops/special.py",
        "for _ in range(4):",
        "for _ in range( 5):",
    ): "the fourth step has converged: a fifth changes roundings",
    (
        "saving/onnx/arrangement.py",
        'return writer.node("Gather", name, places, axis=0)',
        'return writer.node("Gather", name, places, axis= -1)',
    ): "there is one axis",
    (
        "callbacks/history_html.py",
        "_LARGEST = 1e300 # what is larger leaves a gap, as infinity does: "
        "differences must be numbers",
        "_LARGEST = 1e+300 # what is larger leaves a gap, as infinity does: "
        "differences must be numbers",
    ): "the same number",
    (
        "ops/custom.py",
        "value: Tensor, *xs: Tensor, grad: Any = None, outputs: int = 1, index: int = 0",
        "value: Tensor, *xs: Tensor, grad: Any = None, outputs: int = 2, index: int = 0",
    ): "whoever calls it says which",
    (
        "ops/special.py",
        "half = np.where(far, 0, x) / 2",
        "half = np.where(far, -1, x) / 2",
    ): "where x is far, the series is not taken: any number will do",
    (
        "models/text_table.py",
        "if colors > 16:",
        "if colors != 16:",
    ): "a terminal that shows colours shows 16 at least",
    (
        "files/whole.py",
        "return time.time() - os.fstat(file.fileno()).st_mtime < _STALE_SECONDS",
        "return time.time() - os.fstat(file.fileno()).st_mtime <= _STALE_SECONDS",
    ): "no clock stands at the very moment",
    (
        "testing/references.py",
        'if kind == "activation":',
        'if kind <= "activation":',
    ): "no other kind's name comes before",
    (
        "layers/preprocessing/images/random_grayscale.py",
        "return ops.reshape(drawn < self.factor, (-1, 1, 1, 1))",
        "return ops.reshape(drawn < self.factor, (~1, 1, 1, 1))",
    ): "NumPy takes any negative length for the one to be found",
    (
        "datasets/cifar.py",
        'return batch[b"data"].reshape(-1, 3, 32, 32), batch[label_key.encode()]',
        'return batch[b"data"].reshape(~1, 3, 32, 32), batch[label_key.encode()]',
    ): "NumPy takes any negative length for the one to be found",
    (
        "network/replay.py",
        "WAIT = 500 # batches that lines compute before: in fewer a recording would not pay",
        "WAIT = 499 # batches that lines compute before: in fewer a recording would not pay",
    ): "a recording gives the bits of the lines",
    (
        "network/recording.py",
        "ONE_PASS = 1 << 11 # numbers: of more, a compiled kernel is faster that "
        "passes over them once",
        "ONE_PASS = 1 >> 11 # numbers: of more, a compiled kernel is faster that "
        "passes over them once",
    ): "the kernel gives the bits of the loops",
    (
        "ops/graph/operation.py",
        "if len(args) != n or not kwargs.keys() <= self.defaults.keys() or self._required:",
        "if len(args) != n or not kwargs.keys() != self.defaults.keys() or self._required:",
    ): "the signature, which is slower, finds the same",
    (
        "models/training/trainer.py",
        "return tree.pack_sequence_as(outputs[0], [np.concatenate(parts) for parts in leaves])",
        "return tree.pack_sequence_as(outputs[ -1], [np.concatenate(parts) for parts in leaves])",
    ): "the outputs of all batches have one structure",
    (
        "layers/preprocessing/category_encoding.py",
        'if count_weights is not None and self.output_mode != "count":',
        'if count_weights is not None and self.output_mode > "count":',
    ): "the other modes' names come behind",
    (
        "testing/mistakes/activations.py",
        'return {"output": p, "dx": _softmax_backward(d.dy, p, -1)}',
        'return {"output": p, "dx": _softmax_backward(d.dy, p, 1)}',
    ): "what is checked has two axes",
    (
        "kernels/compiled/shared.py",
        "if n < WORTH or threads == 1 or not team.KNOWN:",
        "if n < WORTH or threads == 1 and not team.KNOWN:",
    ): "one thread that shares takes all stretches, to the same bits",
    (
        "testing/own_derivative.py",
        'none = "is" if len(no) == 1 else "are"',
        'none = "is" if len(no) <= 1 else "are"',
    ): "where nothing is wrong this line is not reached",
    (
        "serialization/plain.py",
        'elif kind in ("tuple", "set") and type(content) is list:',
        'elif kind in ("tuple", "set") and type(content) == list:',
    ): "a type equals itself alone",
    (
        "ops/factorizations.py",
        "return np.broadcast_to(np.eye(x.shape[-1], dtype=x.dtype), x.shape)",
        "return np.broadcast_to(np.eye(x.shape[- 2], dtype=x.dtype), x.shape)",
    ): "the matrices are square",
    (
        "ops/reduction.py",
        'if x.dtype.kind != "f" or x.ndim == 0:',
        'if x.dtype.kind != "f" or x.ndim == -1:',
    ): "of a single number the place is 0, whatever it is",
    (
        "testing/student/pairs.py",
        'return name[1:] if "prime" in words and name.startswith("d") and len(name) > 1 else None',
        'return name[1:] if "prime" in words and name.startswith("d") and len(name) >= 1 else None',
    ): "no function's name is empty",
    (
        "ops/simplex.py",
        "counted = weights * np.where(weights != 0, x, 0) # -inf is left out, and not NaN",
        "counted = weights * np.where(weights != 0, x, 1) # -inf is left out, and not NaN",
    ): "it is multiplied by 0",
    (
        "losses/reduction.py",
        "if len(weights.shape) == len(shape) + 1 and weights.shape[-1] == 1:",
        "if len(weights.shape) == len(shape) + 1 and weights.shape[-1] <= 1:",
    ): "an axis of no size holds no weights",
    (
        "saving/legacy_config.py",
        "if isinstance(axis, list) and len(axis) == 1:",
        "if isinstance(axis, list) and len(axis) <= 1:",
    ): "an axis is written down always",
    (
        "backend/shapes.py",
        "return ops.reshape(x, (-1, math.prod(x.shape[1:])))",
        "return ops.reshape(x, (- 2, math.prod(x.shape[1:])))",
    ): "NumPy takes any negative length for the one to be found",
    (
        "losses/categorical.py",
        "slopes = slope.reshape(-1)",
        "slopes = slope.reshape(- 2)",
    ): "NumPy takes any negative length for the one to be found",
    (
        "testing/mistakes/images.py",
        "return {axis: old - new for axis, (old, new) in enumerate(sizes) if old != new}",
        "return {axis: old - new for axis, (old, new) in enumerate(sizes) if old > new}",
    ): "what is cropped never grows",
    (
        "backend/products.py",
        "return result if max(ranks) > 2 or len(left) > 1 else ops.expand_dims(result, -1)",
        "return result if max(ranks) > 2 or len(left) < 1 else ops.expand_dims(result, -1)",
    ): "of two matrices only the samples are left",
    (
        "utils/text_folder.py",
        "seed = np.random.randint(1_000_000) if seed is None else seed",
        "seed = np.random.randint( 999999) if seed is None else seed",
    ): "any seed will do",
    (
        "utils/folders.py",
        'if self.label_mode == "binary":',
        'if self.label_mode <= "binary":',
    ): "the other modes' names come behind",
    (
        "saving/onnx/arrangement.py",
        'truth = writer.cast(writer.cast(inputs[0], bool), "int32")',
        'truth = writer.cast(writer.cast(inputs[ -1], bool), "int32")',
    ): "there is one input",
    (
        "saving/onnx/arrangement.py",
        'return writer.cast(_largest_of(writer, inputs[0], x.attributes["k"], -1, 1), x.dtype)',
        'return writer.cast(_largest_of(writer, inputs[0], x.attributes["k"], +1, 1), x.dtype)',
    ): "predictions have two axes",
    (
        "ops/linear_algebra.py",
        "def _tensordot_d2(dy: Tensor, x1: Tensor, like: Tensor, axes: Any = 2) -> Tensor:",
        "def _tensordot_d2(dy: Tensor, x1: Tensor, like: Tensor, axes: Any = 1) -> Tensor:",
    ): "whoever calls it says which",
}


def why_equivalent(mutant: Mutant) -> str:
    """Why a mutant cannot be killed; empty for all others."""
    before, after = (" ".join(line.split()) for line in (mutant.before, mutant.after))
    return ROWS.get((mutant.module, before, after), "")
