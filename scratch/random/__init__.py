"""Random numbers: TensorFlow's streams, and Keras's functions on top of them.

`philox` makes the bits, `draws` the standard distributions (with `libm`'s last bits), `rejection`
gamma and binomial numbers, `distributions` the functions of `keras.random`; `seeding` and
`seed_generator` decide which bits, and `permutation` in which order `fit` visits the samples.
"""

from scratch.context.absent import explain_absent
from scratch.random.distributions import (
    beta,
    binomial,
    categorical,
    dropout,
    dropout_mask,
    gamma,
    normal,
    randint,
    shuffle,
    truncated_normal,
    uniform,
)
from scratch.random.seed_generator import SeedGenerator, draw_seed
from scratch.random.seeding import global_seed, make_default_seed, set_random_seed

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "draw_seed",
    "dropout",
    "dropout_mask",
    "gamma",
    "global_seed",
    "make_default_seed",
    "normal",
    "randint",
    "set_random_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]

explain_absent(__name__)
