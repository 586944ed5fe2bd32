"""Images, of which some are blurred; see `ops.image.gaussian_blur`."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds
from scratch.serialization.configured import configured


@configured()
class RandomGaussianBlur(ImageLayer):
    """Blurs some images (`keras.layers.RandomGaussianBlur`).

    Args:
        factor: how probable that is: from 0, or between two numbers from 0 to 1.
        kernel_size: of the window; one number for both sides.
        sigma: how strong at most, or at least and at most, from 0 to 1; drawn once for each side of
            the window, for all images of a batch.
        value_range: the least and the largest value of a pixel.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [0, 1], or a kernel size that is no pair.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds(factor, (0, 1))
        self.kernel_size = _pair(kernel_size)
        self.sigma = bounds(sigma, (0, 1), "sigma")
        self.value_range = value_range
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        shape, seed = (self._sizes(data)[0],), seed or self.generator
        chance = random.uniform(shape, *self.factor, seed=seed)
        blurred = random.uniform(shape, seed=seed) < chance
        sigma = random.uniform((2,), *self.sigma, dtype=self.compute_dtype, seed=seed)
        return {"should_apply_blur": blurred, "blur_factor": sigma + 1e-6}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        blurred = ops.image.gaussian_blur(
            images, self.kernel_size, transformation["blur_factor"], data_format=self.data_format
        )
        chosen = ops.reshape(transformation["should_apply_blur"], (-1, 1, 1, 1))
        return ops.clip(ops.where(chosen, blurred, images), *self.value_range)


def _pair(kernel_size: Any) -> tuple[Any, Any]:
    pair = kernel_size if isinstance(kernel_size, tuple | list) else (kernel_size, kernel_size)
    if len(pair) != 2 or not all(isinstance(n, int | float) and n % 2 for n in pair):
        raise ValueError(
            "The `kernel_size` argument should be an odd number (or a list of two odd numbers). "
            f"Received: kernel_size={kernel_size}"
        )
    return pair[0], pair[1]
