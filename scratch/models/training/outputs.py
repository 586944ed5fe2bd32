"""The outputs of a model and what `compile` says of each: by position, by name, or in a structure.

compile(loss="mse")                            for every output
compile(loss=["mse", None])                    one for each output; None for no loss
compile(loss={"price": "mse"})                 by the names of the outputs
compile(metrics=[["mae"], ["accuracy"]])       likewise, and several for one output
"""

from typing import Any

from scratch import tree


class Outputs:
    """Positions and names of the outputs.

    Args:
        outputs: a structure like the model's, with anything in it.
        names: of the layers that give the outputs, where the model has such.
    """

    def __init__(self, outputs: Any, names: list[str] | None) -> None:
        self.structure = outputs
        self.number = len(tree.flatten(outputs))
        self.names: list[Any] = list(names) if names else [None] * self.number
        self._keys: list[Any] | None = None
        if isinstance(outputs, dict) and len(outputs) == self.number:
            # The keys of the outputs count for more than the names of their layers.
            self._keys = tree.in_order(outputs)
            self.keys = list(names) if names and set(names) == set(outputs) else self._keys
        else:
            self.keys = self.names

    @property
    def metric_order(self) -> list[int]:
        """The numbers of the outputs in the order in which their metrics are reported."""
        if self._keys is None:
            return list(range(self.number))
        return [self._keys.index(key) for key in self.keys]

    def key(self, number: int) -> Any:
        """What an output is called in dictionaries; None where it has no name."""
        return self._keys[number] if self._keys is not None else self.names[number]

    def spread(self, given: Any, what: str, several: bool = False) -> list[Any]:
        """One entry for each output, from what `compile` was given.

        Args:
            given: one thing for all, or a list, dictionary or structure.
            what: `"loss"` or `"metrics"`, for messages.
            several: whether a list may be meant for a single output.

        Raises:
            ValueError: where it does not fit the outputs.
            KeyError: for a name that is not among the keys of the only output.
            TypeError: for names where the only output has none.
        """
        if what == "loss" and isinstance(given, dict) and self.number == 1:
            self._check_only_key(given)
        if self.number == 1 and (several or len(tree.flatten(given)) == 1):
            return [given] if several else tree.flatten(given)
        if not tree.is_nested(given) and not several:
            return [given] * self.number
        try:
            return _along(self.structure, given)
        except ValueError as error:
            reason = str(error)
        keys = [self.key(i) for i in range(self.number)]
        if isinstance(given, dict) and set(given) <= set(keys):
            return [given.get(key) for key in keys]
        if (
            isinstance(given, list | tuple)
            and len(given) == self.number
            and (several or not any(map(tree.is_nested, given)))
        ):
            return list(given)
        raise ValueError(self._misfit(given, what, reason))

    def _check_only_key(self, losses: dict[str, Any]) -> None:
        key = self.key(0)
        if key is None:
            raise TypeError(
                f"The losses are named {list(losses)}, but the model's only output has no name. "
                "Pass the loss itself: compile(loss=...)"
            )
        if list(losses) != [key]:
            error = KeyError if tree.is_nested(self.structure) else ValueError
            raise error(f"Expected keys {[key]} in loss dict, but found loss.keys()={list(losses)}")

    def _misfit(self, given: Any, what: str, reason: str) -> str:
        keys = [self.key(i) for i in range(self.number)]
        if isinstance(given, dict) and what == "loss":
            return (
                f"Expected keys {keys} in loss dict, but found loss.keys()={list(given)}: {reason}"
            )
        return (
            f"Invalid `{what}`: expected one entry for each of the outputs {keys}, in a list, by "
            f"name, or in their structure: {reason}. Received: {what}={given}"
        )

    def arranged(self, labels: Any, present: list[bool] | None = None) -> list[Any]:
        """Labels (or weights), one entry for each output.

        Args:
            labels: in the outputs' structure, by name, or flat.
            present: which outputs have a loss, where labels come for those alone.

        Raises:
            TypeError: for a dictionary with a key that no output has.
            ValueError: where they do not fit the outputs otherwise.
        """
        leaves = tree.flatten(labels)
        alike = tree.map_structure(_nothing, labels) == tree.map_structure(_nothing, self.structure)
        if alike:
            return _along(self.structure, labels)
        if isinstance(labels, dict):
            keys = [self.key(i) for i in range(self.number)]
            needed = [key for i, key in enumerate(keys) if present is None or present[i]]
            plain = not tree.is_nested(self.structure)
            if not plain and set(needed) <= set(labels) <= set(keys):
                return [labels.get(key) for key in keys]
            if len(leaves) == self.number and (plain or not set(labels) <= set(keys)):
                raise TypeError(
                    f"The labels are named {list(labels)}, but "
                    + ("the model's only output has no key" if plain else f"the outputs {keys}")
                    + ". Pass the labels as they are: an array, or one under the key of each output"
                )
        elif len(leaves) == self.number:
            return leaves
        elif present is not None and len(leaves) == sum(present):
            rest = iter(leaves)
            return [next(rest) if here else None for here in present]
        raise ValueError(
            "y_true and y_pred have different structures.\n"
            f"y_true: {tree.map_structure(lambda _: '*', labels)}\n"
            f"y_pred: {tree.map_structure(lambda _: '*', self.structure)}\n"
        )


def _nothing(_: Any) -> None:
    """What stands for every leaf where only the structure counts."""


def _along(outputs: Any, given: Any) -> list[Any]:
    """The parts of `given` for each output, where both have the same structure.

    Raises:
        ValueError: where they have not.
    """
    if not tree.is_nested(outputs):
        return [given]
    if given is None:
        return [None] * len(tree.flatten(outputs))
    kind: Any = dict if isinstance(outputs, dict) else type(outputs)
    kind = tuple if issubclass(kind, tuple) else kind
    if not isinstance(given, kind):
        raise ValueError(f"expected a {kind.__name__}, got a {type(given).__name__}")
    if isinstance(outputs, dict):
        unknown = [key for key in given if key not in outputs]
        if unknown:
            raise ValueError(f"{unknown} are not among the model's outputs {list(outputs)}")
        parts = [_along(outputs[key], given.get(key)) for key in tree.in_order(outputs)]
    elif len(given) != len(outputs):
        raise ValueError(f"expected {len(outputs)} entries, got {len(given)}")
    else:
        parts = [_along(part, one) for part, one in zip(outputs, given, strict=True)]
    return [entry for part in parts for entry in part]
