"""Reading a pickle that holds data, without running anything.

A pickle is a program for a small stack machine, and `pickle.load` lets it call any function. Some
data sets are pickles nevertheless (CIFAR's batches, the lists of IMDB and Reuters inside `.npz`).
This machine knows the instructions that make lists, tuples, dictionaries, strings and numbers, and
three names, by which NumPy's arrays are written: they make a note of shape, type and bytes here,
from which the array is built. Whatever else a pickle asks for is refused by name.

    0x80 2   ] q 0   ( K 1 K 14 M 16 2 e   .       protocol 2, the list [1, 20, 528], stop
"""

import codecs
import math
import pickletools
import re
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_INTEGERS = re.compile(rb"(?:K.|M..|J....){4,}", re.DOTALL)  # most of IMDB, read in one go
_OPCODES = {op.code.encode("latin-1"): op.name for op in pickletools.opcodes}


class WrongPickleError(ValueError):
    """A pickle is damaged, or holds something besides lists, strings, numbers and arrays."""


class _Name:
    """A name that NumPy's pickles use: of what makes an array, of an array's class, of a type's."""

    def __init__(self, make: Callable[..., Any] | None) -> None:
        self.make = make


class _Type:
    """A type that is being described: `(_Type, "u1")`, then its byte order."""

    def __init__(self, name: Any, *_: Any) -> None:
        name = name.decode("latin-1") if isinstance(name, bytes) else name
        if not isinstance(name, str) or not re.fullmatch(r"[biuf][1248]|O8|O|b1", name):
            raise WrongPickleError(f"an array of the type {name!r}")
        self.name, self.order = name, "|"

    def describe(self, state: Any) -> None:
        """Takes the byte order; whatever else a type may have is refused."""
        order = state[1]
        self.order = order.decode("latin-1") if isinstance(order, bytes) else order
        if self.order not in ("<", ">", "|", "=") or any(part is not None for part in state[2:5]):
            raise WrongPickleError("an array of a type with fields")

    @property
    def dtype(self) -> np.dtype:
        """NumPy's."""
        return np.dtype(self.name if self.order == "|" else self.order + self.name)


class _Array:
    """An array that is being described; `kept` are its numbers in the machine's memory."""

    def __init__(self) -> None:
        self.kept: list[int] = []

    def describe(self, state: Any) -> np.ndarray:
        """The array, from shape, type, order and content."""
        _, shape, kind, fortran, content = state
        dtype, size = kind.dtype, math.prod(shape)
        if dtype.kind == "O":
            if not isinstance(content, list) or len(content) != size:
                raise WrongPickleError(f"an array of shape {shape} without its {size} entries")
            built = np.empty(size, object)
            built[:] = content
        else:
            if isinstance(content, str):
                content = content.encode("latin-1")
            if not isinstance(content, bytes) or len(content) != size * dtype.itemsize:
                raise WrongPickleError(f"an array of shape {shape} without its bytes")
            built = np.frombuffer(content, dtype).copy()
        return built.reshape(shape, order="F" if fortran else "C")


_KNOWN = {
    ("multiarray", "_reconstruct"): _Name(lambda *_: _Array()),
    ("numpy", "ndarray"): _Name(None),
    ("numpy", "dtype"): _Name(_Type),
    # How the older protocols write bytes.
    ("_codecs", "encode"): _Name(lambda text, *_: text.encode("latin-1")),
    ("__builtin__", "bytes"): _Name(lambda: b""),
}


def _known(module: Any, name: Any) -> _Name:
    module = {"numpy.core.multiarray": "multiarray", "numpy._core.multiarray": "multiarray"}.get(
        module, module
    )
    found = _KNOWN.get((module, name))
    if found is None:
        raise WrongPickleError(f"it asks for `{module}.{name}`, which is no data")
    return found


def load(content: bytes, encoding: str = "ascii") -> Any:
    """What a pickle holds.

    Args:
        content: its bytes.
        encoding: of the strings that Python 2 has written; `"bytes"` leaves them bytes.

    Returns:
        Lists, tuples, dictionaries, strings, bytes, numbers, booleans, None, arrays.

    Raises:
        WrongPickleError: a ValueError, for anything else, and for a pickle that is damaged.
    """
    try:
        return _Machine(content, encoding).run()
    except WrongPickleError as error:
        raise WrongPickleError(f"Not read: the pickle is no plain data: {error}") from None
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, struct.error,
            AttributeError, RecursionError) as error:  # fmt: skip
        raise WrongPickleError(f"Not read: the pickle is damaged ({error})") from None


