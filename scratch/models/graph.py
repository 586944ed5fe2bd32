"""The graph of a functional model: the calls between its inputs and its outputs, in order.

    depth of a call = the longest way from it to an output

Calls run from the greatest depth to the smallest; layers are listed by depth as well, and at one
depth in the order in which they are met on the way back from the outputs. So Keras does, and the
order of weights rests on it.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scratch import tree
from scratch.ops.functional.keras_tensor import Call, KerasTensor


class Graph:
    """The calls between `inputs` and `outputs`.

    Args:
        inputs, outputs: flat lists of KerasTensors.
        paths: what the outputs are called in messages.

    Attributes:
        calls: the calls by depth, the deepest first: so they can run.
        operations: the layers (and functions of `ops`), in Keras's order.

    Raises:
        ValueError: where the inputs do not suffice, for a cycle, or two layers of one name.
    """

    def __init__(
        self,
        inputs: Sequence[KerasTensor],
        outputs: Sequence[KerasTensor],
        paths: Sequence[str] | None = None,
    ) -> None:
        self.paths = paths or [str(i) for i in range(len(outputs))]
        self.inputs, self.outputs = list(inputs), list(outputs)
        found: dict[Call, None] = {}
        met: dict[int, int] = {}  # from an operation's identity to the order of meeting
        for tensor in outputs:
            self._visit(tensor, found, met)
        depths = _depths(found)
        by_depth = _levels(list(found), [depths[call] for call in found])
        self.calls = [call for level in by_depth for call in level]
        operations = {id(call.operation): call.operation for call in found}
        levels = dict.fromkeys(operations, 0)
        for call in found:
            key = id(call.operation)
            levels[key] = max(levels[key], depths[call])
        for tensor in inputs:  # inputs that no output needs belong to the model, too
            operation, number, _ = tensor.keras_history
            call = operation.inbound_calls[number]
            key = id(operation)
            if key not in operations and not call.inputs:
                operations[key] = operation
                levels[key], met[key] = 0, -1
                self.calls.insert(0, call)
        ordered = sorted(operations, key=lambda key: met[key])
        by_level = _levels([operations[key] for key in ordered], [levels[key] for key in ordered])
        self.operations = [operation for level in by_level for operation in level]
        self._check()

    def _visit(self, output: KerasTensor, found: dict[Call, None], met: dict[int, int]) -> None:
        """Finds the calls behind a tensor, each after those that it needs; without recursion."""
        waiting: list[tuple[KerasTensor, bool]] = [(output, False)]
        under_way: set[Call] = set()
        while waiting:
            tensor, complete = waiting.pop()
            operation, number, _ = tensor.keras_history
            call = operation.inbound_calls[number]
            if complete:
                under_way.discard(call)
                found[call] = None
                continue
            if call in found or (call.inputs and any(tensor is x for x in self.inputs)):
                continue
            if call in under_way:
                raise ValueError(
                    f"Tensor {tensor} from operation '{operation.name}' is part of a cycle."
                )
            met.setdefault(id(operation), len(met))
            under_way.add(call)
            waiting.append((tensor, True))
            waiting += [(x, False) for x in reversed(call.inputs)]

    def _check(self) -> None:
        known = {id(x) for x in self.inputs}
        known |= {id(y) for call in self.calls if not call.inputs for y in _outputs(call)}
        connected = {id(x) for x in self.inputs}
        for call in self.calls:
            if call.inputs and all(id(x) in connected for x in call.inputs):
                connected |= {id(y) for y in _outputs(call)}
            for x in call.inputs:
                if id(x) not in known:
                    raise ValueError(
                        f"Graph disconnected: cannot find parent for tensor {x} at operation "
                        f"'{call.operation.name}'. The model's inputs are {self.inputs}: add the "
                        "input that the tensor is computed from"
                    )
            known |= {id(y) for y in _outputs(call)}
        for number, y in enumerate(self.outputs):
            if id(y) not in connected:
                raise ValueError(
                    f"Output with path `{self.paths[number]}` is not connected to `inputs`"
                )
        names = [operation.name for operation in self.operations]
        for name in names:
            if names.count(name) != 1:
                raise ValueError(
                    f'The name "{name}" is used {names.count(name)} times in the model. All '
                    "operation names should be unique."
                )

    @property
    def is_chain(self) -> bool:
        """Whether each call reads one tensor, that of the call before, and no layer is shared."""
        operations = [id(call.operation) for call in self.calls]
        return (
            len(set(operations)) == len(operations)
            and all(len(call.inputs) <= 1 for call in self.calls)
            and all(
                call.inputs and any(call.inputs[0] is y for y in _outputs(before))
                for before, call in itertools.pairwise(self.calls)
            )
        )

    def connections(self, operation: Any) -> list[tuple[str, int, int]]:
        """Which tensors an operation reads: layer, number of its call, number of the output."""
        own = {id(call) for call in self.calls}
        return [
            (x.keras_history[0].name, *x.keras_history[1:])
            for call in operation.inbound_calls
            if id(call) in own
            for x in call.inputs
        ]

    def run(self, values: Sequence[Any], apply: Callable[[Any, tuple, dict], Any]) -> list[Any]:
        """The outputs for other inputs.

        Args:
            values: what stands for the inputs.
            apply: from a layer, its arguments by position and by name, to its outputs.
        """
        known = {id(x): value for x, value in zip(self.inputs, values, strict=True)}

        def filled(arguments: Any) -> Any:
            return tree.map_structure(
                lambda x: known[id(x)] if isinstance(x, KerasTensor) else x, arguments
            )

        for call in self.calls:
            if all(id(y) in known for y in tree.flatten(call.outputs)):
                continue  # an input
            outputs = apply(call.operation, filled(call.args), filled(call.kwargs))
            for tensor, value in zip(
                tree.flatten(call.outputs), tree.flatten(outputs), strict=True
            ):
                known[id(tensor)] = value
        return [known[id(y)] for y in self.outputs]


def _depths(found: Iterable[Call]) -> dict[Call, int]:
    """The longest way from each call to an output; `found` has each after those that it needs."""
    depths: dict[Call, int] = {}
    of_operation: dict[int, int] = {}
    for call in reversed(list(found)):
        key = id(call.operation)
        depth = max(depths.get(call, 0), of_operation.get(key, 0))
        depths[call] = of_operation[key] = depth
        for x in call.inputs:
            parent = x.keras_history[0].inbound_calls[x.keras_history[1]]
            depths[parent] = max(depth + 1, depths.get(parent, 0))
    return depths


def _outputs(call: Call) -> list[Any]:
    return tree.flatten(call.outputs)


def _levels(things: Sequence[Any], depths: Sequence[int]) -> list[list[Any]]:
    """The things of each depth, the deepest first."""
    levels = defaultdict(list)
    for thing, depth in zip(things, depths, strict=True):
        levels[depth].append(thing)
    return [levels[depth] for depth in sorted(levels, reverse=True)]
