# ruff: noqa: E501 - one line a row
"""Where an invariant does not hold, and why: by design, or because of a finding.

Every row is tested to fail really, for every class that it names, so that none can go stale.
"""

import fnmatch
import re
from dataclasses import dataclass

EVERYWHERE = ("scratch", "tf", "jax", "torch")


@dataclass(frozen=True)
class Row:
    """An invariant that some classes break.

    Args:
        subjects: patterns, `"metrics.Sum"`, separated by blanks.
        invariant: its name.
        reason: why.
        where: a regular expression: of what samples' programs it is so; of all, where empty.
        finding: the finding that it is, if it is one.
        on: the libraries in which it is so.
    """

    subjects: str
    invariant: str
    reason: str
    where: str = ""
    finding: str = ""
    on: tuple[str, ...] = EVERYWHERE

    @property
    def always(self) -> bool:
        """Whether it is so of all samples."""
        return not self.where

    def names(self, subject: str) -> bool:
        """Whether it speaks of a class."""
        return any(fnmatch.fnmatchcase(subject, pattern) for pattern in self.subjects.split())

    def concerns(self, script: str) -> bool:
        """Whether it speaks of a sample with this program."""
        return re.search(self.where, script) is not None


_REGION = r"losses\.\w+\((?!.*axis=\(1,\))"
_LIMITED = "MaxNorm|MinMaxNorm|UnitNorm|NonNeg"

