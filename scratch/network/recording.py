"""One run of a plan's statements, written down on a tape: see `network.replay`.

A statement that cannot be followed stays a line, and so do all others that share a node with it:
what one of them leaves there, another one reads. A tape knows memory by copying it before each
statement, so it is told of what is small: a line that names a large array stays one, for there a
call costs little beside its loop.
"""

import ast
import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from scratch.kernels import table
from scratch.kernels.openblas import one_thread
from scratch.kernels.products import ALONE
from scratch.kernels.recorded import Recorded, Refused
from scratch.kernels.tape import LARGE, Tape, disturbed, extent, same_bytes
from scratch.network.node import Node
from scratch.network.plan import Plan
from scratch.variables.variable import Variable

# What a line may compute besides arrays and NumPy's numbers: settings decide it, and no batch.
SETTINGS = (type(None), bool, str)
MEMORY = 1 << 21  # bytes that a tape copies before each statement, at most
DRAWS = 3  # times that a statement is tried on other numbers: a count may be the same by chance
ONE_PASS = 1 << 11  # numbers: of more, a compiled kernel is faster that passes over them once


class Recording:
    """One run of a plan's statements, written down."""

    def __init__(
        self,
        function: Any,
        plan: Plan,
        variables: Sequence[Variable],
        batch: Sequence[np.ndarray],
    ) -> None:
        assert table.player is not None
        loops, play = table.player
        self._name, self._statements = function.name, function.body
        self._arguments = [argument.arg for argument in function.args.args]
        self._plan, self._variables = plan, variables
        self._tape, bound = Tape(loops), plan.bound
        self._nodes = {name for name, thing in bound.items() if isinstance(thing, Node)}
        # What names stand for: while a statement is recorded; while one is run as it is; and in
        # the function that comes of it.
        self._plain = dict(bound)
        memory = [*(v.array for v in variables), *self._memory_of_nodes(), *_arrays(bound.values())]
        self._large = self._learn(memory)
        self._recorded = {name: self._known(thing) for name, thing in bound.items()}
        self._bound = {**bound, "play": play, "one_thread": one_thread}
        self._computed: set[str] = set()  # names that recorded statements have assigned
        self._lines: list[str] = []
        self._copies: dict[str, str] = {}  # lines that copy something: what
        self._read: set[str] = set()  # by recorded statements
        self._start = 0  # of the loops that no line plays yet
        self._waiting: list[ast.stmt] = []  # the statements that they stand for
        self._played: dict[str, list[ast.stmt]] = {}  # by the lines that play them
        self._followed: list[bool | None] = []
        self.refusal = ""
        self.reasons: dict[str, str] = {}  # why statements stay lines
        self._given = len(self._tape.snapshot())  # how much memory is not the tape's own
        for name, array in zip(self._arguments, batch, strict=True):
            self._plain[name] = array
            self._hand_over(name, name, array)

    def _memory_of_nodes(self) -> Iterable[np.ndarray]:
        for name in self._nodes:
            yield from self._plain[name].memory

    def _learn(self, memory: list[np.ndarray]) -> list[np.ndarray]:
        """Tells the tape of all memory, or of what is small in it; returns the rest."""
        learnt = memory
        if extent(memory) > MEMORY:
            learnt, size = [], 0
            for array in sorted(memory, key=lambda array: array.nbytes):
                size += array.nbytes
                if array.size <= LARGE and size <= MEMORY:
                    learnt.append(array)
        # What is large may contain what is not: it comes first, and its numbers are copied once.
        for array in sorted(learnt, key=lambda array: -array.nbytes):
            self._tape.known(array)
        return [array for array in memory if not self._tape.is_known(array)]

    def _is_left_to_a_call(self, statement: ast.stmt) -> bool:
        """Whether it names memory that the tape is not told of, or what is better called."""
        if _named(statement) & self._plan.opaque:
            return True
        things = [self._recorded.get(name) for name in _named(statement)]
        if any(self._is_large(thing) for thing in things):
            return True
        sizes = [thing.size for thing in things if isinstance(thing, np.ndarray)]
        compiled = any(thing in table.twins.values() for thing in things if callable(thing))
        return compiled and max(sizes, default=0) > ONE_PASS

    def _is_large(self, thing: Any) -> bool:
        """Whether it is, or holds, memory that the tape is not told of."""
        return any(not self._tape.is_known(np.asarray(array)) for array in _arrays([thing]))

    def _known(self, thing: Any) -> Any:
        if thing.__class__ is np.ndarray:
            return self._tape.known(thing) if self._tape.is_known(thing) else thing
        if thing.__class__ in (list, tuple):
            return thing.__class__(map(self._known, thing))
        return thing

    @property
    def plays(self) -> bool:
        """Whether anything is played."""
        return bool(self._played)

    # Running, statement after statement -----------------------------------------------------------

    def run(self, kept: set[int]) -> Any:
        """Runs all statements; returns what the function returns.

        Args:
            kept: numbers of statements that are not to be followed.
        """
        *statements, last = self._statements
        for number, statement in enumerate(statements):
            self._require_ours(statement)
            followed: bool | None = None  # neither: an attribute is set
            if isinstance(statement, ast.Assign) and isinstance(
                statement.targets[0], ast.Attribute
            ):
                self._set_attribute(statement)
            else:
                # Between two predictions no variable changes: what depends on them unseen would
                # not be noticed.
                found = self._name == "train" or not self._finds_variables(statement)
                found = found and not self._is_left_to_a_call(statement)
                followed = found and number not in kept and self._follow(statement)
                if not followed:
                    self._keep(statement)
            self._followed.append(followed)
        self._play()
        self._read_numbers(last)
        self._lines.append(ast.unparse(last))
        return eval(compile(ast.Expression(last.value), "<plan>", "eval"), self._plain)

    def _follow(self, statement: ast.stmt) -> bool:
        """Records a statement; False where it cannot be, and then nothing has changed."""
        tape, names, scope = self._tape, _assigned(statement), dict(self._recorded)
        before, start = tape.snapshot(), len(tape)
        # Operations, in their `with` block: besides arrays they find what shapes say.
        settings = (*SETTINGS, int, float) if isinstance(statement, ast.With) else SETTINGS
        try:
            with tape.recording(), self._watching():
                others = [
                    self._with_other_numbers(statement, names, before, np.random.default_rng(seed))
                    for seed in range(DRAWS)
                ]
                _execute(statement, scope)
            found = {name: self._result(scope[name], settings) for name in names}
            numbers = [v for v in found.values() if v.__class__ in settings]
            if any(it not in (None, (len(tape), tape.constants, numbers)) for it in others):
                raise Refused("a number that depends on others, which no tape has seen")
            if tape.changed_unseen(before, start) or not (names or len(tape) > start):
                raise Refused("it does something that no tape has seen")
            tape.constants.clear()
        except Exception as error:  # also one of the batch: run as it is, it is raised again
            self.reasons[ast.unparse(statement)] = str(error)
            tape.forget(start)
            tape.restore(before)
            return False
        except BaseException:
            tape.restore(before)
            raise
        self._recorded.update(found)
        for name, value in found.items():
            memory = value.view(np.ndarray) if isinstance(value, Recorded) else value
            self._bound[name] = memory
            self._plain[name] = memory[()] if isinstance(value, Recorded) else value
        self._computed |= names
        self._waiting.append(statement)
        self._read |= _named(statement)
        return True

    def _with_other_numbers(
        self,
        statement: ast.stmt,
        names: set[str],
        before: Sequence[np.ndarray],
        draws: np.random.Generator,
    ) -> tuple[int, list[bytes], list[Any]] | None:
        """How many calls a statement comes to with other numbers, and its constants, for once.

        Where the two are not what they are with the right numbers, something is taken for constant
        that is none. Variables keep their numbers, which others may be reading: for statements that
        name them there are copies, and None is for a statement that finds them by itself.
        """
        tape, start, arrays = self._tape, len(self._tape), [v.array for v in self._variables]
        if self._finds_variables(statement):
            return None

        def other(thing: Any) -> Any:
            if thing.__class__ in (list, tuple):
                return thing.__class__(map(other, thing))
            if isinstance(thing, Recorded):
                plain = thing.view(np.ndarray)
                if any(np.may_share_memory(plain, array) for array in arrays):
                    return tape.known(disturbed(plain, draws))
            return thing

        named = _named(statement)
        scope = {k: other(v) if k in named else v for k, v in self._recorded.items()}
        tape.disturb(arrays, draws)
        with np.errstate(all="ignore"):
            _execute(statement, scope)
        numbers = [scope[name] for name in names if not isinstance(scope[name], np.ndarray)]
        found = len(tape), tape.constants.copy(), numbers
        tape.forget(start)
        tape.restore(before)
        return found

    def _finds_variables(self, statement: ast.stmt) -> bool:
        """Whether a statement calls a layer, of whose variables it names none."""
        nodes = [self._plain[name] for name in _named(statement) & self._nodes]
        return any(getattr(node.layer, "variables", None) for node in nodes)

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        """Inside the `with` block, variables and nodes hand out arrays that write down."""
        arrays = [(v, v.array, v.gradient) for v in self._variables]
        with contextlib.ExitStack() as stack:
            for name in self._nodes:
                stack.enter_context(self._plain[name].handing_out(_seen))
            try:
                for v, array, gradient in arrays:
                    v.array, v.gradient = (
                        _seen(array),
                        None if gradient is None else _seen(gradient),
                    )
                yield
                if not all(
                    np.shares_memory(v.array.view(np.ndarray), array) for v, array, _ in arrays
                ):
                    raise Refused("a variable that is given another array")
            finally:
                for v, array, gradient in arrays:
                    v.array, v.gradient = array, gradient

    def _result(self, value: Any, settings: tuple[type, ...]) -> Any:
        """What a recorded statement has computed, if its recording computes it too."""
        if value.__class__ in settings:
            return value
        if isinstance(value, np.ndarray) and self._tape.is_known(value):
            return value.view(Recorded)
        raise Refused(f"a result {type(value).__name__} that no tape has seen")

    def _keep(self, statement: ast.stmt) -> None:
        """Runs a statement that stays a line, and hands over what it computes."""
        self._play()
        self._read_numbers(statement)
        self._lines.append(ast.unparse(statement))
        _execute(statement, self._plain)
        for name in sorted(_assigned(statement)):
            value = self._plain[name]
            self._computed.discard(name)
            self._bound.pop(name, None)  # a local name of the function
            if isinstance(value, tuple):
                parts = [
                    self._hand_over(f"{name}_{i}", f"{name}[{i}]", v) for i, v in enumerate(value)
                ]
                self._recorded[name] = tuple(parts)
            else:
                self._hand_over(name, name, value)

    def _hand_over(self, name: str, line: str, value: Any) -> Any:
        """Has a line copy what it knows, as `line`, into memory that loops know."""
        if isinstance(value, np.ndarray) and value.size > LARGE and self._large:
            self._bound.pop(name, None)
        elif isinstance(value, np.ndarray | np.generic):
            memory = np.array(value)
            self._bound[f"{name}_memory"] = memory
            self._lines.append(f"{name}_memory[...] = {line}")
            self._copies[self._lines[-1]] = line.split("[")[0]
            value = self._tape.known(memory)
        elif value.__class__ not in SETTINGS:
            self.refusal = self.refusal or f"{line}: {type(value).__name__}, which no loop knows"
        self._recorded[name] = value
        return value

    def _set_attribute(self, statement: ast.Assign) -> None:
        """Sets it now, and in a line."""
        _execute(statement, self._plain)
        value, text = statement.value, ast.unparse(statement)
        memory = self._bound.get(value.id) if isinstance(value, ast.Name) else None
        if isinstance(memory, np.ndarray) and memory.ndim:
            self._lines.insert(0, text)  # the same memory in every step, whenever it is set
            return
        self._play()
        self._read_numbers(statement)
        self._lines.append(text)

    # The second batch -----------------------------------------------------------------------------

    def compared(self, batch: Sequence[np.ndarray]) -> tuple[Any, bool]:
        """The result of a batch, and whether all loops give what their statements give.

        Statements that stay lines are run once.
        """
        *lines, last = self._needed_lines()
        scope, equal = {**self._bound, **dict(zip(self._arguments, batch, strict=True))}, True
        for line in lines:
            statements = self._played.get(line)
            if statements is None:
                exec(line, scope)
            else:
                equal = self._both_ways(line, statements, scope) and equal
        return eval(last.removeprefix("return "), scope), equal

    def _both_ways(self, line: str, statements: list[ast.stmt], scope: dict[str, Any]) -> bool:
        """Whether they leave the same bytes; if not, what the statements leave stays."""
        before, rest = self._tape.snapshot(), self._tape.unknown_parts(self._large)
        others = [part.copy() for part in rest]
        numbers = {
            name: self._bound[name][()]
            for name in self._computed
            if isinstance(self._bound[name], np.ndarray) and not self._bound[name].ndim
        }
        by_hand = {**scope, **numbers}
        for statement in statements:
            _execute(statement, by_hand)
        expected = self._tape.snapshot()[: self._given]
        self._tape.restore(before)
        exec(line, scope)
        found = self._tape.snapshot()[: self._given]
        for name in {name for statement in statements for name in _assigned(statement)}:
            if isinstance(self._bound[name], np.ndarray):
                expected.append(np.asarray(by_hand[name]))
                found.append(self._bound[name])
        if all(map(same_bytes, rest, others)) and all(map(_same_bytes, found, expected)):
            return True
        self._tape.restore(expected[: self._given])
        for name in {name for statement in statements for name in _assigned(statement)}:
            if isinstance(self._bound[name], np.ndarray):
                self._bound[name][...] = by_hand[name]
        return False

    # The function ---------------------------------------------------------------------------------

    def _play(self) -> None:
        """The line that plays what has been recorded since the last one."""
        start, self._start = self._start, len(self._tape)
        statements, self._waiting = self._waiting, []
        if start == self._start:
            return
        name = f"loops_{start}"
        self._bound[name] = self._tape.table(start, self._start)
        self._lines.append(f"play({name})")
        self._played[self._lines[-1]] = statements

    def _read_numbers(self, statement: ast.stmt) -> None:
        """Lines that read the numbers, of no axes, which a statement takes from recorded ones."""
        for name in sorted(_named(statement) & self._computed):
            memory = self._bound[name]
            if isinstance(memory, np.ndarray) and not memory.ndim:
                self._bound[f"{name}_memory"] = memory
                self._lines.append(f"{name} = {name}_memory[()]")

    def _needed_lines(self) -> list[str]:
        """All but copies for loops that there are not."""
        return [x for x in self._lines if x not in self._copies or self._copies[x] in self._read]

    def function(self) -> tuple[str, Callable]:
        """The text of the function that plays the recording, and the function."""
        lines = self._needed_lines()
        if self._plan.alone or self._tape.work > ALONE:
            lines = ["with one_thread:", *(f"    {line}" for line in lines)]
        body = "".join(f"    {line}\n" for text in lines for line in text.splitlines())
        text = f"def {self._name}({', '.join(self._arguments)}):\n{body}"
        exec(compile(text, f"<recording of {self._name}>", "exec"), self._bound)
        self._bound["tape"] = self._tape  # it keeps the memory as long as the function lives
        return text, self._bound[self._name]

    def sharing_nodes(self) -> set[int]:
        """Numbers of recorded statements that share a node with one that stays a line."""
        named = [_named(s) & self._nodes for s in self._statements]
        kept = set().union(*(n for n, f in zip(named, self._followed, strict=False) if f is False))
        return {i for i, f in enumerate(self._followed) if f and named[i] & kept}

    def _require_ours(self, statement: ast.stmt) -> None:
        """Refuses what calls a function of somebody else's, which may do anything besides."""
        for name in sorted(_named(statement)):
            function = self._plain.get(name)
            if callable(function) and not isinstance(function, Node) and not _is_ours(function):
                self.refusal = self.refusal or f"{name}: a function of somebody else's"


