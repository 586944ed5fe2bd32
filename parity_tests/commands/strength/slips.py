# ruff: noqa: E501 - one line a value
"""Faults outside the numeric core, of kinds that happened in Keras, nearly all from 2022 to 2026.

Each is a line or two of a module's source written otherwise, with the issue or pull request in
which a mistake of the kind was found, if only in another place. All were chosen before the tests of
their places were read; what the suite said about each at first sight is kept in `outside.tsv`.
"""

from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Slip:
    """A fault in a module's source.

    Args:
        title: what is wrong, in a few words.
        module: `"callbacks/early_stopping.py"`.
        old: occurs exactly once in the module's source.
        new: what stands there instead.
        happened: where something of the kind was found: `"keras#17022 (2022)"`.
    """

    title: str
    module: str
    old: str
    new: str
    happened: str

    @property
    def path(self) -> Path:
        """The file of the original."""
        return _ROOT / "scratch" / self.module

    @property
    def name(self) -> str:
        """The name under which the module is imported."""
        return ".".join(["scratch", *Path(self.module).with_suffix("").parts])

    @property
    def line(self) -> int:
        """Number of the first line that is changed."""
        pairs = zip(self.path.read_text().splitlines(), self.source().splitlines(), strict=False)
        return next(number for number, (a, b) in enumerate(pairs, 1) if a != b)

    def source(self) -> str:
        """The source with the fault.

        Raises:
            ValueError: when `old` does not occur exactly once.
        """
        source = self.path.read_text()
        if source.count(self.old) != 1:
            raise ValueError(f"{self.module}: {self.old!r} occurs {source.count(self.old)} times")
        return source.replace(self.old, self.new)

    def __str__(self) -> str:
        return f"{self.title} ({self.module}:{self.line}, {self.happened})"


