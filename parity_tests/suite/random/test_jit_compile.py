"""compile(jit_compile=True): the random numbers that XLA makes (quirk K37)."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.engines import HAND, XLA, Engine
from parity_tests.harness.tolerances import rounding

ROWS, WIDTH = 7, 6  # no rows of even number: normals are split along the other axis


def drawing(k: Any, draw):
    """A layer that uses random numbers of its own."""

    class Own(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.seeds = k.random.SeedGenerator(11)

        def call(self, x, training=False):
            return draw(k.ops, k.random, x, self.seeds) if training else x

    return Own()


LAYERS = {
    "Dropout": lambda k: k.layers.Dropout(0.4, seed=3),
    "Dropout, in rows": lambda k: k.layers.Dropout(0.4, noise_shape=(None, 1), seed=3),
    "Dropout, unseeded": lambda k: k.layers.Dropout(0.3),
    "GaussianNoise": lambda k: k.layers.GaussianNoise(0.5, seed=3),
    "GaussianDropout": lambda k: k.layers.GaussianDropout(0.5, seed=3),
    "AlphaDropout": lambda k: k.layers.AlphaDropout(0.5, seed=3),
    "uniform": lambda k: drawing(
        k, lambda ops, random, x, seed: x * random.uniform(ops.shape(x), -0.3, 0.7, seed=seed)
    ),
    "normal": lambda k: drawing(
        k, lambda ops, random, x, seed: x * random.normal((WIDTH,), 1.0, 0.3, seed=seed)
    ),
    "normal, odd": lambda k: drawing(
        k, lambda ops, random, x, seed: x * ops.sum(random.normal((5, 3), 0.5, seed=seed))
    ),
    "truncated normal": lambda k: drawing(
        k, lambda ops, random, x, seed: x * random.truncated_normal((WIDTH,), seed=seed)
    ),
    "randint": lambda k: drawing(
        k,
        lambda ops, random, x, seed: (
            x * ops.cast(random.randint((WIDTH,), -2, 3, dtype="int32", seed=seed), x.dtype)
        ),
    ),
    "dropout": lambda k: drawing(k, lambda ops, random, x, seed: random.dropout(x, 0.4, seed=seed)),
}


def trained(k: Any, engine, name, jit=None):
    """Losses of three epochs, the weights, evaluation, predictions, and an eager call."""
    k.utils.set_random_seed(5)
    layer = LAYERS[name](k)
    dense = k.layers.Dense(1, kernel_initializer="ones")
    model = k.Sequential([k.Input((WIDTH,)), layer, dense])
    draw = np.random.default_rng(2)
    x, y = draw.normal(size=(3 * ROWS, WIDTH)), draw.normal(size=(3 * ROWS, 1))
    model.compile(k.optimizers.SGD(0.05), "mse", jit_compile=jit is None or jit)
    history = model.fit(x, y, batch_size=ROWS, epochs=3, verbose=0, shuffle=False).history
    assert model.get_compile_config()["jit_compile"] is (jit is None or jit)
    return {
        "loss": np.array(history["loss"]),
        "weights": model.get_weights()[0],
        "evaluated": np.array(model.evaluate(x, y, verbose=0)),
        "on batch": np.array(model.train_on_batch(x[:ROWS], y[:ROWS])),
        "predicted": model.predict(x, verbose=0),
        "called": np.array(model(x[:ROWS], training=True)),
    }


@pytest.mark.parametrize(
    ("name", "precision"),
    [
        ("Dropout", "float32"),
        ("GaussianNoise", "float32"),
        *((name, "float64") for name in LAYERS if name[0].isupper() or name == "dropout"),
    ],
)
def test_k37_as_xla(name, precision):
    function = f"{__name__}:trained"
    theirs = Engine("tf", "xla", precision).run(function, name)
    ours = Engine("scratch", "hand", precision).run(function, name)
    # XLA's logarithm, sine, cosine and error function are good to some units in the last place.
    allowed = rounding(3 * ROWS * WIDTH * 10, precision)
    for quantity, expected in theirs.items():
        assert np.abs(ours[quantity] - expected).max() <= allowed * np.abs(expected).max(), quantity


@pytest.mark.parametrize("name", LAYERS)
def test_k37_without_it_the_numbers_are_those_of_a_step_that_is_not_compiled(name):
    compiled, plain = (trained(scratch, HAND, name, jit) for jit in (True, False))
    with scratch.quirks.without("K37"):
        without = trained(scratch, HAND, name)
    differs = name != "randint"  # which takes whole words
    assert np.array_equal(compiled["weights"], plain["weights"]) != differs
    assert np.array_equal(without["weights"], plain["weights"])


def masks(k: Any, engine, jit):
    """What a Dropout keeps in two steps, in three shapes, and channels of a SpatialDropout."""
    found = []
    for shape, layer in (
        ((ROWS, 5), k.layers.Dropout(0.37, seed=4)),
        ((ROWS, 300), k.layers.Dropout(0.5, seed=2**40)),
        ((3, 4, 5), k.layers.SpatialDropout1D(0.5, seed=1)),
        ((3, 4, 4, 5), k.layers.SpatialDropout2D(0.5, seed=1)),
    ):

        class Own(k.Model):
            def __init__(self, layer=layer):
                super().__init__()
                self.layer = layer

            def call(self, x, training=False):
                return self.layer(x, training=True)

        model = Own()
        model.compile("sgd", "mse", jit_compile=jit)
        x = np.ones(shape)
        found += [model.predict(x, verbose=0) != 0 for _ in range(2)]
    return found


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_k37_masks_bit_for_bit(precision):
    function = f"{__name__}:masks"
    theirs = Engine("tf", "xla", precision).run(function, True)
    ours = Engine("scratch", "hand", precision).run(function, True)
    plain = Engine("scratch", "hand", precision).run(function, False)
    for mine, expected, other in zip(ours, theirs, plain, strict=True):
        assert np.array_equal(mine, expected)
        assert not np.array_equal(mine, other)


def drawn(k: Any, engine, dtype, jit):
    """Random numbers of many shapes, made inside a compiled step or outside."""
    import contextlib

    if engine.library == "scratch":
        from scratch.random.xla import compiled_by_xla

        inside = compiled_by_xla if jit else contextlib.nullcontext

        def run(f):
            with inside():
                return np.asarray(f())
    else:
        import tensorflow as tf

        def run(f):
            return tf.function(f, jit_compile=jit)().numpy()

    r = k.random
    shapes = ((4, 3), (33, 7), (3, 3, 3), (2, 3, 5), ())
    scores = np.array([[0, 1, 2, -1, 0.5], [1, 0, 0, 3, 0]], dtype)
    found = {}
    for shape in shapes:
        found[f"uniform {shape}"] = run(lambda s=shape: r.uniform(s, -0.3, 0.7, dtype, seed=3))
        found[f"normal {shape}"] = run(lambda s=shape: r.normal(s, 0.2, 0.7, dtype, seed=3))
    found["truncated"] = run(lambda: r.truncated_normal((40,), dtype=dtype, seed=3))
    found["randint"] = run(lambda: r.randint((40,), 0, 9, seed=3))
    found["shuffle"] = run(lambda: r.shuffle(np.arange(20), seed=3))
    generator = r.SeedGenerator(7)
    found["categorical"] = run(lambda: r.categorical(scores, 40, seed=generator))
    return found


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_k37_every_distribution(dtype):
    theirs = XLA.run(f"{__name__}:drawn", dtype, True)
    ours = HAND.run(f"{__name__}:drawn", dtype, True)
    for name, expected in theirs.items():
        mine = ours[name]
        assert mine.shape == expected.shape
        if name.startswith(("uniform", "randint", "shuffle", "categorical")):
            assert np.array_equal(mine, expected), name
        else:
            assert np.abs(mine - expected).max() <= rounding(4, dtype) * 4, name


def settings(k: Any, engine):
    """What becomes of jit_compile, and of both together."""
    found = []
    for given in ({}, {"jit_compile": True}, {"jit_compile": False}, {"jit_compile": None}):
        model = k.Sequential([k.Input((2,)), k.layers.Dense(1)])
        before = model.jit_compile
        model.compile("sgd", "mse", **given)
        found.append((before, model.jit_compile, model.get_compile_config()["jit_compile"]))
    return found


def test_what_is_saved_of_it():
    theirs = Engine("tf", "graph").run(f"{__name__}:settings")
    ours = HAND.run(f"{__name__}:settings")
    assert [tuple(map(bool, row)) for row in ours] == [tuple(map(bool, row)) for row in theirs]


def test_eagerly_nothing_is_compiled():
    model = scratch.Sequential([scratch.Input((2,)), scratch.layers.Dense(1)])
    with pytest.warns(UserWarning, match="`jit_compile` cannot also be True"):
        model.compile("sgd", "mse", run_eagerly=True, jit_compile=True)
    assert model.jit_compile is False
