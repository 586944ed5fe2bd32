"""Sums of products, written as letters (Einstein's notation).

    einsum("bij,jk->bik", x, w)      y_bik = sum_j x_bij w_jk

Every letter is an axis; what is missing on the right is summed over. The derivative with respect
to one factor is the same sum with `y` and that factor in each other's place:

    dx = einsum("bik,jk->bij", dy, w)      dw = einsum("bij,bik->jk", x, dy)

A letter that stands twice in one factor takes that factor's diagonal: "ii->i" is the same as
"ij,ij->i" with the identity matrix.
"""

import string
from typing import Any

import numpy as np

from scratch import quirks
from scratch.kernels.products import contract
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.reduction import sum, sum_to


def einsum(subscripts: str, *operands: Any) -> Any:
    """The sum of products that `subscripts` describes.

    Args:
        subscripts: letters for the axes of each operand, separated by commas, then `->` and those
            of the result. `...` stands for axes that are carried along. Without an arrow the result
            has the letters that occur once, in the order in which they do (quirk K33).
        operands: tensors.

    Raises:
        ValueError: for `subscripts` that say no such thing, or not of so many operands.
        InvalidArgumentError: for operands of other shapes.
    """
    terms, result = _read(subscripts)
    if len(terms) != len(operands):
        raise ValueError(
            f"einsum({subscripts!r}) describes {len(terms)} operands and got {len(operands)}"
        )
    for term, x in zip(terms, operands, strict=True):
        _check_axes(term, getattr(x, "shape", None), result)
    terms, operands = _without_diagonals(terms, operands)
    y, term = operands[0], terms[0]
    for k in range(1, len(terms)):
        # Letters that nothing further on asks for are summed over now.
        wanted = "".join(terms[k + 1 :]) + result
        y, term = _without_lonely(y, term, terms[k] + wanted)
        x, other = _without_lonely(operands[k], terms[k], term + wanted)
        last = k == len(terms) - 1
        product = result if last else _merged(term, other, wanted)
        y, term = _product(y, x, terms=(term, other, product)), product
    y, term = _without_lonely(y, term, result)
    return _reordered(y, term, result)


def _read(subscripts: str) -> tuple[list[str], str]:
    """The terms of the operands, and that of the result."""
    left, arrow, result = subscripts.replace(" ", "").partition("->")
    every = left.replace("...", "").replace(",", "")
    if not arrow:
        once = [c for c in dict.fromkeys(every) if every.count(c) == 1]
        once = once if quirks.active("K33") else sorted(once)
        result = ("..." if "..." in left else "") + "".join(once)
    letters = result.replace("...", "")
    if not set(every + letters) <= set(string.ascii_letters):
        raise ValueError(f"einsum({subscripts!r}): subscripts must be letters")
    if len(set(letters)) != len(letters) or not set(letters) <= set(every):
        raise ValueError(
            f"einsum({subscripts!r}): a letter of the result stands twice, or in no operand"
        )
    return left.split(","), result


def _check_axes(term: str, shape: Any, result: str) -> None:
    """Raises InvalidArgumentError where an operand of this shape is none of these letters."""
    if shape is None:
        return
    carried = len(shape) - len(term.replace("...", ""))
    if carried < 0 or (carried and "..." not in term):
        raise InvalidArgumentError(f"einsum: an operand has shape {shape}, which {term!r} is not")
    if carried and "..." not in result:
        raise InvalidArgumentError(f"einsum: the result has no place for the axes of {term!r}")


def _without_diagonals(terms: list[str], operands: tuple) -> tuple[list[str], tuple]:
    """The same sum, in which no letter stands twice in one term."""
    free = [c for c in string.ascii_letters if c not in "".join(terms)]
    for k, term in enumerate(terms):
        for i, letter in enumerate(term):
            if letter == "." or letter not in term[:i]:
                continue
            first, second = (
                operands[k].shape[at - len(term) if "..." in term[:at] else at]
                for at in (term.index(letter), i)
            )
            if first != second:
                raise InvalidArgumentError(f"einsum: axes {letter!r} have sizes {first}, {second}")
            other = free.pop()
            terms[k] = term = term[:i] + other + term[i + 1 :]
            terms, operands = [*terms, letter + other], (*operands, np.eye(first, dtype=bool))
    return terms, operands


def _merged(term: str, other: str, wanted: str) -> str:
    letters = [c for c in dict.fromkeys((term + other).replace(".", "")) if c in wanted]
    return ("..." if "..." in term + other else "") + "".join(letters)


def _without_lonely(x: Any, term: str, elsewhere: str) -> tuple[Any, str]:
    """x summed over the axes whose letters stand nowhere else, and the letters that are left."""
    before, dots, after = term.partition("...")
    axes = [i for i, c in enumerate(before) if c not in elsewhere]
    axes += [i - len(after) for i, c in enumerate(after) if dots and c not in elsewhere]
    kept = "".join(c for c in before if c in elsewhere)
    kept += dots + "".join(c for c in after if c in elsewhere)
    return (sum(x, axis=tuple(axes)) if axes else x), kept


def _product_derivative(dy: Any, y: Any, x1: Any, x2: Any, terms: Any) -> tuple[Any, Any]:
    one, two, result = terms
    return _factor(dy, x2, x1, (result, two, one)), _factor(dy, x1, x2, (result, one, two))


def _factor(dy: Any, other: Any, x: Any, terms: Any) -> Any:
    """The derivative for x, summed over the axes of `...` along which x was repeated."""
    result, two, one = terms
    if "..." not in one:
        return _product(dy, other, terms=terms)
    first = "..." + one.replace("...", "")
    dx = sum_to(_product(dy, other, terms=(result, two, first)), _reordered(x, one, first))
    return _reordered(dx, first, one)


@operation(promote=True, broadcasts=False, derivative=_product_derivative)
def _product(x1: Tensor, x2: Tensor, terms: Any) -> Tensor:
    one, two, result = terms
    sizes: dict[str, int] = {}
    for term, x in ((one, x1), (two, x2)):
        before, _, after = term.partition("...")
        for letter, n in (*zip(before, x.shape), *zip(after[::-1], x.shape[::-1])):  # noqa: B905
            if sizes.setdefault(letter, n) != n:  # NumPy would repeat an axis of size 1
                raise ValueError(f"axes {letter!r} have sizes {sizes[letter]} and {n}")
    if "..." in one + two and "..." not in result:  # axes that are carried along are summed too
        rank = max(np.ndim(x) - len(t.replace("...", "")) for x, t in ((x1, one), (x2, two)))
        free = [c for c in string.ascii_letters if c not in one + two][:rank]
        one, two = one.replace("...", "".join(free)), two.replace("...", "".join(free))
    return contract(f"{one},{two}->{result}", x1, x2)


def _reordered(x: Any, term: str, result: str) -> Any:
    return x if term == result else _reorder(x, terms=(term, result))


def _reorder_derivative(dy: Any, y: Any, x: Any, terms: Any) -> Any:
    return _reorder(dy, terms=(terms[1], terms[0]))


@operation(derivative=_reorder_derivative)
def _reorder(x: Tensor, terms: Any) -> Tensor:
    return np.einsum(f"{terms[0]}->{terms[1]}", x)
