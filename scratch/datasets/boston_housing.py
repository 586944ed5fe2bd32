"""Boston housing: 13 numbers on each of 506 districts, and the median value of its homes.

One of the numbers encodes an assumption on segregation; Keras's documentation advises to use the
set only to speak of that. Harrison and Rubinfeld 1978.
"""

from scratch.datasets.kept import ORIGIN, Kept
from scratch.datasets.npz import read_npz
from scratch.datasets.rows import Pair, require_share, shuffled, split

DISTRICTS = Kept(
    "Boston housing",
    f"{ORIGIN}boston_housing.npz",
    "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
    "boston-housing",
)


def load_data(
    path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` (`keras.datasets.boston_housing.load_data`).

    Args:
        path: the file's name in the cache.
        test_split: the share of rows to test with.
        seed: of the order.

    Returns:
        Rows of 13 numbers; values in thousands of dollars, between 5 and 50.

    Raises:
        ValueError: for a share that is none.
        DataUnavailableError: an OSError, when the file can be had from nowhere.
    """
    require_share(test_split)
    arrays = read_npz(DISTRICTS.path(path))
    ((x, y),) = shuffled(seed, (arrays["x"], arrays["y"]))
    return split(x, y, test_split)
