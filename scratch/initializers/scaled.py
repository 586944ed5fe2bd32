"""The six named cases of variance scaling; see `random_initializers` for what they are."""

from collections.abc import Sequence
from typing import Any, ClassVar

from scratch.initializers.random_initializers import VarianceScaling


class _Named(VarianceScaling):
    """A `VarianceScaling` whose scale, mode and distribution its name fixes."""

    recipe: ClassVar[tuple[float, str, str]]

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(*self.recipe, seed, input_axes, output_axes)

    def get_config(self) -> dict[str, Any]:
        """Seed and axes; the rest is in the name."""
        config = super().get_config()
        return {name: config[name] for name in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_Named):
    """Uniform within +-sqrt(6 / (fan_in + fan_out)) (`keras.initializers.GlorotUniform`)."""

    recipe = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Named):
    """Truncated normal, variance 2 / (fan_in + fan_out) (`keras.initializers.GlorotNormal`)."""

    recipe = (1.0, "fan_avg", "truncated_normal")


class LecunUniform(_Named):
    """Uniform within +-sqrt(3 / fan_in) (`keras.initializers.LecunUniform`)."""

    recipe = (1.0, "fan_in", "uniform")


class LecunNormal(_Named):
    """Truncated normal, variance 1 / fan_in (`keras.initializers.LecunNormal`)."""

    recipe = (1.0, "fan_in", "truncated_normal")


class HeUniform(_Named):
    """Uniform within +-sqrt(6 / fan_in) (`keras.initializers.HeUniform`)."""

    recipe = (2.0, "fan_in", "uniform")


class HeNormal(_Named):
    """Truncated normal, variance 2 / fan_in (`keras.initializers.HeNormal`)."""

    recipe = (2.0, "fan_in", "truncated_normal")