_CALLBACKS = (
    Slip(
        "an epoch before start_from_epoch counts", "callbacks/early_stopping.py",
        "if current is None or epoch < self.start_from_epoch:",
        "if current is None or epoch < self.start_from_epoch - 1:",
        "keras#17022 (2022)",
    ),
    Slip(
        "best weights come back only after an early stop", "callbacks/early_stopping.py",
        "if self.restore_best_weights and self.best_weights is not None:",
        "if self.stopped_epoch > 0 and self.restore_best_weights and self.best_weights:",
        "tf-keras#693, keras#18822 (2023)",
    ),
    Slip(
        "best weights are those that are trained on", "callbacks/early_stopping.py",
        "self.best_weights = self.model.get_weights()",
        "self.best_weights = [v.array for v in self.model.weights]",
        "keras#20323 (2024)",
    ),
    Slip(
        "patience is not renewed for the next fit", "callbacks/early_stopping.py",
        "        self.wait = 0\n        self.stopped_epoch = 0\n        self.best = None",
        "        self.stopped_epoch = 0\n        self.best = None",
        "keras#23559 (2026)",
    ),
    Slip(
        "the best value of a fit is the next fit's", "callbacks/early_stopping.py",
        "        self.best = None\n        self.best_weights = None",
        "        self.best_weights = None",
        "keras#17305 (2022)",
    ),
    Slip(
        "patience is renewed without beating the baseline", "callbacks/early_stopping.py",
        "if self.baseline is None or self._is_improvement(current, self.baseline):",
        "if self.baseline is None or not self._is_improvement(self.baseline, current):",
        "keras#17305 (2022)",
    ),
    Slip(
        "the first batch of the first epoch is not counted", "callbacks/batch_counter.py",
        "self.last: int | None = None",
        "self.last: int | None = 0",
        "keras#17589, keras#17632 (2023)",
    ),
    Slip(
        "a folder is made for a checkpoint that is not written", "callbacks/model_checkpoint.py",
        "        if not self._is_wanted(epoch, logs, path):",
        '        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)\n'
        "        if not self._is_wanted(epoch, logs, path):",
        "keras#21100 (2025)",
    ),
    Slip(
        "weights only is forgotten where the metric is an array", "callbacks/model_checkpoint.py",
        "        if self.save_weights_only:\n            self.model.save_weights(path, overwrite=True)",
        "        if self.save_weights_only and not np.ndim(logs.get(self.monitor, 0)):\n"
        "            self.model.save_weights(path, overwrite=True)",
        "keras#21100 (2025)",
    ),
    Slip(
        "the batch in a checkpoint's name is one less", "callbacks/model_checkpoint.py",
        'names.setdefault("batch", batch + 1)',
        'names.setdefault("batch", batch)',
        "keras#20861 (2025)",
    ),
    Slip(
        "the threshold from the start is forgotten", "callbacks/model_checkpoint.py",
        "super().__init__(monitor, mode, initial_value_threshold)",
        "super().__init__(monitor, mode)",
        "keras#21100 (2025)",
    ),
    Slip(
        "the cooldown begins one epoch too late", "callbacks/reduce_lr_on_plateau.py",
        "return self.cooldown_counter > 0",
        "return self.cooldown_counter > 1",
        "keras#16393 (2022), of patience in EarlyStopping",
    ),
    Slip(
        "the smallest rate is compared in other digits", "callbacks/reduce_lr_on_plateau.py",
        "if old <= np.float32(self.min_lr):",
        "if old <= self.min_lr:",
        "tensorflow#39462 (2020, stalled until 2022)",
    ),
    Slip(
        "no column for a metric of the validation", "callbacks/csv_logger.py",
        'self.keys += [f"val_{key}" for key in self.keys]',
        'self.keys += [f"val_{key}" for key in self.keys if key == "loss"]',
        "keras#21173, keras#21332 (2025)",
    ),
    Slip(
        "an empty table that is appended to gets no header", "callbacks/csv_logger.py",
        "self.append_header = not (goes_on and os.path.getsize(self.filename))",
        "self.append_header = not goes_on",
        "keras#21332 (2025)",
    ),
    Slip(
        "an infinite loss does not terminate", "callbacks/terminate_on_nan.py",
        "if loss is None or np.isfinite(loss):",
        "if loss is None or not np.isnan(loss):",
        "keras#21771, keras#21841 (2025)",
    ),
    Slip(
        "a backup names the epoch that is over", "callbacks/backup_and_restore.py",
        "self._current_epoch = epoch + 1",
        "self._current_epoch = epoch",
        "keras#19179 (2024), keras#16252 (2022)",
    ),
    Slip(
        "averages and weights differ after the last epoch", "callbacks/swap_ema_weights.py",
        'if epoch == self.params["epochs"] - 1:',
        'if epoch == self.params["epochs"]:',
        "keras#18949, keras#18978 (2023)",
    ),
    Slip(
        "a history counts its epochs from 0", "callbacks/history.py",
        "self.epoch.append(epoch)",
        "self.epoch.append(len(self.epoch))",
        "keras#19179 (2024)",
    ),
)  # fmt: skip