class _Machine:
    """The stack, the memory, and where the program is read."""

    def __init__(self, content: bytes, encoding: str) -> None:
        self.content, self.at, self.encoding = content, 0, encoding
        self.stack: list[Any] = []
        self.marks: list[int] = []  # how high the stack was
        self.memory: dict[int, Any] = {}

    def run(self) -> Any:
        """Takes instruction after instruction until STOP."""
        while True:
            if run := _INTEGERS.match(self.content, self.at):
                self.stack += _integers(run.group())
                self.at = run.end()
            code = self.read(1)
            if code == b".":
                return self.last(1)[0]
            name = _OPCODES.get(code, code.hex())
            if name not in _STEPS:
                raise WrongPickleError(f"its instruction {name} makes no data")
            _STEPS[name](self)

    def read(self, size: int) -> bytes:
        """The next bytes."""
        piece = self.content[self.at : self.at + size]
        if size < 0 or len(piece) < size:
            raise ValueError("it ends too early")
        self.at += size
        return piece

    def number(self, form: str) -> Any:
        """The next number, in a form of `struct`."""
        return struct.unpack(form, self.read(struct.calcsize(form)))[0]

    def sized(self, form: str) -> bytes:
        """The next bytes, after their number."""
        return self.read(self.number(form))

    def line(self) -> str:
        """The rest of the line, in the protocol that is text."""
        line = self.read(self.content.index(b"\n", self.at) - self.at)
        self.at += 1
        return line.decode("latin-1")

    def string(self, raw: bytes) -> Any:
        """A string of Python 2."""
        return raw if self.encoding == "bytes" else raw.decode(self.encoding)

    def quoted(self) -> Any:
        """The same, as text."""
        line = self.line()
        if len(line) < 2 or line[0] != line[-1] or line[0] not in "'\"":
            raise ValueError("a string without its quotes")
        return self.string(codecs.escape_decode(line[1:-1])[0])

    def extend(self, items: Sequence[Any]) -> None:
        """Appends to the list on top of the stack."""
        self.top(list).extend(items)

    def update(self, items: Sequence[Any]) -> None:
        """Sets entries of the dictionary on top of the stack: key, value, key, value, ..."""
        self.top(dict).update(_pairs(items))

    def top(self, kind: type) -> Any:
        """What is on top of the stack, of that kind."""
        if type(self.stack[-1]) is not kind:
            raise TypeError(f"no {kind.__name__} where one is needed")
        return self.stack[-1]

    def mark(self) -> list[Any]:
        """Takes what was put onto the stack since the last mark, and the mark."""
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def last(self, n: int) -> tuple[Any, ...]:
        """Takes the last n things from the stack."""
        start = len(self.stack) - n
        if start < (self.marks[-1] if self.marks else 0):
            raise IndexError("its stack is empty")
        items = tuple(self.stack[start:])
        del self.stack[start:]
        return items

    def reduce(self) -> Any:
        """A call: of what makes an array or a type."""
        name, arguments = self.last(2)
        if type(name) is not _Name or name.make is None:
            raise WrongPickleError("it calls what is no name")
        return name.make(*arguments)

    def build(self) -> None:
        """The rest of an array or a type; an array then takes the place of its description."""
        described, state = self.last(2)
        if type(described) is _Array:
            array = described.describe(state)
            self.memory |= dict.fromkeys(described.kept, array)
            self.stack.append(array)
        elif type(described) is _Type:
            described.describe(state)
            self.stack.append(described)
        else:
            raise WrongPickleError("it changes what is no array")


def _pushing(value: Callable[[_Machine], Any]) -> Callable[[_Machine], None]:
    """The instruction that puts something onto the stack."""
    return lambda m: m.stack.append(value(m))


def _keeping(number: Callable[[_Machine], int]) -> Callable[[_Machine], None]:
    """The instruction that keeps in the memory what is on top of the stack."""

    def keep(m: _Machine) -> None:
        n, x = number(m), m.stack[-1]
        m.memory[n] = x
        if type(x) is _Array:
            x.kept.append(n)

    return keep


