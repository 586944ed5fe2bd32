"""Images, of which some are bent like rubber; see `ops.image.elastic_transform`."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds
from scratch.layers.preprocessing.images.projective_layer import check_interpolation
from scratch.serialization.configured import configured

FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


@configured()
class RandomElasticTransform(ImageLayer):
    """Distorts some images (`keras.layers.RandomElasticTransform`).

    The ways of the pixels are drawn when images are changed: segmentation masks get others.

    Args:
        factor: how probable that is: from 0, or between two numbers from 0 to 1.
        scale: how strong at most, or at least and at most, from 0 to 1.
        interpolation: `"bilinear"`, or `"nearest"`.
        fill_mode: what lies beyond the edges.
        fill_value: the number for `"constant"`.
        value_range: the least and the largest value of a pixel.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor or a scale outside [0, 1].
        NotImplementedError: for an unknown fill mode or interpolation.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds(factor, (0, 1))
        self.scale = bounds(scale, (0, 1), "scale")
        self.interpolation = interpolation
        self.fill_mode = fill_mode
        self.fill_value = fill_value
        self.value_range = value_range
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        check_interpolation(interpolation)
        if fill_mode not in FILL_MODES:
            raise NotImplementedError(
                f"Unknown `fill_mode` {fill_mode}. Expected of one {FILL_MODES}."
            )

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training or self.scale[1] == 0 or self.factor[1] == 0:
            return None
        shape, seed = (self._sizes(data)[0],), seed or self.generator
        chance = random.uniform(shape, *self.factor, seed=seed)
        changed = random.uniform(shape, seed=seed) < chance
        strength = random.uniform((), *self.scale, dtype=self.compute_dtype, seed=seed)
        return {"apply_transform": changed, "distortion_factor": strength, "seed": seed}

    def _bent(self, images: Any, transformation: Any, interpolation: str) -> Any:
        if transformation is None:
            return images
        strength = transformation["distortion_factor"]
        sides = images.shape[self.height_axis], images.shape[self.width_axis]
        bent = ops.image.elastic_transform(
            images,
            alpha=max(sides) * (0.1 * strength),
            sigma=min(sides) * (0.05 * strength),
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            seed=transformation["seed"],
            data_format=self.data_format,
        )
        each = (1,) * (len(images.shape) - 1)
        changed = ops.reshape(transformation["apply_transform"], (-1, *each))
        images = ops.clip(ops.where(changed, bent, images), *self.value_range)
        return ops.cast(images, self.compute_dtype)

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        images = ops.cast(images, self.compute_dtype)
        return self._bent(images, transformation, self.interpolation) if training else images

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return segmentation_masks
        return self._bent(segmentation_masks, transformation, "nearest")

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        raise NotImplementedError(
            "RandomElasticTransform: where boxes come to is not known; give images and masks alone"
        )