_PREPROCESSING = (
    Slip(
        "a ragged last batch counts like a full one", "layers/preprocessing/normalization.py",
        "count = math.prod(batch.shape[a] for a in self._reduced)",
        "count = math.prod(self._built_for[a] for a in self._reduced)",
        "tensorflow#38596 (2020), of the loss",
    ),
    Slip(
        "several axes are kept in the order given", "layers/preprocessing/normalization.py",
        "kept = sorted(a % rank for a in self.axis)",
        "kept = [a % rank for a in self.axis]",
        "keras#22065, keras#22068 (2026)",
    ),
    Slip(
        "a given mean is laid along the first axes", "layers/preprocessing/normalization.py",
        "shape[self._kept[-i]] = numbers.shape[-i]",
        "shape[self._kept[i - 1]] = numbers.shape[i - 1]",
        "keras#20624 (2024), keras#22068 (2026)",
    ),
    Slip(
        "epsilon is a variance", "layers/preprocessing/normalization.py",
        "return self.mean, np.maximum(np.sqrt(self.variance), floor)",
        "return self.mean, np.sqrt(np.maximum(self.variance, floor))",
        "keras#20011 (2024)",
    ),
    Slip(
        "a config holds the mean that was found", "layers/preprocessing/normalization.py",
        '"mean": np.array(self.input_mean).tolist(),',
        '"mean": np.array(self.mean if self.input_mean is not None else None).tolist(),',
        "keras#20971 (2025), of Discretization",
    ),
    Slip(
        "quantiles begin one value too late", "layers/preprocessing/discretization.py",
        "chosen = values[int(step - 1) :: int(step)]",
        "chosen = values[int(step) :: int(step)]",
        "keras#22892 (2026)",
    ),
    Slip(
        "a restored layer has forgotten its bins", "layers/preprocessing/discretization.py",
        "layer.bin_boundaries = found",
        "layer.bin_boundaries = None",
        "keras#20971 (2025)",
    ),
    Slip(
        "a part of the data's weight is lost", "layers/preprocessing/discretization.py",
        "return np.stack([chosen, np.full_like(chosen, step)])",
        "return np.stack([chosen, np.full_like(chosen, int(step))])",
        "keras#22892 (2026)",
    ),
    Slip(
        "one sample of one token loses an axis", "layers/preprocessing/category_encoding.py",
        'if self.output_mode == "one_hot" and (shape[-1] != 1 or len(shape) == 1):',
        'if self.output_mode == "one_hot" and shape[-1] != 1:',
        "keras#19388 (2024)",
    ),
    Slip(
        "tokens are counted along the last axis", "layers/preprocessing/encode.py",
        "axis = 1 if len(x.shape) > 1 else 0",
        "axis = len(x.shape) - 1",
        "keras#19388 (2024)",
    ),
    Slip(
        "an odd margin lies on the other side", "layers/preprocessing/images/center_crop.py",
        "images = taken(images, (old - new) // 2, new, axis)",
        "images = taken(images, (old - new + 1) // 2, new, axis)",
        "keras#19723 (2024)",
    ),
    Slip(
        "the margin has another value than the one given", "layers/preprocessing/images/resizing.py",
        "fill_value=self.fill_value,",
        "fill_value=0.0,",
        "keras#22902, keras#22903 (2026)",
    ),
    Slip(
        "an image of the size wanted is cropped at random", "layers/preprocessing/images/random_crop.py",
        "if training and height > self.height and width > self.width:",
        "if training and height >= self.height and width >= self.width:",
        "keras#21871 (2025)",
    ),
    Slip(
        "the last place of a crop is never drawn", "layers/preprocessing/images/random_crop.py",
        "float(old - new + 1)",
        "float(old - new)",
        "keras-cv#860 (2022)",
    ),
    Slip(
        "a flipped box has its edges exchanged", "layers/preprocessing/images/random_flip.py",
        "joined(x1, 1 - y2, x2, 1 - y1)",
        "joined(x1, 1 - y1, x2, 1 - y2)",
        "keras#20468 (2024)",
    ),
)  # fmt: skip

_MASKS = (
    Slip(
        "every step has the mask of the first", "layers/core/wrapper.py",
        'more["mask"] = mask[:, t]',
        'more["mask"] = mask[:, 0]',
        "keras#22037 (2026)",
    ),
    Slip(
        "what has no mask counts as masked", "layers/merging/concatenate.py",
        'm = ops.ones_like(x, dtype="bool")',
        'm = ops.zeros_like(x, dtype="bool")',
        "keras#19817 (2024)",
    ),
    Slip(
        "a step counts only if it counts in all inputs", "layers/merging/merge.py",
        "result = ops.logical_or(result, m)",
        "result = ops.logical_and(result, m)",
        "keras#18416 (2023), keras#19817 (2024)",
    ),
    Slip(
        "weights replace the mask of a metric", "metrics/mean.py",
        "return weight * keep",
        "return weight",
        "keras-core#802 (2023), keras#15323 (open in 2023)",
    ),
    Slip(
        "layers of a pipeline see the first mask", "layers/preprocessing/pipeline.py",
        "mask = tree.map_structure(get_keras_mask, inputs)",
        "mask = mask or tree.map_structure(get_keras_mask, inputs)",
        "keras#18416 (2023)",
    ),
)  # fmt: skip

