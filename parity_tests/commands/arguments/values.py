# ruff: noqa: E501 - one line a subject
"""What each subject is made with, and the other value that each of its arguments gets.

Values are functions of the library where they hold something of it.
"""

import functools
from typing import Any

import numpy as np

from parity_tests.commands.arguments import window_values
from parity_tests.commands.arguments.calls import CALLS
from parity_tests.commands.arguments.calls.image_layers import IMAGES, LAYERS

_draw = np.random.default_rng(5)
X = _draw.normal(size=(4, 6)).astype("float32")
X3 = _draw.normal(size=(4, 3, 6)).astype("float32")
X4 = _draw.normal(size=(4, 2, 3, 6)).astype("float32")
X5 = _draw.normal(size=(2, 2, 3, 2, 6)).astype("float32")
PAIR = [X, (X * 0.7 + 0.3).astype("float32")]
WHOLE = np.array([[0, 2, 1], [3, 1, 0], [0, 0, 2], [1, 2, 3]])

P = _draw.dirichlet(np.ones(4), size=6).astype("float32")
P = (P * 0.9 + 0.025).astype("float32")
T = np.eye(4, dtype="float32")[[0, 2, 1, 3, 2, 0]]
LABELS = np.array([0, 2, 1, 3, 2, 0])

# What a layer is called with, where it is not X.
INPUTS: dict[str, Any] = {
    **{key: [X3, X3 * 0.7 + 0.3] for key in ["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Concatenate"]},
    "Dot": [X3, X3 * 0.7 + 0.3],
    **dict.fromkeys(["BatchNormalization", "LayerNormalization", "RMSNormalization", "GroupNormalization", "UnitNormalization", "Softmax", "Normalization", "Permute", "Reshape", "SpatialDropout1D", "TimeDistributed", "EinsumDense", "PReLU", "Masking", "Dropout", "AlphaDropout"], X3),
    "Flatten": X4, "SpatialDropout2D": X4, "SpatialDropout3D": X5,
    "Embedding": WHOLE, "CategoryEncoding": WHOLE, **window_values.INPUTS,
    **dict.fromkeys(LAYERS, IMAGES),
}  # fmt: skip

