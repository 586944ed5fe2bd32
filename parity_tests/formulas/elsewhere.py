# ruff: noqa: E501 - one line a row
"""Where Keras on JAX or on torch parts from the documentation, and why.

`scratch` follows TensorFlow: a row's own reasons (`Formula.parts`) hold of both. What another
backend does otherwise stands here, a line for each reason: which rows it is about, and on which of
their inputs. A reason is the name of a finding, or a sentence.
"""

import fnmatch
from dataclasses import dataclass

from parity_tests.formulas.formula import Formula


@dataclass(frozen=True)
class Elsewhere:
    """A reason.

    Args:
        libraries: `"jax"`, `"torch"`, or both.
        expressions: patterns of rows' expressions, one a line.
        labels: patterns of the inputs' names, divided by `|`.
        reason: a finding's name, or a sentence.
    """

    libraries: str
    expressions: str
    labels: str
    reason: str

    def speaks_of(self, formula: Formula, label: str, library: str) -> bool:
        """Whether it is about an input of a row in a library."""
        return (
            library in self.libraries.split()
            and any(_like(formula.expression, line) for line in self.expressions.split("\n"))
            and any(_like(label, pattern) for pattern in self.labels.split("|"))
        )


def _like(text: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(text, pattern.strip())


def reasons(formula: Formula, label: str, library: str) -> list[Elsewhere]:
    """What is known of an input of a row in a library."""
    return [row for row in ROWS if row.speaks_of(formula, label, library)]


_POOLS = "layers.AveragePooling[23]D(3, strides=2, padding='same'*"

ROWS = (
    # Both
    Elsewhere("jax torch", "losses.*inary*ocal*(*from_logits=True)*", "sure|very sure|huge", "confident_mistakes"),
    Elsewhere("jax torch", "*parse*ategorical*rossentropy*", "one class", "crossentropy_is_clipped"),
    Elsewhere("jax torch", "*parse*op*ategorical*ccuracy*k=[25]*", "a negative label", "no_class_in_top_k"),
    Elsewhere("jax torch", "layers.CategoryEncoding(4, *", "negative", "negative_category"),
    # JAX
    Elsewhere("jax", "losses.*parse*ategorical*rossentropy*(y, p)", "a label too large|a negative label", "label_out_of_range"),
    Elsewhere("jax", "*parse*op*ategorical*ccuracy*k=5*", "a label that no class has", "its probability is NaN, taken for the least of all: as many as there are classes are taken, and it is one"),
    Elsewhere("jax", "stepped(optimizers.LossScaleOptimizer*", "*", "loss_scale_step_alone"),
    Elsewhere("jax", "of(layers.DepthwiseConv*", "NaN", "NaN reaches the other channels: they are multiplied by zeros, and 0 times NaN is NaN"),
    Elsewhere("jax", "layers.UpSampling2D(2, interpolation='bilinear')*", "NaN", "nan_in_the_whole_picture"),
    Elsewhere("jax", "ops.extract_sequences(x, 3, 2)", "NaN", "nan_in_every_sequence"),
    Elsewhere("jax", "layers.Equalization()(x)", "all different", "a quotient by 255 is a product with its rounded inverse: some whole numbers fall into the bin below theirs"),
    # torch
    Elsewhere("torch", """*inary*rossentropy*(y, p)
        *BinaryCrossentropy(), *
        *inary*ocal*rossentropy*(y, p, *
        losses.binary_crossentropy(y, p, *
        losses.*inary*ocal*(*from_logits=True)*""", "NaN", "torch refuses probabilities that are none, NaN among them"),
    Elsewhere("torch", "losses.categorical_generalized_cross_entropy(*", "*", "generalized_of_arrays"),
    Elsewhere("torch", "losses.?ircle*gamma=8.0*", "drawn|one alone", "softplus_above_twenty"),
    Elsewhere("torch", "*op*ategorical*ccuracy*k=2*", "one class", "k_beyond_the_classes"),
    Elsewhere("torch", "*op*ategorical*ccuracy*k=5*", "*", "k_beyond_the_classes"),
    Elsewhere("torch", "*parse*op*ategorical*ccuracy*k=[12]*", "a label that no class has", "label_wraps_around"),
    Elsewhere("torch", """activations.hard_shrink(x)
        activations.soft_shrink(x)
        activations.threshold(*""", "NaN", "shrinks_of_nan"),
    Elsewhere("torch", "stepped(optimizers.Muon(*", "drawn|always the same", "muon_in_float64"),
    Elsewhere("torch", "kept(initializers.TruncatedNormal*", "*", "truncated_normal_escapes"),
    Elsewhere("torch", _POOLS, "*", "average_at_the_edge"),
    Elsewhere("torch", "trained(layers.BatchNormalization*", "far from zero|very far from zero", "moments_far_from_zero"),
    Elsewhere("torch", "of(layers.GroupNormalization*", "far from zero", "group_normalization_far_from_zero"),
    Elsewhere("torch", "ops.moments(*", "far from zero", "moments_far_from_zero"),
    Elsewhere("torch", "near(random.dropout(*", "*", "it takes tensors, and no arrays"),
    Elsewhere("torch", """ops.one_hot(x, 3)
        ops.multi_hot(x, 3)""", "outside", "class_beyond_the_last"),
    Elsewhere("torch", "ops.segment_sum(*", "drawn|unsorted", "segment_sum_in_float32"),
    Elsewhere("torch", "ops.correlate(x, y)", "*", "correlate_loses_its_axis"),
)  # fmt: skip