_CONFIGS = (
    Slip(
        "a config forgets from_logits", "metrics/auc.py",
        '"from_logits": self.from_logits,',
        '"from_logits": False,',
        "keras#16499 (2022)",
    ),
    Slip(
        "a config holds the thresholds that are", "metrics/precision_recall.py",
        '@configured(values={"thresholds": lambda self: self.init_thresholds})',
        '@configured(values={"thresholds": lambda self: self.thresholds})',
        "keras#16499 (2022)",
    ),
    Slip(
        "a config holds the scale that is", "optimizers/loss_scale_optimizer.py",
        "self.dynamic_scale.array *= factor",
        "self.dynamic_scale.array *= factor\n        self.initial_scale = float(self.dynamic_scale.array)",
        "keras#20971 (2025), of Discretization",
    ),
    Slip(
        "a config forgets the penalty on what comes out", "layers/core/embedding.py",
        'keys="input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer "',
        'keys="input_dim output_dim embeddings_initializer embeddings_regularizer "',
        "keras#19820 (2024)",
    ),
)  # fmt: skip

_DATA = (
    Slip(
        "a row more is trained on, a row less validated", "data/arrays.py",
        "at = math.floor(rows * (1.0 - validation_split))",
        "at = math.ceil(rows * (1.0 - validation_split))",
        "keras#16413 (2022), of image_dataset_from_directory",
    ),
    Slip(
        "validation has the batches of the training", "models/training/trainer.py",
        "*parts_of(validation_data), validation_batch_size or batch_size, validation_steps",
        "*parts_of(validation_data), batch_size or validation_batch_size, validation_steps",
        "tensorflow#62104 (2023)",
    ),
    Slip(
        "class numbers are cut off, not rounded", "data/arrays.py",
        'numbers = np.round(classes).astype("int32")',
        'numbers = classes.astype("int32")',
        "keras#20542 (2024)",
    ),
    Slip(
        "every epoch of some steps begins with the first batch", "data/epochs.py",
        "if self._left is None or self._given is None:",
        "if self._left is None or self._given is None or self._given < (self.batches.num_batches or 0):",
        "keras#20030, keras#19037 (2024)",
    ),
    Slip(
        "the rest of the rows makes a batch more", "data/batches.py",
        "math.ceil(self.rows / steps)",
        "max(1, self.rows // steps)",
        "keras#19037 (2024)",
    ),
    Slip(
        "a dataset that grows keeps its first length", "data/streams.py",
        "            self._dataset.on_epoch_end()\n            self.num_batches = self._dataset.num_batches",
        "            self._dataset.on_epoch_end()",
        "keras#15392 (2021, stalled until 2022)",
    ),
    Slip(
        "a dataset is not told that an epoch begins", "data/streams.py",
        "self._dataset.on_epoch_begin()",
        "pass",
        "keras#19749, keras#19958 (2024)",
    ),
    Slip(
        "a ragged last batch is not in the length", "data/dataset.py",
        "length = (length if drop_remainder else length + batch_size - 1) // batch_size",
        "length = max(1, length // batch_size)",
        "keras#17392 (2023), of timeseries_dataset_from_array",
    ),
    Slip(
        "what is validated is shuffled too", "utils/folders.py",
        "shuffle and not beside",
        "shuffle",
        "keras#16413 (2022)",
    ),
    Slip(
        "the last window is missing where steps are left out", "utils/timeseries.py",
        "n = len(data[first:end_index]) - (sequence_length - 1) * sampling_rate",
        "n = len(data[first:end_index]) - sequence_length * sampling_rate + 1",
        "keras#17392, tf-keras#314 (2023)",
    ),
    Slip(
        "the last row is no target", "preprocessing/sequence.py",
        "first, end = self.start_index, self.end_index + 1",
        "first, end = self.start_index, self.end_index",
        "keras#21305 (2025), of timeseries_dataset_from_array",
    ),
)  # fmt: skip