# What is given always: what has no default, and what other arguments need to have an effect.
BASE: dict[str, dict[str, Any]] = {
    **window_values.BASE,
    **{f"layers.{name}": given for name, given in LAYERS.items()},
    "layers.Activation": {"activation": "tanh"},
    "layers.AlphaDropout": {"rate": 0.4, "seed": 3}, "layers.Dropout": {"rate": 0.4, "seed": 3},
    "layers.GaussianDropout": {"rate": 0.4, "seed": 3}, "layers.GaussianNoise": {"stddev": 0.4, "seed": 3},
    **{f"layers.SpatialDropout{n}D": {"rate": 0.4, "seed": 3} for n in (1, 2, 3)},
    "layers.CategoryEncoding": {"num_tokens": 5},
    "layers.Dense": {"units": 3}, "layers.Discretization": {"bin_boundaries": [-0.5, 0.0, 0.7]},
    "layers.Dot": {"axes": 2}, "layers.EinsumDense": {"equation": "abc,cd->abd", "output_shape": (3, 4), "bias_axes": "d"},
    "layers.Embedding": {"input_dim": 5, "output_dim": 3},
    "layers.GroupNormalization": {"groups": 3}, "layers.InputLayer": {"shape": (6,)},
    "layers.Lambda": {"function": lambda x, by=2.0: x * by},
    "layers.Normalization": {"mean": 0.5, "variance": 2.0},
    "layers.BatchNormalization": {}, "layers.Permute": {"dims": (2, 1)}, "layers.RepeatVector": {"n": 2},
    "layers.Rescaling": {"scale": 0.5}, "layers.Reshape": {"target_shape": (6, 3)},
    "layers.TimeDistributed": {"layer": lambda k: k.layers.Dense(2)},
    "losses.CategoricalGeneralizedCrossEntropy": {}, "losses.categorical_generalized_cross_entropy": {"q": 0.5},
    "metrics.IoU": {"num_classes": 4, "target_class_ids": [0, 1]}, "metrics.MeanIoU": {"num_classes": 4},
    "metrics.OneHotIoU": {"num_classes": 4, "target_class_ids": [0, 1]}, "metrics.OneHotMeanIoU": {"num_classes": 4},
    "metrics.MeanMetricWrapper": {"fn": lambda k: k.losses.mean_squared_error},
    "metrics.PrecisionAtRecall": {"recall": 0.5}, "metrics.RecallAtPrecision": {"precision": 0.5},
    "metrics.SensitivityAtSpecificity": {"specificity": 0.5}, "metrics.SpecificityAtSensitivity": {"sensitivity": 0.5},
    **{f"metrics.{n}": {"k": 2} for n in ("TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy")},
    "optimizers.SGD": {"momentum": 0.9}, "optimizers.RMSprop": {"momentum": 0.3},
    "optimizers.LossScaleOptimizer": {"inner_optimizer": lambda k: k.optimizers.SGD(0.1)},
    "optimizers.Ftrl": {"l1_regularization_strength": 0.01, "learning_rate": 0.1},
    "optimizers.schedules.CosineDecay": {"initial_learning_rate": 0.5, "decay_steps": 20, "warmup_target": 0.8, "warmup_steps": 4},
    "optimizers.schedules.CosineDecayRestarts": {"initial_learning_rate": 0.5, "first_decay_steps": 4},
    "optimizers.schedules.ExponentialDecay": {"initial_learning_rate": 0.5, "decay_steps": 4, "decay_rate": 0.7},
    "optimizers.schedules.InverseTimeDecay": {"initial_learning_rate": 0.5, "decay_steps": 4, "decay_rate": 0.7},
    "optimizers.schedules.PiecewiseConstantDecay": {"boundaries": [3, 6], "values": [0.5, 0.3, 0.1]},
    "optimizers.schedules.PolynomialDecay": {"initial_learning_rate": 0.5, "decay_steps": 4},
    **{f"initializers.{n}": {"seed": 3} for n in ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform", "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling")},
    "callbacks.BackupAndRestore": {"backup_dir": "backup"}, "callbacks.CSVLogger": {"filename": "log.csv"},
    "callbacks.EarlyStopping": {"monitor": "val_loss", "verbose": 1}, "callbacks.LearningRateScheduler": {"schedule": lambda epoch, lr: lr * 0.5},
    "callbacks.ModelCheckpoint": {"filepath": "m{epoch}.weights.h5", "save_weights_only": True},
    "callbacks.ReduceLROnPlateau": {"monitor": "val_loss", "patience": 1, "min_delta": 10.0, "factor": 0.5},
    "callbacks.TensorBoard": {"log_dir": "logs"},
    "activations.threshold": {"threshold": 0.2, "default_value": -1.0},
    "Model.compile": {"optimizer": "sgd", "loss": "mse"},
    "Model.fit": {"x": X, "y": X[:, :2], "batch_size": 2, "epochs": 2, "validation_data": (X, X[:, :2]), "verbose": 2, "shuffle": False, "callbacks": lambda k: [k.callbacks.LambdaCallback(on_test_batch_end=lambda batch, logs: print("tested"))]},
    "Model.evaluate": {"x": X, "y": X[:, :2], "batch_size": 2, "verbose": 2}, "Model.predict": {"x": X, "batch_size": 2, "verbose": 2},
    "Model.train_on_batch": {"x": X, "y": X[:, :2]}, "Model.test_on_batch": {"x": X, "y": X[:, :2]},
}  # fmt: skip

# The other value of an argument, by its name.
_OTHER: dict[str, Any] = {
    **window_values.OTHER,
    "name": "another", "dtype": "float64", "trainable": False, "autocast": False, "activity_regularizer": "l2",
    "input_shape": (6,), "batch_size": 4, "activation": "relu", "use_bias": False, "axis": 0, "axes": (2, 2), "epsilon": 0.1,
    **dict.fromkeys(["kernel_initializer", "bias_initializer", "beta_initializer", "moving_mean_initializer", "alpha_initializer"], "ones"),
    "gamma_initializer": "zeros", "moving_variance_initializer": lambda k: k.initializers.Constant(3.0), "embeddings_initializer": "ones",
    **dict.fromkeys(["kernel_regularizer", "gamma_regularizer", "embeddings_regularizer"], "l2"),
    **dict.fromkeys(["bias_regularizer", "beta_regularizer", "alpha_regularizer"], lambda k: k.regularizers.L1L2(0.1, 0.1)),
    **dict.fromkeys(["kernel_constraint", "bias_constraint", "beta_constraint", "gamma_constraint", "alpha_constraint", "embeddings_constraint"], lambda k: k.constraints.MaxNorm(0.01)),
    "momentum": 0.5, "center": False, "scale": False, "renorm": True, "renorm_clipping": {"rmax": 2.0}, "renorm_momentum": 0.5, "synchronized": True,
    "rate": 0.2, "stddev": 0.2, "seed": 9, "noise_shape": (4, 1, 6), "units": 2, "quantization_config": {"mode": "int8"}, "lora_rank": 1, "lora_alpha": 2.0,
    "l1": 0.3, "l2": 0.3, "alpha": 0.6, "beta": 0.7, "gamma": 3.0, "delta": 0.1, "negative_slope": 0.4, "max_value": 0.5, "min_value": 0.2, "threshold": 0.1,
    "num_tokens": 6, "output_mode": "one_hot", "sparse": True, "ragged": True, "bin_boundaries": [0.1], "num_bins": 4, "normalize": True,
    "equation": "abc,cd->adb", "output_shape": (3, 3), "bias_axes": "bd", "gptq_unpacked_column_size": 4, "input_dim": 6, "output_dim": 2,
    "mask_zero": True, "weights": [np.ones((5, 3), "float32")], "data_format": "channels_first", "groups": 2,
    "shape": (5,), "batch_shape": (None, 5), "input_tensor": 3.0, "optional": True, "function": lambda x, by=2.0: x + by, "mask": lambda x, mask=None: None, "arguments": {"by": 3.0},
    "rms_scaling": True, "mask_value": 1.0, "mean": 0.1, "variance": 3.0, "invert": True, "shared_axes": [1], "dims": (1, 2), "n": 3, "offset": 0.5, "target_shape": (2, 9), "layer": lambda k: k.layers.Dense(3),
    "max_ndim": 3, "min_ndim": 1, "ndim": 2, "allow_last_axis_squeeze": True,
    "from_logits": True, "label_smoothing": 0.2, "reduction": "sum", "apply_class_balancing": True, "q": 0.7, "margin": 0.2, "remove_diagonal": False, "ignore_class": 0,
    "y_true": T[::-1].copy(), "y_pred": P[::-1].copy(), "ref_labels": LABELS[::-1].copy(), "ref_embeddings": P[::-1].copy(),
    "num_thresholds": 5, "curve": "PR", "summation_method": "minoring", "thresholds": [0.2, 0.4], "multi_label": True, "num_labels": 4, "label_weights": [1.0, 2.0, 3.0, 4.0],
    "target_class_ids": [1], "average": "micro", "num_classes": 5, "sparse_y_true": False, "sparse_y_pred": False, "top_k": 2, "class_id": 2,
    "recall": 0.8, "precision": 0.8, "specificity": 0.9, "sensitivity": 0.9, "class_aggregation": "variance_weighted_average", "num_regressors": 2, "k": 1, "from_sorted_ids": True, "fn": lambda k: k.losses.mean_absolute_error,
    "learning_rate": 0.07, "weight_decay": 0.3, "clipnorm": 0.1, "clipvalue": 0.1, "global_clipnorm": 0.1, "use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2, "loss_scale_factor": 4.0, "gradient_accumulation_steps": 2,
    "rho": 0.5, "beta_1": 0.5, "beta_2": 0.5, "amsgrad": True, "beta_2_decay": -0.4, "epsilon_1": 0.1, "epsilon_2": 0.5, "clip_threshold": 0.3, "relative_step": False, "initial_accumulator_value": 0.5,
    "learning_rate_power": -0.3, "l1_regularization_strength": 0.3, "l2_regularization_strength": 0.3, "l2_shrinkage_regularization_strength": 0.3,
    "inner_optimizer": lambda k: k.optimizers.SGD(0.2), "initial_scale": 4.0, "dynamic_growth_steps": 2,
    "adam_beta_1": 0.5, "adam_beta_2": 0.5, "adam_weight_decay": 0.3, "exclude_layers": ["kernel"], "exclude_embeddings": False, "muon_a": 2.0, "muon_b": -3.0, "muon_c": 1.0, "adam_lr_ratio": 0.5, "ns_steps": 2, "nesterov": True, "rms_rate": 0.5, "centered": True, "warmup_steps": 2,
    "initial_learning_rate": 0.3, "decay_steps": 7, "warmup_target": 0.9, "first_decay_steps": 3, "t_mul": 1.5, "m_mul": 0.5, "decay_rate": 0.4, "staircase": True, "boundaries": [2, 4], "values": [0.4, 0.2, 0.1], "end_learning_rate": 0.2, "power": 2.0, "cycle": True,
    "value": 0.5, "gain": 2.0, "minval": -1.0, "maxval": 1.0, "mode": "fan_out", "distribution": "uniform", "input_axes": [0], "output_axes": [0], "factor": 0.1,
    "backup_dir": "other", "save_freq": 1, "double_checkpoint": True, "delete_checkpoint": False, "filename": "other.csv", "separator": ";", "append": True, "filepath": "n{epoch}.weights.h5", "monitor": "loss", "min_delta": 0.0, "patience": 5, "verbose": 1, "baseline": 0.001, "restore_best_weights": True, "start_from_epoch": 2,
    "save_best_only": True, "save_weights_only": False, "initial_value_threshold": 0.001, "cooldown": 2, "min_lr": 0.009, "schedule": lambda epoch, lr: lr * 0.1, "swap_on_epoch": True, "raise_error": True,
    "exact": True,
    "log_dir": "others", "histogram_freq": 1, "write_graph": False, "write_images": True, "write_steps_per_second": True, "update_freq": 1, "profile_batch": 1, "embeddings_freq": 1, "embeddings_metadata": "labels.tsv",
    **{f"on_{when}_{edge}": (lambda *given, **named: print("called")) for when in ("epoch", "train", "train_batch") for edge in ("begin", "end")},
    **dict.fromkeys(["x_factor", "y_factor", "height_factor", "width_factor", "brightness_factor", "contrast_factor", "saturation_factor", "hue_factor", "addition_factor", "threshold_factor", "sigma"], 0.4),
    "value_range": (0, 200), "num_chains": 2, "chain_depth": 1, "all_ops": False, "height": 3, "width": 6, "bins": 16, "clip_limit": 1.0, "tile_grid_size": (1, 2),
    "fill_mode": "constant", "fill_value": 9.0, "antialias": True, "crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True, "num_ops": 1, "max_number": 3, "layers": lambda k: [k.layers.RandomFlip("vertical", seed=3)],
    "x": X[::-1].copy(), "approximate": True, "b": 1, "default_value": 2.0,
    "optimizer": "adam", "loss": "mae", "loss_weights": [2.0], "metrics": ["mae"], "weighted_metrics": ["mae"], "run_eagerly": True, "steps_per_execution": 2, "jit_compile": True, "auto_scale_loss": False,
    "y": X[::-1, :2].copy(), "epochs": 3, "callbacks": lambda k: [k.callbacks.TerminateOnNaN(), k.callbacks.LambdaCallback(on_train_end=lambda logs: print("called"), on_test_end=lambda logs: print("called"), on_predict_end=lambda logs: print("called"))],
    "validation_split": 0.5, "validation_data": (X[2:], X[2:, :2]), "shuffle": True, "class_weight": {0: 1.0, 1: 3.0}, "sample_weight": np.array([1.0, 2.0, 0.5, 3.0]), "initial_epoch": 1, "steps_per_epoch": 1, "validation_steps": 1, "validation_batch_size": 1, "validation_freq": 2, "steps": 1, "return_dict": True,
}  # fmt: skip

# And where a subject needs another; a dictionary is what is given together.
_OTHER_OF: dict[tuple[str, str], Any] = {
    **window_values.OTHER_OF,
    ("layers.InputLayer", "dtype"): "int32", ("layers.RMSNormalization", "axis"): 1, ("layers.LayerNormalization", "axis"): 1,
    ("layers.BatchNormalization", "axis"): 1, ("layers.GroupNormalization", "axis"): 1, ("layers.GroupNormalization", "groups"): 2,
    ("layers.Normalization", "axis"): None, ("layers.Softmax", "axis"): 1, ("layers.UnitNormalization", "axis"): 1, ("layers.Concatenate", "axis"): 1,
    ("layers.Dot", "axes"): 1, ("layers.TimeDistributed", "layer"): lambda k: k.layers.Dense(3), ("layers.Rescaling", "scale"): 2.0,
    ("layers.CategoryEncoding", "output_mode"): "count", ("layers.Lambda", "output_shape"): (6,),
    ("optimizers.schedules.CosineDecay", "alpha"): 0.2, ("optimizers.Ftrl", "beta"): 0.5, ("optimizers.Adagrad", "epsilon"): 0.5,
    ("initializers.VarianceScaling", "scale"): 3.0, ("constraints.MaxNorm", "axis"): 1, ("constraints.UnitNorm", "axis"): 1, ("constraints.MinMaxNorm", "axis"): 1, ("constraints.MinMaxNorm", "rate"): 0.5,
    ("regularizers.OrthogonalRegularizer", "mode"): "columns",
    **{(f"callbacks.{n}", "mode"): "max" for n in ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau")},
    ("callbacks.EarlyStopping", "min_delta"): 10.0, ("callbacks.EarlyStopping", "verbose"): 0, ("callbacks.ReduceLROnPlateau", "factor"): 0.2,
    ("callbacks.ModelCheckpoint", "save_weights_only"): False,
    ("metrics.OneHotIoU", "sparse_y_pred"): True, ("metrics.OneHotMeanIoU", "sparse_y_pred"): True, ("metrics.binary_accuracy", "y_pred"): 1 - P,
    ("losses.circle", "y_true"): np.array([0, 0, 1, 3, 2, 2]), ("activations.relu", "threshold"): 0.9, ("optimizers.Muon", "nesterov"): False, ("layers.EinsumDense", "equation"): "abc,dc->abd",
    ("layers.InputSpec", "axes"): {1: 3}, ("layers.InputSpec", "dtype"): "float32",
    **{(f"layers.{name}", "interpolation"): "nearest" for name in LAYERS},
    ("layers.RandomFlip", "mode"): "horizontal", ("layers.RandomGaussianBlur", "kernel_size"): 5, ("layers.RandomPosterization", "factor"): 3, ("layers.RandomPerspective", "scale"): 0.4, ("layers.RandomErasing", "scale"): 0.4, ("layers.RandomElasticTransform", "scale"): 0.4, ("layers.Resizing", "fill_mode"): "reflect",
    ("metrics.F1Score", "threshold"): 0.3, ("metrics.FBetaScore", "threshold"): 0.3, ("metrics.BinaryIoU", "threshold"): 0.2,
}  # fmt: skip

# An argument that means nothing without another: the other is given with it, before and after.
_REQUIRED_FOR: dict[str, dict[str, Any]] = {
    **window_values.TOGETHER,
    "ema_momentum": {"use_ema": True},
    "ema_overwrite_frequency": {"use_ema": True},
    "renorm_clipping": {"renorm": True},
    "renorm_momentum": {"renorm": True},
    "num_labels": {"multi_label": True},
    "label_weights": {"multi_label": True},
    "ref_embeddings": {"ref_labels": LABELS[::-1].copy()},
    "ref_labels": {"ref_embeddings": P[::-1].copy()},
    "alpha": {"apply_class_balancing": True},
    "jit_compile": {"run_eagerly": False},
    "initial_value_threshold": {"save_best_only": True},
    "monitor": {"save_best_only": True, "min_delta": 0.0},
    "mode": {"save_best_only": True, "min_delta": 0.0},
    "min_delta": {"monitor": "loss"},
    "baseline": {"patience": 2},
    "write_images": {"histogram_freq": 1},
    "allow_last_axis_squeeze": {"shape": (5, 1)},
    "validation_split": {"validation_data": None},
    "fill_value": {"fill_mode": "constant", "pad_to_aspect_ratio": True},
}


# Their values are in `function_values`.
_OF_FUNCTIONS = ("ops", "random")


def base(subject: str, argument: str = "") -> dict[str, Any]:
    """What a subject is given, but for the other value of an argument."""
    if subject in CALLS:
        return {**CALLS[subject].base, **CALLS[subject].together.get(argument, {})}
    if subject.split(".")[0] in _OF_FUNCTIONS:
        from parity_tests.commands.arguments import function_values

        return function_values.base(subject, argument, _accepted(subject))
    taken = _accepted(subject) if "LossScale" not in subject else ()
    needed = _REQUIRED_FOR.get(argument, {})
    return {**BASE.get(subject, {}), **{n: v for n, v in needed.items() if n in taken}}


@functools.cache
def _accepted(subject: str) -> tuple[str, ...]:
    from parity_tests.commands.arguments.signatures import arguments

    return arguments(subject)


def other(subject: str, argument: str) -> Any:
    """The other value of an argument; KeyError where nobody has given one."""
    if subject in CALLS:
        return CALLS[subject].others[argument]
    if subject.split(".")[0] in _OF_FUNCTIONS:
        from parity_tests.commands.arguments import function_values

        return function_values.other(subject, argument)
    if (subject, argument) in _OTHER_OF:
        return _OTHER_OF[subject, argument]
    return _OTHER[argument]


def made(value: Any, library: Any) -> Any:
    """A value as a library's own, where it is a function of the library."""
    is_of_library = callable(value) and getattr(value, "__code__", None) is not None
    if is_of_library and value.__code__.co_varnames[: value.__code__.co_argcount] == ("k",):
        return value(library)
    return value
