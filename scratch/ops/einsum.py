"""Sums of products, written as letters (Einstein's notation).

    einsum("bij,jk->bik", x, w)      y_bik = sum_j x_bij w_jk

Every letter is an axis; what is missing on the right is summed over. The derivative with respect
to one factor is the same sum with `y` and that factor in each other's place:

    dx = einsum("bik,jk->bij", dy, w)      dw = einsum("bij,bik->jk", x, dy)
"""

import string
from typing import Any

import numpy as np

from scratch.ops.operation import Tensor, operation
from scratch.ops.reduction import sum


def einsum(subscripts: str, *operands: Any) -> Any:
    """The sum of products that `subscripts` describes.

    Args:
        subscripts: letters for the axes of each operand, separated by commas, then `->` and those
            of the result (default: the letters that occur once, in order). `...` stands for axes
            that are carried along.
        operands: tensors.

    Raises:
        ValueError: when terms and operands do not match, or a letter stands twice in one term.
    """
    left, arrow, result = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise ValueError(
            f"einsum({subscripts!r}) describes {len(terms)} operands and got {len(operands)}"
        )
    for term in terms:
        letters = term.replace("...", "")
        if len(set(letters)) != len(letters):
            raise ValueError(f"einsum({subscripts!r}): a letter stands twice in {term!r}")
    if not arrow:
        every = left.replace("...", "")
        once = "".join(sorted(c for c in set(every) - {","} if every.count(c) == 1))
        result = ("..." if "..." in left else "") + once
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
    return y if term == result else _reorder(y, terms=(term, result))


def _merged(term: str, other: str, wanted: str) -> str:
    letters = [c for c in dict.fromkeys((term + other).replace(".", "")) if c in wanted]
    return ("..." if "..." in term + other else "") + "".join(letters)


def _without_lonely(x: Any, term: str, elsewhere: str) -> tuple[Any, str]:
    """X summed over the axes whose letters stand nowhere else, and the letters that are left."""
    before, dots, after = term.partition("...")
    axes = [i for i, c in enumerate(before) if c not in elsewhere]
    axes += [i - len(after) for i, c in enumerate(after) if dots and c not in elsewhere]
    kept = "".join(c for c in before if c in elsewhere)
    kept += dots + "".join(c for c in after if c in elsewhere)
    return (sum(x, axis=tuple(axes)) if axes else x), kept


def _product_derivative(dy: Any, y: Any, x1: Any, x2: Any, terms: Any) -> tuple[Any, Any]:
    one, two, result = terms
    return (
        _product(dy, x2, terms=(result, two, one)),
        _product(x1, dy, terms=(one, result, two)),
    )


@operation(promote=True, broadcasts=False, derivative=_product_derivative)
def _product(x1: Tensor, x2: Tensor, terms: Any) -> Tensor:
    one, two, result = terms
    if "..." in one + two and "..." not in result:  # axes that are carried along are summed too
        rank = max(np.ndim(x) - len(t.replace("...", "")) for x, t in ((x1, one), (x2, two)))
        free = [c for c in string.ascii_letters if c not in one + two][:rank]
        one, two = one.replace("...", "".join(free)), two.replace("...", "".join(free))
    return np.einsum(f"{one},{two}->{result}", x1, x2, optimize=True)


def _reorder_derivative(dy: Any, y: Any, x: Any, terms: Any) -> Any:
    return _reorder(dy, terms=(terms[1], terms[0]))


@operation(derivative=_reorder_derivative)
def _reorder(x: Tensor, terms: Any) -> Tensor:
    return np.einsum(f"{terms[0]}->{terms[1]}", x)
