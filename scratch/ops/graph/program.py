"""Evaluating graphs: every symbol once, in topological order, without recursion.

A `Program` is a graph made ready for repeated use: a flat list of steps over numbered places.
In which types operands meet follows from the types of the inputs: it is found out in the first
evaluation for these types, and not asked again.
"""

from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from scratch.context.defaults import floatx
from scratch.ops.graph.operation import Operation, to_symbol
from scratch.ops.graph.promotion import is_python_number, to_array
from scratch.ops.graph.sources import CONSTANT, INPUT, VARIABLE, ancestors
from scratch.ops.graph.symbol import Symbol

# The function, how its operands get a common type, their places, its result's, who is not needed
# any more.
_Step = tuple[Callable, Callable | None, list[int], int, list[int]]


class Program:
    """Outputs as a function of inputs; `len(program)` is the number of operations it runs.

    Args:
        outputs: what to compute. Anything that is no symbol is handed through.
        inputs: the symbols whose values a call receives, in this order. Any symbol will do, also
            one in the middle of the graph: what lies behind it is then not computed.

    Raises:
        ValueError: when an input of the graph is missing in `inputs`.
    """

    def __init__(self, outputs: Sequence[Any], inputs: Sequence[Any] = ()) -> None:
        self._outputs = [to_symbol(y) for y in outputs]
        self._inputs = [to_symbol(x) for x in inputs]
        self._nodes = ancestors(self._outputs, stop=self._inputs)
        place = {x.serial: i for i, x in enumerate(self._nodes)}
        fed = {x.serial for x in self._inputs}
        self._fed = [(place.get(x.serial), x) for x in self._inputs]
        self._results = [place[y.serial] for y in self._outputs]
        self._start: list[Any] = [None] * len(self._nodes)
        self._variables: list[tuple[int, Any]] = []
        self._steps: list[_Step] = []
        self._typed: dict[Hashable, list[_Step]] = {}
        for i, x in enumerate(self._nodes):
            if x.serial in fed:
                continue
            if isinstance(x.op, Operation):
                arguments = [place[a.serial] for a in x.inputs]
                self._steps.append((*_functions(x), arguments, i, []))
            elif x.op is CONSTANT:
                self._start[i] = x.attributes["value"]
            elif x.op is VARIABLE:
                self._variables.append((i, x.attributes["variable"]))
            elif x.op is INPUT:
                raise ValueError(
                    f"evaluate: the graph needs a value for {x!r}; add it to `feeds`. "
                    f"Received values for: {self._inputs}"
                )
        computed = {i for *_, i, _ in self._steps}
        self._not_computed = [i for i in range(len(self._nodes)) if i not in computed]
        self._release_early()

    def _release_early(self) -> None:
        """Lets each intermediate result go after its last use."""
        kept = set(self._results)
        for *_, arguments, _, dead in reversed(self._steps):
            dead.extend({i for i in arguments if i not in kept})
            kept.update(arguments)
        # What was not computed is needed to the end: results must not share its memory.
        rest = set(self._not_computed)
        for *_, dead in self._steps:
            dead[:] = [i for i in dead if i not in rest]

    def __getstate__(self) -> dict[str, Any]:
        # The nodes first: each then finds its inputs copied, and no copy is deep in another.
        return {
            "_nodes": self._nodes,
            **vars(self),
            "_steps": [(None, None, *rest) for _, _, *rest in self._steps],
            "_typed": {},
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Takes the functions, which cannot be pickled, from the operations again."""
        vars(self).update(state)
        self._steps = [(*_functions(self._nodes[step[3]]), *step[2:]) for step in self._steps]

    def __len__(self) -> int:
        return len(self._steps)

    def __call__(self, *values: Any, variables: Mapping[Any, Any] | None = None) -> list[Any]:
        """The outputs as arrays, which the caller may write into.

        Args:
            values: one for each input.
            variables: values to use in place of variables' own, e.g. for a complex step.

        Raises:
            ValueError: for a wrong number of values, or one whose shape is not the input's.
            InvalidArgumentError: where shapes do not fit each other.
        """
        if len(values) != len(self._fed):
            raise ValueError(f"expected {len(self._fed)} values, got {len(values)}")
        memory, types = self._filled(values, variables or {})
        self._run(memory, types)
        results = [to_array(memory[i]) for i in self._results]
        for k in self._shared(results, memory):
            results[k] = results[k].copy()
        return results

    def _filled(
        self, values: Sequence[Any], variables: Mapping[Any, Any]
    ) -> tuple[list[Any], Hashable]:
        """The memory in which a call begins, and of which types what is in there is."""
        memory: list[Any] = list(self._start)
        types: list[Any] = [floatx()]
        for (i, symbol), value in zip(self._fed, values, strict=True):
            value = value if is_python_number(value) else to_array(value)
            _check_shape(symbol, value)
            types.append(getattr(value, "dtype", None) or type(value))
            if i is not None:
                memory[i] = value
        replaced = {id(v): to_array(value) for v, value in variables.items()}
        for i, variable in self._variables:
            memory[i] = value = replaced.get(id(variable), variable.array)
            types.append(value.dtype)
        return memory, tuple(types)

    def _run(self, memory: list[Any], types: Hashable) -> None:
        """Takes every step; `types` are those of what is in the memory."""
        idle = set()  # steps whose operands had a common type
        out = -1
        try:
            with np.errstate(all="ignore"):
                for compute, rule, arguments, out, dead in self._typed.get(types, self._steps):
                    operands: Any = [memory[i] for i in arguments]
                    if rule is not None:
                        given, operands = operands, rule(operands)
                        if operands is given:
                            idle.add(out)
                    memory[out] = compute(*operands)
                    for i in dead:
                        memory[i] = None
        except (ValueError, IndexError) as error:
            x = self._nodes[out]
            arrays = [memory[i] for *_, a, o, _ in self._steps if o == out for i in a]
            raise x.op.refusal(error, arrays, x.attributes) from error
        if idle:
            self._typed[types] = [
                (compute, None if out in idle else rule, arguments, out, dead)
                for compute, rule, arguments, out, dead in self._steps
            ]

    def _shared(self, results: Sequence[np.ndarray], memory: list[Any]) -> list[int]:
        """Which results somebody else would see changed, were they written into."""
        others = {id(memory[i]) for i in self._not_computed}
        shared = []
        for k, y in enumerate(results):
            if id(y) in others or y.base is not None:
                shared.append(k)
            others.add(id(y))
        return shared

    def plan(self, plan: Any, given: Sequence[str], like: Sequence[Any]) -> list[str]:
        """The lines of a call, one for each operation; returns the names of the outputs.

        Args:
            plan: see `network.plan`.
            given: what the lines call the inputs.
            like: one value for each of them: all others will have its shape and type.
        """
        memory, _ = self._filled(like, {})
        names: dict[int, str] = {}
        for (place, _), name in zip(self._fed, given, strict=True):
            if place is not None:
                names[place] = name
        for place, variable in self._variables:
            names[place] = plan.variable(variable, variable.name)
        for i in self._not_computed:
            if i not in names:
                names[i] = _written(plan, memory[i], self._nodes[i].name or "constant")
        lines: dict[str, str] = {}
        with np.errstate(all="ignore"):
            for compute, rule, arguments, out, _ in self._steps:
                arrays = [memory[i] for i in arguments]
                operands = arrays if rule is None else rule(arrays)
                memory[out] = y = compute(*operands)
                # Which follows from shapes and types: no operation decides it by numbers.
                same = [i for i in arguments if memory[i] is y and isinstance(y, np.ndarray)]
                if same:
                    names[out] = names[same[0]]
                    continue
                words = ", ".join(names[i] for i in arguments)
                if rule is not None and operands is not arrays:
                    words = f"*{plan.name(rule, rule.__name__)}(({words},))"
                call = _called(plan, self._nodes[out], words)
                if call not in plan.computed:
                    plan.computed[call] = plan.result(self._nodes[out].op.name)
                    lines[plan.computed[call]] = call
                names[out] = plan.computed[call]
        if lines:
            plan.line(f'with {plan.name(np.errstate, "errstate")}(all="ignore"):')
        for name, call in lines.items():
            plan.line(f"    {name} = {call}")
        return self._owned(plan, memory, names, lines)

    def _owned(
        self, plan: Any, memory: list[Any], names: dict[int, str], made: Container[str]
    ) -> list[str]:
        """The names of the outputs, which are arrays of their own: with lines that see to it."""
        found = [names[i] for i in self._results]
        results = [to_array(memory[i]) for i in self._results]
        shared = self._shared(results, memory)
        for k, y in enumerate(results):
            if y is not memory[self._results[k]]:
                as_array = plan.name(to_array, "to_array")
                found[k], given = plan.result("array"), found[k]
                plan.line(f"{found[k]} = {as_array}({given})")
            elif k in shared or found[k] not in made:
                found[k], given = plan.result("copy"), found[k]
                plan.line(f"{found[k]} = {given}.copy()")
        return found


def _called(plan: Any, x: Symbol, operands: str) -> str:
    """How a line calls an operation of these operands."""
    settings = [f"{key}={_written(plan, value, key)}" for key, value in x.attributes.items()]
    return f"{plan.name(x.op.on_arrays, x.op.name)}({', '.join([operands, *settings])})"


def _written(plan: Any, value: Any, name: str) -> str:
    """How a line writes a constant: as Python does, where it can be read again, or by a name."""
    parts = value if value.__class__ is tuple else (value,)
    plain = all(x is None or isinstance(x, bool | int | str) for x in parts)
    finite = value.__class__ is float and np.isfinite(value)
    return repr(value) if plain or finite else plan.name(value, name)


def _functions(x: Symbol) -> tuple[Callable, Callable | None]:
    return x.op.typed_kernel(x.attributes), x.op.rule


def _check_shape(symbol: Symbol, value: Any) -> None:
    expected = symbol.attributes["shape"] if symbol.op is INPUT else None
    if expected is None:
        return
    got = np.shape(value)
    if len(got) != len(expected) or any(
        e is not None and e != g for e, g in zip(expected, got, strict=True)
    ):
        raise ValueError(f"{symbol!r} was declared with shape {expected}, and fed shape {got}")


def compile_graph(outputs: Any, inputs: Sequence[Any] = ()) -> Callable[..., Any]:
    """A function of `inputs` that computes `outputs`, for repeated use.

    Args:
        outputs: a symbol, or a list of symbols.
        inputs: symbols (or variables) whose values each call receives, in this order.

    Returns:
        A `Program` for a list; for a single symbol, a function that returns one array.
    """
    if isinstance(outputs, list | tuple):
        return Program(outputs, inputs)
    program = Program([outputs], inputs)
    return lambda *values, **options: program(*values, **options)[0]


def evaluate(
    symbols: Any,
    feeds: Mapping[Symbol, Any] | None = None,
    variables: Mapping[Any, Any] | None = None,
) -> Any:
    """The values of `symbols`, each symbol of the graph computed once.

    Args:
        symbols: a symbol, or a list of them; arrays are handed through.
        feeds: values for inputs (or for any other symbols), `{symbol: array}`.
        variables: values in place of variables' current ones, `{variable: array}`.

    Returns:
        An array, or a list of arrays, which the caller may write into.

    Raises:
        ValueError: when an input has no value, or one of a wrong shape.
        InvalidArgumentError: where shapes do not fit each other.
    """
    feeds = feeds or {}
    single = not isinstance(symbols, list | tuple)
    program = Program([symbols] if single else symbols, list(feeds))
    values = program(*feeds.values(), variables=variables)
    return values[0] if single else values
