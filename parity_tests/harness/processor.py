"""What the processor can do besides, by NumPy's names: `AVX2`, `AVX512F`, ..."""

import sys


def simd() -> list[str]:
    """The instructions on several numbers at once that it has."""
    core = sys.modules["numpy._core._multiarray_umath"]
    return sorted(name for name, has in core.__cpu_features__.items() if has)
