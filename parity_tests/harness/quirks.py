"""What the reference does that its documentation, or its other backends, do not: one row each.

A divergence without a row here is a failure. `switch` names what turns the imitation off in
`scratch` (`scratch.quirks.without`), or what turns the quirk off in the backend.

    with as_on("jax"):            scratch as Keras on JAX would have it
    with as_on("tf", "eager"):    as tf.keras would with run_eagerly=True
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from parity_tests.harness.case import Case


@dataclass(frozen=True)
class Quirk:
    """A row.

    Args:
        id: K1, K2, ...
        where: backend and circumstances.
        effect: what one sees.
        switch: how to see the other side; empty where another backend shows it.
        backends: those that have the quirk.
        compiled: whether it shows only where the backend compiles the training step.
        cases: names of the cases in which `scratch` follows TensorFlow here and has no switch, so
            that backends without the quirk must differ from it.
        xla: those of them in which TensorFlow differs from itself where XLA compiles it.
    """

    id: str
    where: str
    effect: str
    switch: str = ""
    backends: tuple[str, ...] = ("tf",)
    cases: tuple[str, ...] = ()
    xla: tuple[str, ...] = ()
    compiled: bool = False


ROWS = (
    Quirk(
        "K1",
        "TensorFlow backend, float64",
        "a Python float that Keras casts (beta_1, momentum, an L1 factor) passes through float32: "
        "0.999 is off by 1.3e-8, and schedules compute in float32. The learning rate, a variable, "
        "is exempt",
        'scratch.quirks.without("K1")',
    ),
    Quirk(
        "K2",
        "TensorFlow backend, softmax or sigmoid followed by any cross-entropy",
        "the loss, and a cross-entropy among the metrics, is computed from the logits: nothing is "
        "clipped. So is every cross-entropy that a user's own loss, metric or layer calls on that "
        "output, in fit and eagerly, until a slice, a reshape or a cast makes another tensor of "
        "it. Keras does not ask whether the two belong together: binary cross-entropy after a "
        "softmax puts the softmax's logits through a sigmoid",
        'scratch.quirks.without("K2")',
    ),
    Quirk(
        "K3",
        "all backends but TensorFlow, float64",
        "result_type(float64, float64) is float32, so that parts of a float64 model compute in "
        "float32",
        'Engine("torch", "eager") has it mended, left_standing=("K3",) leaves it',
        ("jax", "torch"),
    ),
    Quirk(
        "K4",
        "TensorFlow backend, after set_random_seed",
        "fit on arrays shuffles into the same order in every epoch and every call",
        'scratch.quirks.without("K4")',
    ),
    Quirk(
        "K5",
        "TensorFlow, float32",
        "oneDNN's kernels sum in another order than TensorFlow's own",
        "TF_ENABLE_ONEDNN_OPTS=0",
    ),
    Quirk(
        "K6",
        "TensorFlow, categorical cross-entropy from logits, labels that do not sum to 1",
        "the derivative is p - y, which is not the derivative of the loss (that is p sum(y) - y); "
        "tf.config.experimental.enable_op_determinism() silently changes it to the true one",
        cases=("categorical/labels that do not sum to one",),
    ),
    Quirk(
        "K7",
        "TensorFlow, all operations",
        "denormal numbers are taken for zero: Adam's momentum of a weight without gradient stops "
        "shrinking at 1.2e-37, where a tenth of it would be denormal",
        'scratch.quirks.without("K7")',
        ("tf", "jax"),
    ),
    Quirk(
        "K8",
        "TensorFlow backend, sparse categorical cross-entropy of probabilities",
        "the probabilities are clipped first and made to sum to 1 afterwards; elsewhere, and in "
        "categorical cross-entropy on every backend, it is the other way round. Without a clip the "
        "two differ where the probabilities do not sum to 1; with one, by epsilon",
        cases=(
            "sparse/edges of probability",
            "sparse/labels in a column",
            "sparse/float labels",
            "sparse/uint8 labels",
            "sparse/fractions cut off",
            "sparse/sigmoid is not fused",
            "sparse/fused, saturated",
            "metric/crossentropy of a saturated softmax",
        ),
    ),
    Quirk(
        "K9",
        "JAX and torch backends, the tie in max(a, b)",
        "the derivative is halved: hinge at its margin learns at half the speed that it has on "
        "TensorFlow, which gives all of it to a",
        backends=("jax", "torch"),
        cases=("hinge/at the margin",),
    ),
    Quirk(
        "K10",
        "JAX backend, |w| at w = 0",
        "the derivative is 1, not 0: an L1 penalty pushes a weight that is exactly zero away from "
        "zero, and so costs what it should save",
        backends=("jax",),
        cases=(
            "regularizer/l1",
            "regularizer/l1 and l2",
            "regularizer/l1l2 with l1 only",
            "regularizer/string l1",
            "regularizer/config",
            "regularizer/kernel and bias",
            "regularizer/everything",
            "mean_absolute_error/at the bends",
            "mean_absolute_percentage_error/labels of nearly 0",
        ),
    ),
    Quirk(
        "K11",
        "JAX backend, rectifiers at their bends",
        "leaky_relu has slope 1 at 0 (elsewhere negative_slope), a cap has slope 1/2 at the cap "
        "(elsewhere 1, but on PyTorch 2.14), and so have sparse_sigmoid at its bends and sparsemax "
        "where it begins",
        backends=("jax",),
        cases=(
            "relu/with a slope",
            "relu/with a cap",
            "relu/negative_slope 0.1",
            "relu/max_value 2",
            "relu/threshold 0.5, max_value 2, negative_slope 0.2",
            "relu/threshold -0.5, max_value 0.5, negative_slope -0.25",
            "leaky_relu/edges",
            "leaky_relu/negative_slope 0.1",
            "sparse_sigmoid/edges",
            "sparsemax/edges",
            "sparsemax/ties",
        ),
    ),
    Quirk(
        "K12",
        "TensorFlow backend, celu and selu at 0",
        "celu has slope 2 where it is smooth, with slope 1; selu has the slope of its right side, "
        "elsewhere that of its left",
        cases=("celu/edges", "celu/alpha 0.3", "celu/far", "selu/edges", "selu/far"),
        xla=("selu/edges", "selu/far"),
    ),
    Quirk(
        "K13",
        "torch backend, hard_tanh at -1 and 1",
        "the slope at the bends is 0, elsewhere 1",
        backends=("torch",),
        cases=("hard_tanh/edges",),
    ),
    Quirk(
        "K14",
        "torch backend, hard_sigmoid in float64",
        "its slope, 1/6, has the digits of float32",
        backends=("torch",),
        cases=("hard_sigmoid/edges", "hard_sigmoid/hidden"),
    ),
    Quirk(
        "K15",
        "torch backend, Muon in float64",
        "the root by which a step is scaled to the shape of its matrix has the digits of float32",
        backends=("torch",),
        cases=(
            "muon/plain",
            "muon/default",
            "muon/without nesterov",
            "muon/excluded layers",
            "muon/other polynomial",
            "muon/biases do not decay",
            "muon/everything",
            "muon/rows looked up twice",
        ),
    ),
    Quirk(
        "K16",
        "TensorFlow backend, `exclude_from_weight_decay(var_names=...)`",
        "the names are looked for in `sequential/dense_1/kernel:0`; elsewhere in `kernel`, so that "
        "no layer can be named",
        cases=("adamw/a layer does not decay",),
    ),
    Quirk(
        "K17",
        "JAX and torch backends, cosine similarity and OrthogonalRegularizer of a vector of zeros",
        "the gradient is NaN; on TensorFlow it is finite, unless XLA compiles it",
        backends=("jax", "torch"),
        cases=("cosine_similarity/short vectors", "orthogonal/zero row and tiny row"),
        xla=("cosine_similarity/short vectors",),
    ),
    Quirk(
        "K18",
        "JAX backend, a number at the edge of a clip",
        "the derivative is halved; elsewhere the edge counts as inside",
        backends=("jax",),
        cases=("kl_divergence/edges of probability",),
    ),
    Quirk(
        "K31",
        "sparsemax, all backends",
        "the threshold is made of the cumulative sums of the largest numbers where the paper adds "
        "up the numbers: sparsemax([1, 0.9, 0]) is [0.05, 0, 0], not [0.55, 0.45, 0]",
        'scratch.quirks.without("K31")',
        ("tf", "jax", "torch"),
    ),
    Quirk(
        "K32",
        "TensorFlow backend, an Embedding that looks a row up more than once in a batch",
        "its gradient stays a list of slices: every clip, and the squares of RMSprop, Adam and "
        "their kin (in Adamax the absolute values), are taken slice by slice and added up "
        "afterwards. With a regularizer or with gradient accumulation the gradient is whole",
        'scratch.quirks.without("K32")',
    ),
    Quirk(
        "K33",
        "TensorFlow backend, einsum without an arrow",
        "Keras renames the letters in the order in which they occur before TensorFlow sorts them: "
        'einsum("ji", x) is x, and not its transpose as in NumPy, JAX and torch',
        'scratch.quirks.without("K33")',
    ),
    Quirk(
        "K34",
        "all backends, config.set_floatx",
        "the first layer makes the float type of the moment the policy of all layers to come: a "
        "later `set_floatx` reaches losses and metrics, but no layer, until `clear_session`",
        'scratch.quirks.without("K34")',
        ("tf", "jax", "torch"),
    ),
    Quirk(
        "K35",
        "torch backend, `Normalization.set_weights`",
        "what the layer computes with is a view of its weights, so that it follows them; elsewhere "
        "it goes on with its old mean and variance",
        backends=("torch",),
        cases=("normalization/not adapted",),
    ),
    Quirk(
        "K36",
        "TensorFlow backend, ops.add, and with it Add, Average, EinsumDense's bias and that of a "
        "convolution with channels first",
        "a second argument with one axis alone that is longer than 1 goes to `tf.nn.bias_add` "
        "where the first's last axis, or its second, is as long: it is added along that one, "
        "wherever its own axis stood. So (3, 1) is added to (3, 3) as a row, and shapes are added "
        "that do not fit each other",
        'scratch.quirks.without("K36")',
    ),
    Quirk(
        "K20",
        "ScheduleFreeAdamW, TensorFlow and torch backends",
        "`momentum_old` is the variable itself, so that it is read after it was changed: the "
        "average x is recovered with the new z where the paper takes the old one",
        'scratch.quirks.without("K20")',
        ("tf", "torch"),
    ),
    Quirk(
        "K21",
        "ScheduleFreeAdamW in a compiled `fit` or `train_on_batch`, TensorFlow backend",
        "z should start at the weights; the optimizer is built inside a graph that never runs, so "
        "z starts at 0, and the first step replaces the initial weights by one step from 0. With "
        "run_eagerly=True, or `optimizer.apply`, z starts at the weights",
        'scratch.quirks.without("K21")',
        compiled=True,
    ),
    Quirk(
        "K22",
        "TensorFlow, learning-rate schedules in a compiled `fit`",
        "the graph optimizer turns a division by a constant into a product with its rounded "
        "reciprocal: the rate that training uses differs in its last bit from what "
        "`optimizer.learning_rate` shows. `scratch` gives the latter",
        "run_eagerly=True",
    ),
    Quirk(
        "K30",
        "TensorFlow backend, several losses, a last batch that is smaller",
        "the reported `<output>_loss` gives each batch the same weight, while `loss` and the "
        "metrics give it to each sample: inside a graph the number of rows is not known. With "
        "run_eagerly=True it is",
        'scratch.quirks.without("K30")',
        compiled=True,
    ),
    Quirk(
        "K37",
        "TensorFlow, compile(jit_compile=True)",
        "XLA takes the same random words and makes other numbers of them: the upper bits of a word "
        "instead of the lower ones, normals in pairs along one axis. So Dropout and noise differ "
        "from those of a step that XLA does not compile, and of `model(x, training=True)`",
        'scratch.quirks.without("K37")',
        compiled=True,
    ),
    Quirk(
        "K38",
        "TensorFlow with oneDNN, a compiled step, Dense with bias and relu, relu6 or hard_sigmoid",
        "product, bias and activation are one kernel, in which max(NaN, 0) is 0: NaN among the "
        "inputs is predicted as 0, and the loss is finite while the kernel becomes NaN. `scratch` "
        "keeps the NaN, as TensorFlow does eagerly and as XLA does",
        "TF_ENABLE_ONEDNN_OPTS=0",
        compiled=True,
    ),
    Quirk(
        "K39",
        "TensorFlow, a setting that is changed after the first compiled step: a schedule, momentum "
        "or clipvalue of an optimizer, a dropout's rate, a regularizer's l2, a constraint's "
        "max_value, an activation, a loss's fn, what a metric keeps in Python, the learning rate "
        "that a callable gives",
        "the compiled step goes on with what it was compiled with, until `compile` is called again "
        "or data of another shape have it compiled anew; numbers assigned to a learning rate that "
        "is a number count at once. The same holds for another optimizer in the place of "
        "`model.optimizer`. In `scratch` all of them count at once, as they do eagerly, and a "
        "warning says so when the next step is made. What a definition of a user's own reads, in "
        "the `call` of a layer or of a loss, is read once here too; functions of a user's own in "
        "constraints, metrics and optimizers run in every step",
        "run_eagerly=True",
        compiled=True,
    ),
    Quirk(
        "K40",
        "TensorFlow backend, a second derivative through moments, and so through LayerNormalization"
        " or a BatchNormalization in training",
        "`tf.nn.moments` takes the mean inside the variance for a constant. That changes nothing "
        "in a first derivative; of a second one, such as a gradient penalty's, a part is missing",
        'scratch.quirks.without("K40")',
    ),
    Quirk(
        "K41",
        "TensorFlow, JPEG files in image_dataset_from_directory",
        "they are decoded with a fast inverse transform, of fewer and shorter multiplications: a "
        "few of 255 beside the exact values, more at high qualities. Keras's own load_img has the "
        "exact ones. Without simplejpeg `scratch` has them too, and says so",
        'scratch.quirks.without("K41"), or tf.io.decode_jpeg(..., dct_method="INTEGER_ACCURATE")',
    ),
    Quirk(
        "K42",
        "ModelCheckpoint with save_best_only and a number of batches as save_freq",
        "which of two values is better is found out at the end of an epoch: when it is asked in "
        "the first one, `fit` ends with a TypeError. In `scratch` the error says why",
        'scratch.quirks.without("K42")',
        backends=("tf", "jax", "torch"),
    ),
    Quirk(
        "K43",
        "BackupAndRestore with a number of batches as save_freq, and steps_per_execution",
        "of the batches that are executed together the first in every epoch is not counted, and "
        "backups come later than asked for",
        'scratch.quirks.without("K43")',
        backends=("tf", "jax", "torch"),
    ),
)
BY_ID = {row.id: row for row in ROWS}


@contextlib.contextmanager
def as_on(backend: str, mode: str = "graph") -> Iterator[None]:
    """`scratch` without the quirks that Keras has on TensorFlow and not on this backend.

    Args:
        backend: `"tf"`, `"jax"`, `"torch"`.
        mode: an engine's; an eager one lacks what comes of compiling.
    """
    import scratch

    elsewhere = [
        id
        for id in scratch.quirks.QUIRKS
        if backend not in BY_ID[id].backends or (BY_ID[id].compiled and mode == "eager")
    ]
    with scratch.quirks.without(*elsewhere):
        yield


def divergence(case: Case, backend: str, mode: str = "graph") -> Quirk | None:
    """The quirk by which Keras on this backend and `scratch` must differ in a case, if any."""
    for row in ROWS:
        if backend == "tf":
            differs = mode == "xla" and case.name in row.xla
        else:
            differs = case.name in row.cases and (backend in row.backends) != ("tf" in row.backends)
        if differs:
            return row
    return None