_SCHEDULES = (
    Slip(
        "a boundary belongs to the next value", "optimizers/schedules/piecewise.py",
        "return (first, *others)[bisect_left(steps, now)]",
        "return (first, *others)[sum(b <= now for b in steps)]",
        "keras#18193 (2023), of decay by epochs",
    ),
    Slip(
        "a cycle ends one step too early", "optimizers/schedules/decays.py",
        "length = length * np.ceil(now / length)",
        "length = length * (np.floor(now / length) + 1)",
        "keras#18747 (2023)",
    ),
    Slip(
        "the warm-up is part of the decay", "optimizers/schedules/cosine.py",
        "p = (np.minimum(now, length + warmup) - warmup) / length",
        "p = (np.minimum(now, length) - warmup) / length",
        "keras#18747 (2023), keras#21772 (2025)",
    ),
)  # fmt: skip

_METRICS = (
    Slip(
        "test_on_batch goes on counting", "models/training/trainer.py",
        "network = self._step.prepare(batch, training=False)\n        self.reset_metrics()",
        "network = self._step.prepare(batch, training=False)",
        "keras#22617 (2026)",
    ),
    Slip(
        "the predictions of a class are ignored, not its labels", "metrics/iou.py",
        "inside &= y != self.ignore_class",
        "inside &= p != self.ignore_class",
        "keras#21907 (2025)",
    ),
    Slip(
        "a class that is never right does not count", "metrics/iou.py",
        "occurs = union > 1e-9",
        "occurs = tp > 1e-9",
        "keras#20574 (2024)",
    ),
    Slip(
        "a prediction on the threshold is none", "metrics/iou.py",
        'yes = np.asarray(y_pred, "float32") >= np.float32(self.threshold)',
        'yes = np.asarray(y_pred, "float32") > np.float32(self.threshold)',
        "keras#16010 (2022)",
    ),
    Slip(
        "a prediction on the threshold is one", "metrics/f_score.py",
        "found = p > p.dtype.type(self.threshold)",
        "found = p >= p.dtype.type(self.threshold)",
        "keras#16010 (2022)",
    ),
    Slip(
        "rows are counted, not numbers", "metrics/r2_score.py",
        "self.num_samples.array += y.size",
        "self.num_samples.array += len(y)",
        "tensorflow#38596 (2020), of rows that were not counted",
    ),
    Slip(
        "metrics inside a metric are not reset", "metrics/metric.py",
        "        for variable in self.variables:\n            variable.array[...] = 0",
        "        for variable in self._variables:\n            variable.array[...] = 0",
        "keras#16526 (2022)",
    ),
    Slip(
        "a rate that is just reached is not reached", "metrics/at_threshold.py",
        "good = self._rate(self._given) >= self.value",
        "good = self._rate(self._given) > self.value",
        "keras#16010 (2022)",
    ),
    Slip(
        "metrics of outputs that are a dict are exchanged", "models/training/outputs.py",
        "return [self._keys.index(key) for key in self.keys]",
        "return list(range(self.number))",
        "keras#20596 (2024), keras#22625 (2026)",
    ),
    Slip(
        "the last batch of several at once has its own number", "models/training/loop.py",
        "last = step + together - (step + 1) % together",
        "last = step",
        "keras#20861 (2025)",
    ),
)  # fmt: skip

