"""Steps written down as straight lines: which batches they serve, and for how long.

    loss = train(x, y)         forward, loss, backward, optimizer, metrics: see `network.plan`
    loss = test(x, y)          forward, loss, metrics
    p = predict(x)             forward

A plan holds for batches of one shape, and for as long as nothing changes that it was made from:
settings of layers, losses, metrics and optimizer, the places of the weights, quirks, `floatx`,
`epsilon`, the kernels.
Whatever does not fit takes the ordinary way, which decides everything anew, to the same digits.
"""

from collections.abc import Callable
from operator import attrgetter, is_
from typing import Any

import numpy as np

from scratch import config, quirks
from scratch.context import compiled_settings
from scratch.data.batches import Batch
from scratch.kernels import inner_loops, table
from scratch.models.training.compiling import Compiled
from scratch.models.training.losses import Term
from scratch.models.training.penalties import Penalty
from scratch.network.network import Network
from scratch.network.plan import Plan
from scratch.network.replay import Replay

AFTER = 3  # passes that went the ordinary way: what is short needs no plan
MOST = 64  # shapes of batches

_array = attrgetter("array")
_after_a_step = attrgetter("constraint", "overwrite_with_gradient")


class Planned:
    """A pass as a function, and what it was made from.

    Args:
        plan: its lines.
        kind: `"train"`, `"test"` or `"predict"`.
        result: what the lines call what is returned.
        variables: whose arrays the lines know, besides those that the plan has read.

    Attributes:
        text: the function, in Python.
        run: the function itself.
    """

    def __init__(self, plan: Plan, kind: str, result: str, variables: list[Any]) -> None:
        arguments = "x" if kind == "predict" else "x, y"
        self.text = plan.source(kind, arguments, result)
        self.run: Callable = plan.function(kind, arguments, result)
        self._variables = list(dict.fromkeys([*variables, *plan.read]))
        self.replay = None
        if table.chosen() == "compiled" and table.player and inner_loops.KNOWN:
            self.replay = Replay(self.text, plan, self.run, self._variables, self._settle)
            self.run = self.replay
        # The arrays themselves: another one may have the identity of one that is gone.
        self._arrays = list(map(_array, self._variables))
        self._made_from = self._state()

    def _settle(self, function: Callable) -> None:
        self.run = function

    @property
    def holds(self) -> bool:
        """Whether the lines say what the ordinary way would do now."""
        in_place = all(map(is_, map(_array, self._variables), self._arrays))
        return in_place and self._made_from == self._state()

    def _state(self) -> tuple[Any, ...]:
        return (
            compiled_settings.assigned,
            quirks.switched,
            table.switched,
            config.floatx(),
            config.epsilon(),
            *map(_after_a_step, self._variables),
        )


def planned(kind: str, network: Network, batch: Batch) -> Planned | None:
    """The plan of a pass for a batch like this, if there is one and it holds.

    Args:
        kind: see `Planned`.
        network: computes such passes.
        batch: with a None for labels that are not read.
    """
    found = network.plans.get(_key(kind, network, batch))
    if found.__class__ is not Planned:
        return None
    if found.holds:
        return found
    network.plans.clear()
    return None


def consider(
    kind: str, model: Any, compiled: Compiled | None, network: Network, batch: Batch
) -> None:
    """Makes a plan, where the pass that the network has just computed was the last without one.

    Args:
        kind, network, batch: see `planned`.
        model: the model.
        compiled: what it was compiled with, where it is trained or tested.
    """
    key, plans = _key(kind, network, batch), network.plans
    if key is None or (len(plans) >= MOST and key not in plans):
        return
    passes = plans.get(key, 0)
    if passes.__class__ is int and passes < AFTER:
        passes += 1
        made = passes == AFTER and _made(kind, model, compiled, network, batch)
        plans[key] = made or passes


def of(model: Any, kind: str) -> Planned | None:
    """The plan that a model made last for passes of a kind, if it made any."""
    step = model._step
    compiled = step.compiled
    trained = None if compiled is None else compiled.training
    tested = None if compiled is None else compiled.inference
    network = {"train": trained, "test": tested, "predict": step.predicting}[kind]
    found = [] if network is None else list(network.plans.items())
    plans = [plan for key, plan in found if key[0] == kind and plan.__class__ is Planned]
    return plans[-1] if plans else None


def _key(kind: str, network: Network, batch: Batch) -> Any:
    """What all batches that a plan serves have in common; None for a batch that no plan serves."""
    x, y, weight = batch
    if weight is not None or not network.takes_as_is(x):
        return None
    # In which order the numbers lie decides in which order the BLAS adds them.
    key = kind, x.shape, x.flags.c_contiguous
    if kind == "predict":
        return key
    return (*key, y.shape, y.dtype, y.flags.c_contiguous) if y.__class__ is np.ndarray else None


def _made(
    kind: str, model: Any, compiled: Compiled | None, network: Network, batch: Batch
) -> Planned | None:
    """The plan for batches like this; None where a pass does more than lines can say."""
    variables = [*model.variables]
    if model.run_eagerly or model.jit_compile or network.assigned or not network.is_plain:
        return None
    plan = Plan()
    plan.line("# forward")
    result = plan.forward(network, plan.result("x"))
    if kind == "predict":
        return Planned(plan, kind, result, variables)
    assert compiled is not None
    last, *others = network.losses
    penalties = [node.layer for node in others]
    if (
        compiled.own_loss
        or compiled.own_metrics
        or not all(isinstance(penalty, Penalty) for penalty in penalties)
    ):
        return None
    y = plan.result("y")
    plan.line("# loss")
    loss = last.layer.plan_loss(plan, last, y) if isinstance(last.layer, Term) else None
    if loss is None:
        return None
    for penalty in penalties:
        before, added, loss = loss, penalty.plan_forward(plan), plan.result("loss")
        if added is None:
            return None
        plan.line(f"{loss} = {before} + {added}")
    if kind == "train":
        storage, optimizer = compiled.storage, model.optimizer
        every = storage is not None and network.taking_part is not None
        if not every or len(network.taking_part) != len(storage.variables):  # type: ignore
            return None
        plan.line("# backward")
        if not plan.backward(network, last.layer.plan_slopes(plan, last)):
            return None
        for penalty in reversed(penalties):
            penalty.plan_backward(plan)
        plan.line("# optimizer")
        if not optimizer.plan_step(plan):
            return None
        variables += optimizer.variables
    variables += [*compiled.tracker.variables, *compiled.metrics.variables]
    plan.line("# metrics")
    compiled.tracker.plan_add(plan, loss, network.losses[0].y.dtype, len(batch[0]))
    if compiled.metrics.wanted:
        z = network.logits[0]
        compiled.metrics.plan_add(
            plan, y, result, None if z is None else plan.y[z], network, batch[1]
        )
    return Planned(plan, kind, loss, variables)
