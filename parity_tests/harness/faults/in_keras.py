# ruff: noqa: E501 - one line a value
"""Faults in Keras itself: one line of its source is rewritten while it runs, in its own process.

The suite is then an oracle for somebody else's library. A fragment that the installed Keras does
not hold raises an error: these rows belong to the version that pyproject.toml names.
"""

from parity_tests.harness.faults.fault import Fault, rewritten

_SRC = "keras.src"
_SGD = f"{_SRC}.optimizers.sgd:SGD.update_step"
_RMSPROP = f"{_SRC}.optimizers.rmsprop:RMSprop.update_step"
_ADAM = f"{_SRC}.optimizers.adam:Adam.update_step"
_OPTIMIZER = f"{_SRC}.optimizers.base_optimizer:BaseOptimizer"
_GLOBAL_NORM = f"{_SRC}.optimizers.base_optimizer:global_norm"
_DECAY = f"{_SRC}.backend.tensorflow.optimizer:TFOptimizer._apply_weight_decay"
_LOSSES = f"{_SRC}.losses.losses"
_REDUCTION = f"{_SRC}.losses.loss"
_NN = f"{_SRC}.backend.tensorflow.nn"
_RANDOM = f"{_SRC}.backend.tensorflow.random"
_LAYERS = f"{_SRC}.layers"
_ACCURACY = f"{_SRC}.metrics.accuracy_metrics"
_TRAINER = f"{_SRC}.backend.tensorflow.trainer:TensorFlowTrainer"
_DATA = f"{_SRC}.trainers.data_adapters"
_STOPPING = f"{_SRC}.callbacks.early_stopping:EarlyStopping"
_SCALING = f"{_SRC}.initializers.random_initializers:VarianceScaling.__call__"

