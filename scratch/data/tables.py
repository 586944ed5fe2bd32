"""Tables: the columns of a DataFrame, of pandas or polars, as an array of numbers.

Neither library is imported: a table is what has `columns` and gives a column by its name.
"""

from typing import Any

import numpy as np


def is_table(data: Any) -> bool:
    """Whether `data` is a DataFrame."""
    return hasattr(data, "columns") and hasattr(data, "shape") and hasattr(data, "to_numpy")


def array_of(name: str, table: Any) -> np.ndarray:
    """The table's numbers, (rows, columns).

    Args:
        name: of the argument, for messages.
        table: a DataFrame.

    Raises:
        ValueError: for a column that holds anything but numbers; names it, and says what to do.
    """
    columns = [_numbers(name, label, table[label]) for label in table.columns]
    if not columns:
        raise ValueError(f"`{name}` is a table without columns")
    return np.stack(columns, axis=1)


def column_of(name: str, column: Any) -> np.ndarray:
    """A column by itself (a Series) as an array, (rows,); errors as in `array_of`."""
    return _numbers(name, getattr(column, "name", None), column)


def _numbers(name: str, label: Any, column: Any) -> np.ndarray:
    values = np.asarray(column)
    nullable = not isinstance(getattr(column, "dtype", None), np.dtype)
    missing = nullable and values.dtype.kind == "f" and np.isnan(values).any()
    if values.dtype.kind in "biuf" and not missing:
        return values
    where = f"`{name}`" if label is None else f"column {label!r} of `{name}`"
    if values.dtype.kind in "mM":
        raise ValueError(
            f"{where} holds dates or times ({column.dtype}). Turn them into numbers first, e.g. "
            "days since the first one"
        )
    for row, value in enumerate(values):
        if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
            raise ValueError(
                f"{where} has a missing value in row {row} ({value!r}). Fill it "
                "(`table.fillna(...)`) or drop its row (`table.dropna()`)"
            )
        if not isinstance(value, int | float | np.number | np.bool_):
            what = "text" if isinstance(value, str) else f"{type(value).__name__} objects"
            raise ValueError(
                f"{where} holds {what}, in row {row}: {str(value)[:40]!r}. Turn it into numbers "
                "first, e.g. category codes or one-hot columns, or leave it out"
            )
    return values.astype("float64")
