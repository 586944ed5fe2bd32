"""What the layers share that move, turn and bend images by maps of the plane.

    (x, y) -> ((a x + b y + c) / k, (d x + e y + f) / k),   k = g x + h y + 1

tells for each new pixel where it is looked up; see `ops.image.affine_transform`.
"""

from typing import Any

from scratch import ops
from scratch.layers.preprocessing.images.image_layer import ImageLayer

FILL_MODES = ("reflect", "wrap", "constant", "nearest")
INTERPOLATIONS = ("nearest", "bilinear")


class ProjectiveLayer(ImageLayer):
    """The base of layers that look pixels up elsewhere.

    A subclass says `_map`: the maps (batch, 8) of a transformation.

    Args:
        fill_mode: what lies beyond the edges: `"reflect"`, `"wrap"`, `"constant"`, `"nearest"`.
        interpolation: `"bilinear"`, or `"nearest"`.
        fill_value: the number for `"constant"`.

    Raises:
        NotImplementedError: for an unknown setting.
    """

    def _begin(self, fill_mode: str, interpolation: str, fill_value: float) -> None:
        if fill_mode not in FILL_MODES:
            raise NotImplementedError(
                f"Unknown `fill_mode` {fill_mode}. Expected of one {FILL_MODES}."
            )
        check_interpolation(interpolation)
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.fill_value = fill_value

    def _map(self, transformation: Any, images: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say how images are mapped")

    def _mapped(self, images: Any, transformation: Any, interpolation: str) -> Any:
        return ops.image.affine_transform(
            images,
            self._map(transformation, images),
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        return self._mapped(images, transformation, self.interpolation)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training or transformation is None:
            return segmentation_masks
        return self._mapped(segmentation_masks, transformation, "nearest")


def check_interpolation(interpolation: str) -> None:
    """Raises NotImplementedError for an unknown interpolation."""
    if interpolation not in INTERPOLATIONS:
        raise NotImplementedError(
            f"Unknown `interpolation` {interpolation}. Expected of one {INTERPOLATIONS}."
        )


def linear_map(a: Any, b: Any, c: Any, d: Any, e: Any, f: Any) -> Any:
    """The maps (batch, 8) without a perspective, of six tensors (batch,)."""
    zero = ops.zeros_like(a)
    return ops.stack([a, b, c, d, e, f, zero, zero], axis=1)