ROWS = (
    # What a batch is as a whole
    *(
        Row("losses.Dice losses.Tversky", name, "without an axis the whole batch is one region", _REGION)
        for name in ("cut in two", "a row twice", "weight 0")
    ),
    *(
        Row("losses.Circle", name, "it compares every row of a batch with all others")
        for name in ("cut in two", "a row twice", "weight 0")
    ),
    Row("losses.Circle", "as a function", "rows that have nobody of their class are left out of the mean"),
    *(
        Row("losses.SparseCategoricalCrossentropy", name, "what is ignored is left out of the mean", "ignore_class")
        for name in ("cut in two", "a row twice", "weight 0", "as a function")
    ),
    Row("metrics.R2Score", "a row twice", "adjusted for the regressors, it counts rows, whatever they weigh", "num_regressors=1"),
    Row("metrics.R2Score", "weight 0", "adjusted for the regressors, it counts rows, whatever they weigh", "num_regressors=1"),
    Row("metrics.Sum metrics.False* metrics.True*", "weights times c", "it is a sum"),
    Row("metrics.F1Score metrics.FBetaScore", "weights times c", "1e-7 is added to what it divides by"),
    Row("metrics.*IoU", "weights times c", "the matrix is one of whole numbers: it cuts the fractions off", finding="mean_iou_weights"),
    # Labels
    Row("losses.CategoricalGeneralizedCrossEntropy", "labels as a column", "(n, 1) is compared with (n,), every row with every row", finding="generalized_column"),
    Row("metrics.Hinge metrics.SquaredHinge metrics.CategoricalHinge metrics.KLDivergence metrics.Poisson", "labels as a column", "(n,) beside (n, 1) is every row with every row", finding="labels_beside_a_column"),
    Row("metrics.BinaryCrossentropy metrics.CategoricalCrossentropy", "labels as a column", "labels (n,) are refused beside predictions (n, 1)", finding="labels_beside_a_column"),
    Row("metrics.CategoricalAccuracy metrics.TopKCategoricalAccuracy metrics.OneHot*IoU", "labels as a column", "the classes are on the last axis: there must be one"),
    Row("metrics.F1Score metrics.FBetaScore", "labels as a column", "the classes are on the last axis: there must be one"),
    Row("metrics.Precision metrics.Recall", "labels as a column", "the classes are on the last axis: there must be k", "top_k=2"),
    Row("losses.SparseCategoricalCrossentropy metrics.SparseCategoricalCrossentropy", "one hot", "probabilities that do not sum to 1 are cut before they are made to", r"make = lambda: (?!.*from_logits=True)", finding="sparse_is_not_categorical"),
    Row("losses.SparseCategoricalCrossentropy", "one hot", "what is ignored, one-hot rows cannot say", "ignore_class"),
    Row("metrics.F1Score metrics.FBetaScore", "weights as a column", "weights (n, 1) are refused", finding="f_score_of_a_column"),
    # Configs
    Row("losses.Huber", "saved and loaded", "its config has no delta", "delta=(0.1|10)", finding="huber_loses_delta"),
    Row("losses.Huber", "as a function", "its config has no delta", "delta=(0.1|10)", finding="huber_loses_delta"),
    Row("losses.CategoricalGeneralizedCrossEntropy", "saved and loaded", "Keras does not find its class by its name", finding="not_among_the_known"),
    Row("optimizers.Lamb", "saved and loaded", "Keras does not find its class by its name", finding="not_among_the_known", on=("tf", "jax", "torch")),
    Row("layers.GroupNormalization", "saved and loaded", "once built, its config holds the number of groups", "groups=-1", finding="config_of_what_is"),
    Row("layers.LayerNormalization layers.RMSNormalization", "saved and loaded", "once built, its config holds a list of axes", finding="config_of_what_is"),
    Row("layers.Lambda", "saved and loaded", "the code of a lambda is not run from a file"),
    Row("layers.RandomShear", "saved and loaded", "it cannot be loaded", finding="shear_cannot_be_loaded", on=("tf", "jax", "torch")),
    Row("layers.RandomShear", "loaded and drawn", "it cannot be loaded", finding="shear_cannot_be_loaded", on=("tf", "jax", "torch")),
    Row("layers.RandomShear", "bytes", "it cannot be loaded", finding="shear_cannot_be_loaded", on=("tf", "jax", "torch")),
    Row("layers.RandomShear", "channels first in training", "it cannot be loaded", finding="shear_cannot_be_loaded", on=("tf", "jax", "torch")),
    Row("layers.RandomShear", "nothing of it", "it cannot be loaded", finding="shear_cannot_be_loaded", on=("tf", "jax", "torch")),
    Row("layers.RandomShear", "a file of it", "it cannot be loaded", finding="shear_cannot_be_loaded", on=("tf", "jax", "torch")),
    Row("initializers.Identity initializers.IdentityInitializer", "saved and loaded and drawn", "its config has no gain", "gain=(2.5|0.1)", finding="identity_loses_gain"),
    # Constraints
    Row("constraints.MaxNorm constraints.MinMaxNorm", "once is enough", "it divides by the norm plus 1e-7, also what is within the limit", finding="constraints_shorten"),
    Row("constraints.UnitNorm", "once is enough", "it divides by the norm plus 1e-7"),
    Row("optimizers.*", "constraints", "averages are of weights before their constraint", finding="averages_break_constraints"),
    Row("layers.Dense layers.Conv* layers.SeparableConv* layers.DepthwiseConv*", "micro batches", "a constraint acts after every micro-batch, before the first step too", _LIMITED, finding="constraints_shorten"),
    # Schedules and optimizers
    Row("optimizers.schedules.CosineDecay optimizers.schedules.CosineDecayRestarts", "whole numbers", "pi is cast to the type of the rate, and is 3", finding="cosine_of_whole_numbers"),
    Row("optimizers.schedules.InverseTimeDecay optimizers.schedules.PolynomialDecay optimizers.schedules.ExponentialDecay", "whole numbers", "whole numbers are divided to float32", "float64"),
    Row("optimizers.[!L]* optimizers.Lamb optimizers.LossScaleOptimizer", "a variable alone", "the norm of all gradients is one number", "global_clipnorm"),
    Row("optimizers.*", "micro batches", "schedules count the micro-batches", "schedules", finding="schedule_counts_micro_batches"),
    Row("optimizers.ScheduleFreeAdamW", "micro batches", "averages are taken and put in place at every micro-batch", r"(?=.*use_ema=True)(?=.*overwrite_frequency=[23])", finding="averages_of_micro_batches"),
    Row("optimizers.Muon", "averages", "with other coefficients its iteration may grow without bounds", "muon_[abc]="),
    Row("optimizers.Ftrl", "averages", "0 / 0 where nothing was accumulated", "initial_accumulator_value=0.0"),
    # Layers
    Row("layers.BatchNormalization", "a mask", "1e-7 is added to the number of rows"),
    Row("layers.Conv?D layers.Conv?DTranspose layers.SeparableConv?D layers.DepthwiseConv?D", "channels first", "an activation along an axis knows the last alone", "softmax|glu|sparsemax|normalize"),
    Row("layers.GroupNormalization layers.LayerNormalization", "float types", "it computes in the type of its input, and brings the answer to its own"),
    Row("layers.SpectralNormalization", "frozen", "it writes the normalized kernel back, frozen or not", finding="frozen_but_normalized"),
    Row("layers.MixUp layers.RandomGrayscale layers.RandomColorDegeneration layers.RandomHue layers.RandomSaturation layers.RandomSharpness layers.RandomPosterization", "asked twice", "it draws what it does not use: its seed moves", finding="drawn_without_training"),
    Row("layers.MixUp layers.RandomGrayscale layers.RandomColorDegeneration layers.RandomHue layers.RandomSaturation layers.RandomSharpness layers.RandomPosterization", "do not know each other", "it draws what it does not use: its seed moves", finding="drawn_without_training"),
    Row("layers.AugMix", "made alike", "it asks Python's random numbers too", finding="aug_mix_without_its_seed"),
    Row("layers.ContrastLimitedAdaptiveHistogramEqualization", "no row", "there is no histogram of nothing"),
    Row("layers.RandomCrop", "shape foretold", "without training the whole image comes back", finding="crop_without_training"),
    # Layers of images
    Row("layers.RandAugment layers.AugMix", "nothing of it", "the factor is not that of all it does: of a flip or a posterization there is no half"),
    Row("layers.RandomHue layers.RandomColorJitter", "nothing of it", "the range of values is changed in float32", "float64"),
    Row("layers.RandomSaturation layers.RandomColorJitter", "nothing of it", "1e-7 is added to what it divides by", "float64"),
    Row("layers.AugMix", "the seed alone", "it asks Python's random numbers too", finding="aug_mix_without_its_seed"),
    Row("layers.RandomGrayscale", "loaded and drawn", "its config has no seed", r"factor=(?!0.0|1.0)|Grayscale\((?!.*factor)", finding="grayscale_forgets_its_seed"),
    Row("layers.RandomColorJitter layers.RandomElasticTransform", "pictures permuted", "not all is drawn before pictures are transformed"),
    Row("layers.Equalization layers.AugMix", "other neighbours", "a batch has one histogram", finding="equalization_of_neighbours"),
    Row("layers.AutoContrast", "channels first in training", "it looks for the extremes along the rows and columns of last channels", finding="contrast_channels_first"),
    Row("layers.RandomColorJitter", "channels first in training", "its parts are not told", "factor", finding="jitter_channels_first"),
    Row("layers.RandomErasing", "channels first in training", "noise is drawn in the order of the axes", r"Erasing\((?!.*fill_value)"),
    Row("layers.RandomSaturation layers.RandomColorJitter", "within the range", "saturation is limited by the largest value of a pixel, not by 1", r"high = 255", finding="saturation_leaves_the_range"),
    Row("layers.RandomBrightness", "bytes", "bytes are added, and begin anew after 255", finding="brightness_of_bytes"),
    Row("layers.RandomSaturation", "bytes", "it refuses bytes"),
    Row("layers.RandomContrast", "bytes", "it refuses bytes, which it documents to take", finding="contrast_of_bytes", on=("tf",)),
    Row("layers.Resizing layers.RandomGrayscale layers.ContrastLimitedAdaptiveHistogramEqualization", "bytes", "it answers bytes with bytes"),
    # Keras alone
    Row("layers.Conv2D", "micro batches", "torch's kernel refuses one filter and one row", "filters=1[,)]", finding="gradient_not_contiguous", on=("torch",)),
    Row("layers.MixUp", "no row", "nothing is mixed with nothing", on=("torch",)),
    Row("layers.Dropout", "made alike", "without a seed it draws from torch's generator, which all share", r"layers\.Dropout\([\d.]+\)", on=("torch",)),
    Row("layers.RandomElasticTransform", "made alike", "it draws from torch's generator, which all share", finding="elastic_without_its_seed", on=("torch",)),
    Row("layers.Conv* layers.DepthwiseConv* layers.SeparableConv* layers.MaxPooling* layers.AveragePooling*", "channels first", "on a processor TensorFlow has no such kernel", on=("tf",)),
    Row("layers.GlobalMaxPooling* layers.AutoContrast", "no row", "there is no largest of nothing", on=("tf", "jax", "torch")),
    Row("layers.Pipeline", "shape foretold", "it has no compute_output_shape", on=("tf", "jax", "torch")),
    Row("layers.ContrastLimitedAdaptiveHistogramEqualization", "in a model", "it computes in float32, and compiled in another order", "float64", on=("tf",)),
    Row("layers.Equalization", "in a model", "in a model it is left out", finding="equalization_is_skipped", on=("tf", "jax", "torch")),
    Row("layers.Equalization", "a file of it", "in a model it is left out", finding="equalization_is_skipped", on=("tf", "jax", "torch")),
    Row("metrics.False* metrics.True*", "a result stays", "with several thresholds the result is the variable itself", r"thresholds=\[", finding="result_changes_later", on=("tf", "torch")),
    Row("optimizers.Muon", "a constant schedule", "a schedule's rate stays float32", "float64", finding="muon_with_a_schedule", on=("tf",)),
    # Callbacks
    Row("callbacks.History", "told the same twice", "it keeps the numbers of the training before", finding="history_of_two_trainings"),
    Row("callbacks.SwapEMAWeights", "told the same twice", "it believes that the averages are in place", "swap_on_epoch=True", finding="averages_swapped_twice"),
    Row("callbacks.ModelCheckpoint", "told the same twice", "it keeps the best of all trainings that it was given to", "save_best_only"),
    # Models
    Row("models.Model", "rows permuted", "dropout draws a mask for each place in a batch", "Dropout"),
    Row("models.Model", "weight 0", "the statistics of a batch are of all its rows", "BatchNormalization"),
    Row("models.Model", "epochs one by one", "averages are put in place when a training ends", "use_ema"),
    Row("models.Model", "told batch by batch", "averages are put in place when a training ends", "use_ema"),
    Row("models.Model", "saved and loaded", "the state of its random numbers is not saved", "Dropout", finding="dropout_begins_anew"),
)  # fmt: skip


def rows(subject: str, invariant: str, library: str) -> list[Row]:
    """What is known to break an invariant of a class in a library."""
    return [
        row
        for row in ROWS
        if row.invariant == invariant and library in row.on and row.names(subject)
    ]
