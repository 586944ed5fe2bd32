"""Images on one scale: centered, divided by a deviation, whitened.

x - mean                            of each channel over all images, or of the image
x / (deviation + 1e-6)              the same
x W,  W = U diag(√n / (s + ε)) Uᵀ   with X = V diag(s) Uᵀ the n images as rows (ZCA)
"""

import math
import warnings
from typing import Any

import numpy as np

from scratch.kernels.openblas import one_thread

_SMALL = 1e-6


class Standardizing:
    """What an `ImageDataGenerator` knows of all images, and what it does to each.

    Attributes:
        mean, std: of each channel, in a shape that fits an image; None before `fit`.
        zca_whitening_matrix: (pixels, pixels), or None.
    """

    featurewise_center: bool
    samplewise_center: bool
    featurewise_std_normalization: bool
    samplewise_std_normalization: bool
    zca_whitening: bool
    zca_epsilon: float
    rescale: float | None
    preprocessing_function: Any
    data_format: str
    dtype: str
    channel_axis: int
    row_axis: int
    col_axis: int
    mean: np.ndarray | None = None
    std: np.ndarray | None = None
    zca_whitening_matrix: np.ndarray | None = None

    def random_transform(self, x: np.ndarray, seed: int | None = None) -> np.ndarray:
        """An image, changed at random."""
        raise NotImplementedError

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Finds the statistics of all images that the settings ask for.

        Args:
            x: images (n, height, width, channels), or as `data_format` says.
            augment: whether of images that are changed at random.
            rounds: how often each is changed.
            seed: for `np.random`.

        Raises:
            ValueError: for an array of another number of axes.
        """
        x = np.array(x, dtype=self.dtype)
        if x.ndim != 4:
            raise ValueError(
                f"Input to `.fit()` should have rank 4. Got array with shape: {x.shape}"
            )
        if (channels := x.shape[self.channel_axis]) not in (1, 3, 4):
            warnings.warn(
                "Expected input to be images (as Numpy array) following the data format "
                f'convention "{self.data_format}" (channels on axis {self.channel_axis}), i.e. '
                f"expected either 1, 3 or 4 channels on axis {self.channel_axis}. However, it was "
                f"passed an array with shape {x.shape} ({channels} channels).",
                stacklevel=2,
            )
        if seed is not None:
            np.random.seed(seed)
        if self.rescale:
            x *= self.rescale
        if augment:
            changed = [self.random_transform(image) for _ in range(rounds) for image in x]
            x = np.array(changed, self.dtype).reshape(-1, *x.shape[1:])
        axes = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            self.mean = x.mean(axis=axes, keepdims=True)[0]
            x -= self.mean
        if self.featurewise_std_normalization:
            self.std = x.std(axis=axes, keepdims=True)[0]
            x /= self.std + _SMALL
        if self.zca_whitening:
            n = len(x)
            with one_thread:
                u, s, _ = np.linalg.svd(x.reshape(n, -1).T, full_matrices=False)
            self.zca_whitening_matrix = (u * (np.sqrt(n) / (s + self.zca_epsilon))).dot(u.T)

    def standardize(self, x: np.ndarray) -> np.ndarray:
        """An image, or a batch of them, on the scale that the settings ask for.

        x itself is changed: pass `np.copy(x)` where it is needed afterwards.
        """
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x *= self.rescale
        if self.samplewise_center:
            x -= x.mean(keepdims=True)
        if self.samplewise_std_normalization:
            x /= x.std(keepdims=True) + _SMALL
        if self.featurewise_center and self._fitted(self.mean, "featurewise_center"):
            x -= self.mean
        std: Any = self.std
        if self.featurewise_std_normalization and self._fitted(
            std, "featurewise_std_normalization"
        ):
            x /= std + _SMALL
        if self.zca_whitening and self._fitted(self.zca_whitening_matrix, "zca_whitening"):
            rows = x.reshape(-1, math.prod(x.shape[-3:]))
            x = (rows @ self.zca_whitening_matrix).reshape(x.shape)
        return x

    def _fitted(self, found: Any, setting: str) -> bool:
        if found is None:
            warnings.warn(
                f"This ImageDataGenerator specifies `{setting}`, but it hasn't been fit on any "
                "training data. Fit it first by calling `.fit(numpy_data)`.",
                stacklevel=3,
            )
        return found is not None
