"""What the reference does that its documentation, or its other backends, do not: one row each.

A divergence without a row here is a failure. `switch` names what turns the imitation off in
`scratch` (`scratch.quirks.without`), or the environment that turns the quirk off in TensorFlow.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quirk:
    """A row.

    Args:
        id: K1, K2, ...
        where: backend and circumstances.
        effect: what one sees.
        switch: how to see the other side; empty where only other backends show it.
    """

    id: str
    where: str
    effect: str
    switch: str = ""


ROWS = (
    Quirk(
        "K1",
        "TensorFlow backend, float64",
        "a Python float that Keras casts (beta_1, momentum, an L1 factor) passes through float32: "
        "0.999 is off by 1.3e-8. The learning rate, a variable, is exempt",
        'scratch.quirks.without("K1")',
    ),
    Quirk(
        "K2",
        "TensorFlow backend, softmax or sigmoid followed by any cross-entropy",
        "the loss, and a cross-entropy among the metrics, is computed from the logits: nothing is "
        "clipped. Keras does not ask whether the two belong together: binary cross-entropy after a "
        "softmax puts the softmax's logits through a sigmoid",
        'scratch.quirks.without("K2")',
    ),
    Quirk(
        "K3",
        "all backends but TensorFlow, float64",
        "result_type(float64, float64) is float32, so that parts of a float64 model compute in "
        "float32",
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
    ),
    Quirk(
        "K7",
        "TensorFlow, all operations",
        "denormal numbers are taken for zero: Adam's momentum of a weight without gradient stops "
        "shrinking at 1.2e-37, where a tenth of it would be denormal",
        'scratch.quirks.without("K7")',
    ),
)
BY_ID = {row.id: row for row in ROWS}