_SAVING = (
    Slip(
        "a shared layer is written again", "saving/state.py",
        "            thing.save_own_variables(writer.make(path, name if isinstance(name, str) else None))\n"
        "        seen.add(id(thing))",
        "            thing.save_own_variables(writer.make(path, name if isinstance(name, str) else None))",
        "keras#18419 (2023)",
    ),
    Slip(
        "skip_mismatch needs by_name", "saving/legacy_h5.py",
        "fitting = [job for job in jobs if _fits(*job, path, skip_mismatch)]",
        "fitting = [job for job in jobs if _fits(*job, path, skip_mismatch and by_name)]",
        "keras#21404 (2025)",
    ),
    Slip(
        "what was loaded is not put to use", "saving/legacy_h5.py",
        '        if variables and hasattr(owner, "finalize_state"):\n            owner.finalize_state()',
        "",
        "keras#20971 (2025)",
    ),
    Slip(
        "a loaded optimizer begins anew", "models/training/trainer.py",
        "self.optimizer.build(self.trainable_variables)",
        "pass",
        "tensorflow#52368 (2021), tensorflow#44670 (open in 2022)",
    ),
    Slip(
        "models inside models inside models are shared", "models/cloning.py",
        "return clone_model(layer, clone_function=clone_function, recursive=True)",
        "return clone_model(layer, clone_function=clone_function)",
        "keras#21120 (2025), keras#22276 (2026)",
    ),
    Slip(
        "a copy of what is frozen is trained", "models/cloning.py",
        "return Sequential(layers, name=model.name, trainable=model.trainable)",
        "return Sequential(layers, name=model.name)",
        "keras#22276 (2026)",
    ),
)  # fmt: skip

_STEPS = (
    Slip(
        "a name must begin with what excludes it", "optimizers/base/settings.py",
        "return not (names and names.search(self._name_that_excludes(variable)))",
        "return not (names and names.match(self._name_that_excludes(variable)))",
        "keras#16274 (2022)",
    ),
    Slip(
        "averages are put in place by batches, not by steps", "optimizers/base/optimizer.py",
        "done, every = int(np.asarray(self.iterations)), self.ema_overwrite_frequency",
        "done, every = int(self._iterations.array), self.ema_overwrite_frequency",
        "keras#19990, keras#19998 (2024)",
    ),
    Slip(
        "a scale grows one step too late", "optimizers/loss_scale_optimizer.py",
        "if int(self.step_counter) == self.dynamic_growth_steps:",
        "if int(self.step_counter) > self.dynamic_growth_steps:",
        "tf-keras#644 (2022)",
    ),
    Slip(
        "the outer optimizer counts the steps", "optimizers/loss_scale_optimizer.py",
        "return self.inner_optimizer.iterations",
        "return self._iterations",
        "keras#20878 (2025)",
    ),
)  # fmt: skip

_UTILS = (
    Slip(
        "one label loses its axis", "utils/labels.py",
        "if classes.ndim > 1 and classes.shape[-1] == 1:",
        "if classes.shape[-1:] == (1,):",
        "keras#19388 (2024), of CategoryEncoding",
    ),
    Slip(
        "a share of the rows is cut off, not rounded", "utils/data.py",
        "n = round(left * rows) if isinstance(left, float) else left",
        "n = int(left * rows) if isinstance(left, float) else left",
        "keras#16853, tf-keras#497 (2022)",
    ),
    Slip(
        "a window has no last word", "preprocessing/sequence.py",
        "min(len(sequence), i + window_size + 1)",
        "min(len(sequence), i + window_size)",
        "keras#21305 (2025)",
    ),
    Slip(
        "several steps count as one", "utils/progbar.py",
        "steps = max(current - self._seen_so_far, 1)",
        "steps = 1",
        "keras#20861, keras#21422 (2025)",
    ),
)  # fmt: skip

SLIPS: tuple[Slip, ...] = (
    *_CALLBACKS, *_PREPROCESSING, *_MASKS, *_CONFIGS, *_DATA, *_SCHEDULES, *_METRICS, *_SAVING,
    *_STEPS, *_UTILS,
)  # fmt: skip
