"""California housing: 8 numbers on each of 20,640 block groups, and the median value of its homes.

Pace and Barry 1997, Sparse spatial autoregressions.
"""

from scratch.datasets.kept import ORIGIN, Kept
from scratch.datasets.npz import read_npz
from scratch.datasets.rows import Pair, require_share, shuffled, split

BLOCKS = Kept(
    "California housing",
    f"{ORIGIN}california_housing.npz",
    "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
    "california-housing",
)
SMALL = 600  # rows


def load_data(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` (`keras.datasets.california_housing.load_data`).

    Args:
        version: `"large"`, or `"small"`: the first 600 rows.
        path: the file's name in the cache.
        test_split: the share of rows to test with.
        seed: of the order.

    Returns:
        Rows of 8 numbers; values in dollars.

    Raises:
        ValueError: for another version, or a share that is none.
        DataUnavailableError: an OSError, when the file can be had from nowhere.
    """
    require_share(test_split)
    arrays = read_npz(BLOCKS.path(path))
    if version not in ("small", "large"):
        raise ValueError(
            f"Argument `version` must be one of 'small', 'large'. Received: version={version}"
        )
    rows = slice(SMALL if version == "small" else None)
    ((x, y),) = shuffled(seed, (arrays["x"][rows], arrays["y"][rows]))
    return split(x, y, test_split)