def _arrays(things: Iterable[Any]) -> Iterator[np.ndarray]:
    for thing in things:
        if thing.__class__ is np.ndarray:
            yield thing
        elif thing.__class__ in (list, tuple):
            yield from _arrays(thing)


def _seen(array: np.ndarray) -> np.ndarray:
    return array.view(Recorded)


def _named(statement: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}


def _assigned(statement: ast.stmt) -> set[str]:
    return {
        n.id
        for n in ast.walk(statement)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def _execute(statement: ast.stmt, scope: dict[str, Any]) -> None:
    exec(compile(ast.Module([statement], []), "<plan>", "exec"), scope)


def _is_ours(function: Any) -> bool:
    """Whether a function is NumPy's, Python's or this library's, and so is what it belongs to."""
    while isinstance(function, functools.partial):
        function = function.func
    owner = getattr(function, "__self__", None)
    owner = owner if isinstance(owner, type) else type(owner)
    known = ("scratch", "numpy", "builtins")
    return all(
        str(module).split(".")[0] in known
        for module in (
            getattr(function, "__module__", None) or type(function).__module__,
            owner.__module__,
        )
    )


def _same_bytes(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two arrays are equal in every bit; NaN counts as NaN."""
    if x.shape != y.shape or x.dtype != y.dtype:
        return False
    if same_bytes(x, y):
        return True
    unequal = np.array([a.tobytes() != b.tobytes() for a, b in zip(x.flat, y.flat, strict=True)])
    both = np.isnan(x) & np.isnan(y) if x.dtype.kind == "f" else np.zeros(x.shape, bool)
    return bool(both.reshape(-1)[unequal].all())
