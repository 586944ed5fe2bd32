"""Every layer, activation, loss and penalty under a tape: the derivatives that it has by hand."""

import pytest

import scratch
from parity_tests.harness import derivatives, engines, scenarios, tolerances
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import HAND
from parity_tests.suite.oracle.test_by_itself import CASES


def by_tape(case):
    """Output, loss and derivatives of a batch, as the harness records them."""
    with engines.settings(HAND) as keras:
        model, (x, y, weight) = derivatives.compiled(keras, case, {})
        whole = x.dtype.kind != "f"
        tensor = keras.ops.convert_to_tensor(x if whole else x.astype("float64"))
        with scratch.GradientTape() as tape:
            if not whole:
                tape.watch(tensor)
            output = model(tensor, training=False)
            loss = model.compute_loss(x=tensor, y=y, y_pred=output, sample_weight=weight)
        dx, *found = tape.gradient(
            loss, [tensor, *model.trainable_variables], unconnected_gradients="zero"
        )
        names = scenarios.named_trainable(model)
        record = {"output": output.numpy(), "loss": loss.numpy()}
        record |= {} if whole else {"gradient/x": dx.numpy()}
        return record | {
            f"gradient/{name}": g.numpy() for name, g in zip(names, found, strict=True)
        }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_derivatives_on_a_tape(case, report):
    found = compare(
        case,
        HAND.record(case, "gradients"),
        by_tape(case),
        lambda name: tolerances.rule(name, "float64"),
    )
    report.check("on a tape, and by hand", case, found)