def _integers(run: bytes) -> list[int]:
    """The numbers of a run of BININT1, BININT2 and BININT."""
    found, i = [], 0
    while i < len(run):
        code = run[i]
        if code == 0x4B:
            found.append(run[i + 1])
            i += 2
        elif code == 0x4D:
            found.append(run[i + 1] | run[i + 2] << 8)
            i += 3
        else:
            found.append(int.from_bytes(run[i + 1 : i + 5], "little", signed=True))
            i += 5
    return found


def _integer(line: str) -> int:
    return {"00": False, "01": True}[line] if line in ("00", "01") else int(line)


def _signed(raw: bytes) -> int:
    return int.from_bytes(raw, "little", signed=True)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")


def _pairs(items: Sequence[Any]) -> Any:
    return zip(items[::2], items[1::2], strict=True)


_STEPS: dict[str, Callable[[_Machine], Any]] = {
    "PROTO": lambda m: m.read(1),
    "FRAME": lambda m: m.read(8),
    "MARK": lambda m: m.marks.append(len(m.stack)),
    "POP": lambda m: m.stack.pop(),
    "POP_MARK": _Machine.mark,
    "DUP": _pushing(lambda m: m.stack[-1]),
    "NONE": _pushing(lambda m: None),
    "NEWTRUE": _pushing(lambda m: True),
    "NEWFALSE": _pushing(lambda m: False),
    "INT": _pushing(lambda m: _integer(m.line())),
    "LONG": _pushing(lambda m: int(m.line().rstrip("L"))),
    "BININT": _pushing(lambda m: m.number("<i")),
    "BININT1": _pushing(lambda m: m.number("B")),
    "BININT2": _pushing(lambda m: m.number("<H")),
    "LONG1": _pushing(lambda m: _signed(m.sized("B"))),
    "LONG4": _pushing(lambda m: _signed(m.sized("<i"))),
    "FLOAT": _pushing(lambda m: float(m.line())),
    "BINFLOAT": _pushing(lambda m: m.number(">d")),
    "STRING": _pushing(_Machine.quoted),
    "BINSTRING": _pushing(lambda m: m.string(m.sized("<i"))),
    "SHORT_BINSTRING": _pushing(lambda m: m.string(m.sized("B"))),
    "UNICODE": _pushing(lambda m: m.line().encode("latin-1").decode("raw-unicode-escape")),
    "BINUNICODE": _pushing(lambda m: _text(m.sized("<I"))),
    "BINUNICODE8": _pushing(lambda m: _text(m.sized("<Q"))),
    "SHORT_BINUNICODE": _pushing(lambda m: _text(m.sized("B"))),
    "BINBYTES": _pushing(lambda m: m.sized("<I")),
    "BINBYTES8": _pushing(lambda m: m.sized("<Q")),
    "SHORT_BINBYTES": _pushing(lambda m: m.sized("B")),
    "EMPTY_LIST": _pushing(lambda m: []),
    "EMPTY_TUPLE": _pushing(lambda m: ()),
    "EMPTY_DICT": _pushing(lambda m: {}),
    "LIST": _pushing(_Machine.mark),
    "TUPLE": _pushing(lambda m: tuple(m.mark())),
    "TUPLE1": _pushing(lambda m: m.last(1)),
    "TUPLE2": _pushing(lambda m: m.last(2)),
    "TUPLE3": _pushing(lambda m: m.last(3)),
    "DICT": _pushing(lambda m: dict(_pairs(m.mark()))),
    "APPEND": lambda m: m.extend(m.last(1)),
    "APPENDS": lambda m: m.extend(m.mark()),
    "SETITEM": lambda m: m.update(m.last(2)),
    "SETITEMS": lambda m: m.update(m.mark()),
    "PUT": _keeping(lambda m: int(m.line())),
    "BINPUT": _keeping(lambda m: m.number("B")),
    "LONG_BINPUT": _keeping(lambda m: m.number("<I")),
    "MEMOIZE": _keeping(lambda m: len(m.memory)),
    "GET": _pushing(lambda m: m.memory[int(m.line())]),
    "BINGET": _pushing(lambda m: m.memory[m.number("B")]),
    "LONG_BINGET": _pushing(lambda m: m.memory[m.number("<I")]),
    "GLOBAL": _pushing(lambda m: _known(m.line(), m.line())),
    "STACK_GLOBAL": _pushing(lambda m: _known(*m.last(2))),
    "REDUCE": _pushing(_Machine.reduce),
    "BUILD": _Machine.build,
}
