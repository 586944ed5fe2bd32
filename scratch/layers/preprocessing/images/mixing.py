"""Images, mixed with others of their batch, and their labels with them.

    MixUp    y = w x + (1 - w) x',   w from a beta distribution
    CutMix   a rectangle of x becomes that of x'; w is the part that is left

x' are the images in another order.
"""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds
from scratch.layers.preprocessing.images.random_erasing import rectangles
from scratch.random.distributions import order
from scratch.random.symbolic import drawn_anew
from scratch.serialization.configured import configured


def _mixed(x: Any, transformation: Any, weight: Any) -> Any:
    """w x + (1 - w) x'."""
    other = ops.take(x, transformation["permutation_order"], axis=0)
    return weight * x + (1.0 - weight) * other


@configured()
class MixUp(ImageLayer):
    """Mixes images in pairs (`keras.layers.MixUp`).

    Args:
        alpha: both parameters of the beta distribution of the weights.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed.
    """

    def __init__(
        self,
        alpha: float = 0.2,
        data_format: str | None = None,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.alpha = alpha
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        shape, seed = (self._sizes(data)[0],), seed or self.generator
        permutation = order(shape, seed=seed)
        weight = random.beta(shape, self.alpha, self.alpha, seed=seed)
        return {"mix_weight": weight, "permutation_order": permutation}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        if not training:
            return images
        weight = ops.reshape(transformation["mix_weight"], (-1, 1, 1, 1))
        images = ops.cast(images, self.compute_dtype)
        return _mixed(images, transformation, ops.cast(weight, self.compute_dtype))

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        if not training:
            return labels
        return _mixed(labels, transformation, ops.reshape(transformation["mix_weight"], (-1, 1)))

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return bounding_boxes
        permutation = transformation["permutation_order"]
        # Keras puts the boxes beside each other, and the labels below each other.
        return {
            key: ops.concatenate(
                [bounding_boxes[key], ops.take(bounding_boxes[key], permutation, axis=0)], axis=axis
            )
            for key, axis in (("boxes", 1), ("labels", 0))
        }

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return segmentation_masks
        weight = ops.reshape(transformation["mix_weight"], (-1, 1, 1, 1))
        # Keras takes single numbers of the masks as one row, not whole masks.
        other = ops.take(segmentation_masks, transformation["permutation_order"])
        return weight * segmentation_masks + (1.0 - weight) * other


@drawn_anew
def _mix_weights(shape: Any, least: float, most: float, dtype: Any = None, seed: Any = None) -> Any:
    """Beta numbers, whose one parameter is uniform between two numbers."""
    alpha = random.uniform((), least, most, dtype=dtype, seed=seed) + 1e-6
    return random.beta(shape, alpha, alpha, dtype=dtype, seed=seed)


@configured()
class CutMix(ImageLayer):
    """Puts a rectangle of one image into another one (`keras.layers.CutMix`).

    Args:
        factor: both parameters of the beta distribution of what is left, at most; or at least and
            at most, from 0 to 1.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor outside [0, 1].
    """

    def __init__(
        self, factor: Any = 1.0, seed: Any = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds(factor, (0, 1))
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        images = data["images"] if isinstance(data, dict) else data
        if not training or len(images.shape) == 3:
            return None
        shape, seed = (self._sizes(data)[0],), seed or self.generator
        left = _mix_weights(shape, *self.factor, dtype=self.compute_dtype, seed=seed)
        side = ops.sqrt(1.0 - left)
        masks, part = rectangles(self, data, (side, side), seed)
        masks = ops.repeat(masks, images.shape[self.channel_axis], axis=self.channel_axis)
        return {
            "batch_masks": masks,
            "mix_weight": 1.0 - part,
            "permutation_order": order(shape, seed=seed),
        }

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        other = ops.take(images, transformation["permutation_order"], axis=0)
        return ops.where(transformation["batch_masks"], other, images)

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        if not training or transformation is None:
            return labels
        return _mixed(labels, transformation, ops.reshape(transformation["mix_weight"], (-1, 1)))

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        return self.transform_images(segmentation_masks, transformation, training)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        raise NotImplementedError(
            "CutMix: what becomes of boxes is not known; give images, labels and masks alone"
        )