FAULTS: tuple[Fault, ...] = (
    # Optimizers
    Fault("step off by one part in ten billion", "sgd", rewritten(_SGD, "variable, ops.multiply(gradient, learning_rate)", "variable, ops.multiply(gradient, learning_rate) * (1 + 1e-10)")),
    Fault("momentum dampened by 1 - mu", "sgd momentum", rewritten(_SGD, "gradient = ops.cast(gradient, variable.dtype)", "gradient = ops.cast(gradient, variable.dtype) * (1 - self.momentum)")),
    Fault("momentum uphill", "sgd momentum", rewritten(_SGD, "self.assign_add(variable, m)", "self.assign_sub(variable, m)")),
    Fault("Nesterov forgotten", "nesterov", rewritten(_SGD, "if self.nesterov:", "if False:")),
    Fault("RMSprop's epsilon outside the root", "rmsprop", rewritten(_RMSPROP, "ops.sqrt(denominator)", "ops.sqrt(velocity) + self.epsilon")),
    Fault("RMSprop's rho and 1 - rho exchanged", "rmsprop", rewritten(_RMSPROP, "rho = self.rho", "rho = 1 - self.rho")),
    Fault("RMSprop not centred", "centered", rewritten(_RMSPROP, "velocity - ops.square(average_grad)", "velocity")),
    Fault("RMSprop's momentum dampened", "rmsprop momentum", rewritten(_RMSPROP, "momentum), increment)", "momentum), (1 - self.momentum) * increment)")),
    Fault("Adam's t off by one", "adam", rewritten(_ADAM, "self.iterations + 1", "self.iterations + 2")),
    Fault("Adam's epsilon inside the root", "adam", rewritten(_ADAM, "ops.add(ops.sqrt(v), self.epsilon)", "ops.sqrt(ops.add(v, self.epsilon))")),
    Fault("Adam without bias correction", "adam", rewritten(_ADAM, "lr * ops.sqrt(1 - beta_2_power) / (1 - beta_1_power)", "lr")),
    Fault("Adam corrects m only", "adam", rewritten(_ADAM, "lr * ops.sqrt(1 - beta_2_power)", "lr")),
    Fault("Adam's beta_1 for beta_2", "adam", rewritten(_ADAM, "v), 1 - self.beta_2", "v), 1 - self.beta_1")),
    Fault("Adam's v from the gradient's modulus", "adam", rewritten(_ADAM, "ops.square(gradient), v)", "ops.abs(gradient), v)")),
    Fault("amsgrad forgets its maximum", "amsgrad", rewritten(_ADAM, "ops.maximum(v_hat, v)", "v")),
    Fault("amsgrad takes the maximum of the corrected v", "amsgrad", rewritten(_ADAM, "ops.maximum(v_hat, v)", "ops.maximum(v_hat, v / (1 - beta_2_power))")),
    Fault("clipnorm does nothing", "clipnorm", rewritten(f"{_OPTIMIZER}._clip_gradients", "self._clip_by_norm(g) if", "g if")),
    Fault("clipvalue cuts below only", "clipvalue", rewritten(f"{_OPTIMIZER}._clip_gradients", "ops.clip(g, -v, v)", "ops.maximum(g, -v)")),
    Fault("global norm without its root", "global_clipnorm", rewritten(_GLOBAL_NORM, "ops.sqrt(squared_norm)", "squared_norm")),
    Fault("weight decay without the learning rate", "weight_decay", rewritten(_DECAY, "variable * wd * lr", "variable * wd")),
    Fault("average starts at zero", "use_ema", rewritten(f"{_OPTIMIZER}._update_model_variables_moving_average", "ops.not_equal(self.iterations, 0)", "ops.not_equal(self.iterations, -1)")),
    Fault("average overwrites a step late", "ema_overwrite_frequency", rewritten(f"{_OPTIMIZER}._backend_apply_gradients", "self.iterations + 1", "self.iterations")),
    Fault("accumulated gradients summed", "gradient_accumulation_steps", rewritten(f"{_OPTIMIZER}._backend_apply_gradients", "(g + acc_g) / steps", "(g + acc_g)")),
    Fault("loss scale not taken out again", "loss_scale_factor", rewritten(f"{_OPTIMIZER}.apply", "g / scale", "g")),
    # Losses
    Fault("loss without 1/n", "reduction", rewritten(f"{_REDUCTION}:reduce_values", "ops.divide_no_nan(loss, divisor)", "loss")),
    Fault("sample weights ignored", "sample_weight", rewritten(f"{_REDUCTION}:reduce_weighted_values", "values * sample_weight", "values")),
    Fault("sample weights squared", "sample_weight", rewritten(f"{_REDUCTION}:reduce_weighted_values", "values * sample_weight", "values * sample_weight * sample_weight")),
    Fault("mask not made up for", "ignore_class", rewritten(f"{_REDUCTION}:apply_mask", "ops.divide_no_nan(total, valid)", "ops.ones_like(valid)")),
    Fault("mean squared error halved", "mean_squared_error", rewritten(f"{_LOSSES}:mean_squared_error", "ops.square(y_true - y_pred)", "ops.square(y_true - y_pred) / 2")),
    Fault("hinge labels not mapped to signs", "labels 0 and 1", rewritten(f"{_LOSSES}:convert_binary_labels_to_hinge", "return 2.0 * y_true - 1.0", "return y_true")),
    Fault("hinge's margin at two", "hinge", rewritten(f"{_LOSSES}:hinge", "1.0 - y_true * y_pred", "2.0 - y_true * y_pred")),
    Fault("binary cross-entropy summed over outputs", "binary_crossentropy", rewritten(f"{_LOSSES}:binary_crossentropy", "return ops.mean(", "return ops.sum(")),
    Fault("binary label smoothing by s", "binary_crossentropy label_smoothing", rewritten(f"{_LOSSES}:binary_crossentropy", "0.5 * label_smoothing\n", "label_smoothing\n")),
    Fault("label smoothing among the k - 1 others", "categorical_crossentropy label_smoothing", rewritten(f"{_LOSSES}:categorical_crossentropy", "label_smoothing / num_classes", "label_smoothing / (num_classes - 1)")),
    Fault("probabilities not made to sum to one", "categorical_crossentropy probabilities", rewritten(f"{_NN}:categorical_crossentropy", "output / tf.reduce_sum(output, axis, keepdims=True)", "output")),
    Fault("epsilon added before the logarithm", "sparse_categorical_crossentropy probabilities", rewritten(f"{_NN}:sparse_categorical_crossentropy", "tf.math.log(output)", "tf.math.log(output + backend.epsilon())")),
    Fault("the ignored class is another", "ignore_class", rewritten(f"{_LOSSES}:sparse_categorical_crossentropy", "ops.cast(ignore_class, y_pred.dtype)", "ops.cast(ignore_class - 1, y_pred.dtype)")),
    # Layers, activations, regularizers
    Fault("bias subtracted", "dense bias", rewritten(f"{_LAYERS}.core.dense:Dense.call", "ops.add(x, self.bias)", "ops.subtract(x, self.bias)")),
    Fault("product off by one part in a billion", "dense", rewritten(f"{_LAYERS}.core.dense:Dense.call", "ops.matmul(inputs, self.kernel)", "ops.matmul(inputs, self.kernel) * (1 + 1e-9)")),
    Fault("flatten backwards", "flatten", rewritten(f"{_LAYERS}.reshaping.flatten:Flatten.call", "return ops.reshape(inputs, (input_shape[0], flattened_dim))", "return ops.flip(ops.reshape(inputs, (input_shape[0], flattened_dim)), 1)")),
    Fault("dropout drops half as often", "dropout", rewritten(f"{_RANDOM}:dropout", "rate=rate", "rate=rate / 2")),
    Fault("dropout with the next seed", "dropout", rewritten(f"{_RANDOM}:dropout", "_cast_seed(draw_seed(seed))", "_cast_seed(draw_seed(seed)) + 1")),
    Fault("dropout drops in inference too", "dropout", rewritten(f"{_LAYERS}.regularization.dropout:Dropout.call", "if training and self.rate > 0", "if self.rate > 0")),
    Fault("relu leaks", "relu", rewritten(f"{_NN}:relu", "tf.nn.relu(x)", "tf.nn.leaky_relu(x, 1e-3)")),
    Fault("sigmoid a little steeper", "sigmoid", rewritten(f"{_NN}:sigmoid", "tf.nn.sigmoid(x)", "tf.nn.sigmoid(1.0001 * x)")),
    Fault("tanh off by one part in a billion", "tanh", rewritten(f"{_SRC}.backend.tensorflow.numpy:tanh", "tf.math.tanh(x)", "tf.math.tanh(x) * (1 + 1e-9)")),
    Fault("softmax over the batch", "softmax", rewritten(f"{_NN}:softmax", "tf.nn.softmax(x, axis=axis)", "tf.nn.softmax(x, axis=0)")),
    Fault("L2 with 1/2", "l2", rewritten(f"{_SRC}.regularizers.regularizers:L2.__call__", "ops.sum(ops.square(x))", "ops.sum(ops.square(x)) / 2")),
    Fault("L1 as a mean", "l1", rewritten(f"{_SRC}.regularizers.regularizers:L1.__call__", "ops.sum(ops.absolute(x))", "ops.mean(ops.absolute(x))")),
    Fault("penalties left out of the loss", "l2", rewritten(f"{_SRC}.trainers.trainer:Trainer.compute_loss", "for loss in self.losses:", "for loss in ():")),
    # Metrics, batches, epochs, callbacks
    Fault("binary accuracy counts the threshold", "binary_accuracy", rewritten(f"{_ACCURACY}:binary_accuracy", "ops.greater(y_pred, threshold)", "ops.greater_equal(y_pred, threshold)")),
    Fault("argmax takes the last of a tie", "categorical_accuracy", rewritten(f"{_ACCURACY}:categorical_accuracy", "y_pred = ops.argmax(y_pred, axis=-1)", "y_pred = y_pred.shape[-1] - 1 - ops.argmax(ops.flip(y_pred, -1), axis=-1)")),
    Fault("weighted metrics divided by rows", "weighted", rewritten(f"{_SRC}.metrics.reduction_metrics:MeanMetricWrapper.update_state", "super().update_state(values, sample_weight=sample_weight)", "super().update_state(values if sample_weight is None else values * sample_weight)")),
    Fault("epoch loss forgets a ragged batch's rows", "log", rewritten(f"{_TRAINER}.train_step", ")[0],", ")[0] * 0 + 1,")),
    Fault("running means not reset between epochs", "log", rewritten(f"{_TRAINER}.fit", "self.reset_metrics()", "epoch or self.reset_metrics()")),
    Fault("fit does not shuffle", "shuffle", rewritten(f"{_DATA}.array_data_adapter:ArrayDataAdapter.get_tf_dataset", "tf.random.shuffle(indices)\n", "indices\n")),
    Fault("the last, ragged batch dropped", "log", rewritten(f"{_DATA}.array_data_adapter:ArrayDataAdapter.get_tf_dataset", "if self._partial_batch_size:", "if False:")),
    Fault("classes without a weight count nothing", "class_weight", rewritten(f"{_DATA}.data_adapter_utils:class_weight_to_sample_weights", "class_weight.get(int(y_numpy[i]), 1.0)", "class_weight.get(int(y_numpy[i]), 0.0)")),
    Fault("validation split off by one", "validation_split", rewritten(f"{_DATA}.array_slicing:train_validation_split", "(1.0 - validation_split)))", "(1.0 - validation_split))) - 1")),
    Fault("validation in the epoch before", "validation_freq", rewritten(f"{_SRC}.trainers.trainer:Trainer._should_eval", "epoch = epoch + 1", "epoch = epoch + 2")),
    Fault("patience off by one", "earlystopping", rewritten(f"{_STOPPING}.on_epoch_end", "self.wait >= self.patience", "self.wait > self.patience")),
    Fault("best weights not restored", "earlystopping restore_best_weights", rewritten(f"{_STOPPING}.on_train_end", "self.model.set_weights(self.best_weights)", "pass")),
    Fault("early stopping ignores min_delta", "earlystopping min_delta", rewritten(f"{_SRC}.callbacks.monitor_callback:MonitorCallback._is_improvement", "monitor_value - self.min_delta", "monitor_value")),
    # What is drawn
    Fault("scaled uniform without its 3", "scaled uniform", rewritten(_SCALING, "math.sqrt(3.0 * scale)", "math.sqrt(scale)")),
    Fault("fan_avg takes fan_in", "fan_avg", rewritten(_SCALING, "(fan_in + fan_out) / 2.0", "fan_in")),
    Fault("cut normal's correction off in the fourth digit", "scaled truncated_normal", rewritten(_SCALING, "0.87962566103423978", "0.8797")),
    Fault("orthogonal with other signs", "orthogonal", rewritten(f"{_SRC}.initializers.random_initializers:Orthogonal.__call__", "ops.sign(d)", "-ops.sign(d)")),
    Fault("default seed off by one", "seed", rewritten(f"{_SRC}.random.seed_generator:make_default_seed", "python_random.randint(1, int(1e9))", "python_random.randint(1, int(1e9)) + 1")),
    Fault("normal numbers not shifted by their mean", "randomnormal", rewritten(f"{_RANDOM}:normal", "mean=mean", "mean=0.0")),
)  # fmt: skip

NULL_CHANGES: tuple[Fault, ...] = (
    Fault("SGD subtracts by adding the negative", "", rewritten(_SGD, "self.assign_sub(variable, ops.multiply(gradient, learning_rate))", "self.assign_add(variable, -ops.multiply(learning_rate, gradient))")),
    Fault("Adam's m by b m + (1 - b) g", "", rewritten(_ADAM, "m, ops.multiply(ops.subtract(gradient, m), 1 - self.beta_1)", "m, gradient * (1 - self.beta_1) - m * (1 - self.beta_1)")),
    Fault("squared error by a product", "", rewritten(f"{_LOSSES}:mean_squared_error", "ops.square(y_true - y_pred)", "(y_pred - y_true) * (y_pred - y_true)")),
    Fault("dense adds its bias first", "", rewritten(f"{_LAYERS}.core.dense:Dense.call", "ops.add(x, self.bias)", "ops.add(self.bias, x)")),
    Fault("L2 as a dot product", "", rewritten(f"{_SRC}.regularizers.regularizers:L2.__call__", "ops.sum(ops.square(x))", "ops.sum(x * x)")),
)  # fmt: skip
