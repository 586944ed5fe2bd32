"""Numbers as one reads them: three digits and a unit, never a power of ten."""

FACTORS = {"s": 1.0, "ms": 1e3, "µs": 1e6}


def scaled(seconds: float) -> tuple[float, str]:
    """A time in the unit that suits it: s, ms or µs."""
    unit = next((u for u, factor in FACTORS.items() if abs(seconds) * factor >= 0.9995), "µs")
    return seconds * FACTORS[unit], unit


def duration(seconds: float) -> str:
    """Seconds, in s, ms or µs."""
    value, unit = scaled(seconds)
    return f"{number(value)} {unit}"


def size(count: float) -> str:
    """Bytes, with a unit."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{number(count / factor)} {unit}"
    return f"{count:.0f} B"


def times(ratio: float) -> str:
    """A ratio as one says it."""
    return f"{number(ratio)} ×"  # noqa: RUF001


def number(value: float) -> str:
    """Three digits, or all before the point."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
