"""Image layers: the same draws, and the same pixels within rounding.

Three batches in a row, a single image, outside of training, in both layouts, in float64 and of
whole numbers, with labels, boxes and masks; the config; and in a model's `fit`.
"""

import random

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402
from scratch.data.dataset import Dataset  # noqa: E402


def alike(call, bound=None, may_fail=True):
    """What a call comes to in both libraries; it must be the same."""
    return same(call, scratch, keras, bound, may_fail)


pytestmark = pytest.mark.usefixtures("keras_afresh")
# Coordinates of pixels are some float32 operations away from the draws.
FLOAT32 = derivative("float32")
UNIT = {"value_range": (0, 1)}

# A layer in several ways; those of `UNIT` on values from 0 to 1. More arguments are given by tests.
LAYERS = {
    "flip": lambda k, **m: k.layers.RandomFlip(**m),
    "flip, to the side": lambda k, **m: k.layers.RandomFlip("horizontal", **m),
    "flip, down": lambda k, **m: k.layers.RandomFlip("vertical", **m),
    "rotation": lambda k, **m: k.layers.RandomRotation(0.3, **m),
    "rotation, constant": lambda k, **m: k.layers.RandomRotation(
        (0.1, 0.4), "constant", "nearest", fill_value=0.5, **m
    ),
    "rotation, wrap": lambda k, **m: k.layers.RandomRotation(0.3, "wrap", **m),
    "zoom": lambda k, **m: k.layers.RandomZoom(0.3, **m),
    "zoom, both": lambda k, **m: k.layers.RandomZoom((0.1, 0.4), (-0.3, 0.2), "nearest", **m),
    "translation": lambda k, **m: k.layers.RandomTranslation(0.3, 0.2, **m),
    "translation, constant": lambda k, **m: k.layers.RandomTranslation(
        (0.1, 0.4), (-0.3, 0.2), "constant", "nearest", **m
    ),
    "shear": lambda k, **m: k.layers.RandomShear(0.3, 0.2, **m),
    "shear, constant": lambda k, **m: k.layers.RandomShear((0.1, 0.5), fill_mode="constant", **m),
    "perspective": lambda k, **m: k.layers.RandomPerspective(**m),
    "perspective, some": lambda k, **m: k.layers.RandomPerspective(0.5, 0.3, "nearest", 0.2, **m),
    "crop": lambda k, **m: k.layers.RandomCrop(4, 3, **m),
    "crop, resized": lambda k, **m: k.layers.RandomCrop(9, 3, **m),
    "contrast": lambda k, **m: k.layers.RandomContrast(0.4, **m),
    "contrast, unit": lambda k, **m: k.layers.RandomContrast((0.2, 0.9), **UNIT, **m),
    "brightness": lambda k, **m: k.layers.RandomBrightness(0.4, **m),
    "brightness, unit": lambda k, **m: k.layers.RandomBrightness((-0.2, 0.9), **UNIT, **m),
    "saturation, unit": lambda k, **m: k.layers.RandomSaturation((0.2, 0.9), **UNIT, **m),
    "hue": lambda k, **m: k.layers.RandomHue(0.4, **m),
    "hue, unit": lambda k, **m: k.layers.RandomHue((0.2, 0.9), **UNIT, **m),
    "degeneration": lambda k, **m: k.layers.RandomColorDegeneration(0.4, **m),
    "degeneration, unit": lambda k, **m: k.layers.RandomColorDegeneration((0.2, 0.9), **UNIT, **m),
    "sharpness": lambda k, **m: k.layers.RandomSharpness(0.4, **m),
    "sharpness, unit": lambda k, **m: k.layers.RandomSharpness((0.2, 0.9), **UNIT, **m),
    "posterization": lambda k, **m: k.layers.RandomPosterization(4, **m),
    "posterization, unit": lambda k, **m: k.layers.RandomPosterization((2, 7), **UNIT, **m),
    "invert": lambda k, **m: k.layers.RandomInvert(**m),
    "invert, unit": lambda k, **m: k.layers.RandomInvert(0.5, **UNIT, **m),
    "blur": lambda k, **m: k.layers.RandomGaussianBlur(**m),
    "blur, unit": lambda k, **m: k.layers.RandomGaussianBlur(0.7, (5, 3), (0.3, 0.9), **UNIT, **m),
    "elastic": lambda k, **m: k.layers.RandomElasticTransform(**m),
    "elastic, some": lambda k, **m: k.layers.RandomElasticTransform(
        0.6, (0.2, 0.6), "nearest", "constant", 0.3, **m
    ),
    "erasing": lambda k, **m: k.layers.RandomErasing(**m),
    "erasing, some": lambda k, **m: k.layers.RandomErasing(0.6, 0.5, 0.3, **m),
    "solarization": lambda k, **m: k.layers.Solarization(0.2, (0.3, 0.6), **m),
    "solarization, unit": lambda k, **m: k.layers.Solarization((0.1, 0.3), 0.5, **UNIT, **m),
    "mix up": lambda k, **m: k.layers.MixUp(**m),
    "cut mix": lambda k, **m: k.layers.CutMix((0.2, 0.5), **m),
    "rand augment": lambda k, **m: k.layers.RandAugment(**m),
    "rand augment, three": lambda k, **m: k.layers.RandAugment(num_ops=3, factor=(0.1, 0.7), **m),
    "aug mix": lambda k, **m: k.layers.AugMix(**m),
    "aug mix, few": lambda k, **m: k.layers.AugMix((0, 255), 2, 4, alpha=0.6, all_ops=False, **m),
}
# Those that draw nothing, or are not for all that the others are tried on.
PLAIN = {
    "contrast of itself": lambda k, **m: k.layers.AutoContrast(**m),
    "contrast of itself, unit": lambda k, **m: k.layers.AutoContrast((0, 1), **m),
    "equalization": lambda k, **m: k.layers.Equalization(**m),
    "equalization, unit": lambda k, **m: k.layers.Equalization((0, 1), 64, **m),
    "clahe": lambda k, **m: k.layers.ContrastLimitedAdaptiveHistogramEqualization(
        tile_grid_size=(2, 2), **m
    ),
    "clahe, less than on average": lambda k, **m: (
        k.layers.ContrastLimitedAdaptiveHistogramEqualization(
            clip_limit=0.5, tile_grid_size=(2, 2), **m
        )
    ),
    "clahe, as on average": lambda k, **m: k.layers.ContrastLimitedAdaptiveHistogramEqualization(
        clip_limit=1, tile_grid_size=(2, 2), **m
    ),
    "clahe, unit": lambda k, **m: k.layers.ContrastLimitedAdaptiveHistogramEqualization(
        (0, 1), 0, (2, 3), **m
    ),
    "resizing": lambda k, **m: k.layers.Resizing(5, 11, **m),
    "resizing, cropped": lambda k, **m: k.layers.Resizing(5, 11, crop_to_aspect_ratio=True, **m),
    "resizing, padded": lambda k, **m: k.layers.Resizing(
        11, 5, "nearest", pad_to_aspect_ratio=True, **m
    ),
    "resizing, padded with grey": lambda k, **m: k.layers.Resizing(
        5, 11, pad_to_aspect_ratio=True, fill_value=7, **m
    ),
    "resizing, smooth": lambda k, **m: k.layers.Resizing(4, 4, "lanczos3", antialias=True, **m),
    "middle": lambda k, **m: k.layers.CenterCrop(4, 3, **m),
    "middle, resized": lambda k, **m: k.layers.CenterCrop(9, 3, **m),
}
BOTH = {**LAYERS, **PLAIN}
NO_BOXES = ("elastic", "cut mix", "clahe")
EDGES = np.array(
    [
        [[0, 1, 5, 6], [2, 2, 7, 7], [1, 0, 3, 3]],
        [[1, 1, 4, 5], [0, 0, 8, 7], [3, 2, 6, 4]],
        [[2, 1, 5, 6], [0, 3, 2, 7], [4, 4, 8, 6]],
    ],
    "float32",
)
KINDS = np.array([[0, 1, 2], [1, 1, 0], [2, 0, 1]], "int32")


def images_for(name, form="channels_last", seed=0):
    """Three images of 7 x 8 pixels."""
    x = np.random.default_rng(seed).random((3, 7, 8, 3)).astype("float32")
    x = x if name.endswith("unit") else x * 255
    return x if form == "channels_last" else np.moveaxis(x, -1, 1).copy()


def drawn(name):
    """The seed, for a layer that takes one."""
    return {"seed": 5} if name in LAYERS else {}


@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
@pytest.mark.parametrize("name", BOTH)
def test_batches_and_single_images(name, form):
    x = images_for(name, form)

    def call(k):
        random.seed(7)
        layer = BOTH[name](k, data_format=form, **drawn(name))
        return [layer(x), layer(x), layer(x[0]), layer(x, training=False), layer(x)]

    found, _ = alike(call, FLOAT32, may_fail=False)
    if name not in PLAIN and name != "elastic, some":  # which moves next to no pixel so far
        assert not np.array_equal(found[0], x), "nothing was changed"


@pytest.mark.parametrize("name", BOTH)
def test_float64_and_whole_numbers(name):
    x = images_for(name)
    for given, more in (
        (x.astype("float64"), {"dtype": "float64"}),
        (x.astype("uint8"), {}),
    ):
        if given.dtype == "uint8" and name.split(",")[0] in ("contrast", "saturation", "hue"):
            continue  # TensorFlow does not mix types

        def call(k, given=given, more=more):
            random.seed(7)
            return BOTH[name](k, **drawn(name), **more)(given)

        if name == "middle, resized" and more:
            found = call(scratch)  # Keras gives float32 all the same
            assert found.dtype == "float64"
            continue
        if given.dtype == "uint8" and name in ("resizing, padded",):
            continue  # ... nor fills whole numbers with 0.0
        alike(call, FLOAT32)


@pytest.mark.parametrize("name", BOTH)
def test_what_goes_with_images(name):
    x = images_for(name)
    labels = np.eye(3, dtype="float32")
    masks = np.random.default_rng(1).integers(0, 5, (3, 7, 8, 1)).astype("float32")
    with_these = {"labels": labels}
    if not name.startswith("clahe"):  # which Keras gives no others
        if not name.startswith("mix up"):
            with_these["segmentation_masks"] = masks
    else:
        with_these = {}

    def call(k):
        random.seed(7)
        return BOTH[name](k, **drawn(name))({"images": x, **with_these})

    alike(call, FLOAT32)


@pytest.mark.parametrize("form", ["xyxy", "rel_xywh"])
@pytest.mark.parametrize("name", [n for n in BOTH if not n.startswith(NO_BOXES)])
def test_boxes(name, form):
    x = images_for(name)
    edges = EDGES / np.array([8, 7, 8, 7], "float32") if form == "rel_xywh" else EDGES
    for one in (False, True):

        def call(k, one=one):
            random.seed(7)
            boxes = {"boxes": edges[0] if one else edges, "labels": KINDS[0] if one else KINDS}
            layer = BOTH[name](k, bounding_box_format=form, **drawn(name))
            return layer({"images": x[0] if one else x, "bounding_boxes": boxes})

        alike(call, FLOAT32)


PARTS = {
    "images": lambda: images_for(""),
    "segmentation_masks": lambda: images_for("unit")[..., :1].round(),
    "bounding_boxes": lambda: {"boxes": EDGES, "labels": KINDS},
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "name", ["flip", "rotation", "zoom", "translation", "shear", "perspective", "blur", "erasing"]
)
def test_a_part_stays_outside_of_training_and_without_a_draw(name, part):
    """Whatever was drawn; and in training where nothing was."""

    def call(k):
        layer = LAYERS[name](k, bounding_box_format="xyxy", **drawn(name))
        changed = getattr(layer, f"transform_{part}")
        found = layer.get_random_transformation({"images": images_for("")}, training=True)
        return changed(PARTS[part](), found, training=False)

    def without(k):
        layer = LAYERS[name](k, bounding_box_format="xyxy", **drawn(name))
        return getattr(layer, f"transform_{part}")(PARTS[part](), None, training=True)

    alike(call, FLOAT32)
    if name != "rotation":  # Keras's looks into what was not drawn
        alike(without, FLOAT32)


def test_boxes_without_a_format():
    data = {"images": images_for(""), "bounding_boxes": {"boxes": EDGES, "labels": KINDS}}
    alike(lambda k: k.layers.RandomFlip()(dict(data)))


@pytest.mark.parametrize("number", [2, 5])
def test_a_number_of_boxes(number):
    x = images_for("")
    boxes = {"boxes": EDGES, "labels": KINDS}

    def call(k):
        layer = k.layers.MaxNumBoundingBoxes(number, -2, bounding_box_format="xyxy")
        shapes = {"bounding_boxes": {"boxes": (None, 3, 4), "labels": (None, 3)}}
        return (
            layer({"images": x, "bounding_boxes": dict(boxes)}),
            layer.compute_output_shape(shapes),
            layer.get_config()["max_number"],
            layer.compute_output_shape({"bounding_boxes": {"scores": (None, 3)}}),
        )

    alike(call)


@pytest.mark.parametrize("name", BOTH)
def test_config_and_shapes(name):
    def call(k):
        k.utils.set_random_seed(3)
        layer = BOTH[name](k, name="a")
        config = {
            n: list(v) if isinstance(v, list) else v
            for n, v in layer.get_config().items()
            if n != "dtype"
        }
        shape = layer.compute_output_shape((None, 7, 8, 3))
        again = type(layer).from_config(layer.get_config()) if "shear" not in name else layer
        return (
            dict(sorted(config.items())),
            tuple(shape),
            layer(k.Input((7, 8, 3))).shape,
            dict(sorted(again.get_config().items()))["name"],
            len(layer.variables),
        )

    alike(call)


def test_a_shear_reads_its_own_config():
    """Keras refuses what it has written, see the findings."""
    layer = scratch.layers.RandomShear(0.3, 0.2)
    again = scratch.layers.RandomShear.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


REFUSED = {
    "factor": lambda k: k.layers.RandomRotation(1.5),
    "three factors": lambda k: k.layers.RandomBrightness((0.1, 0.2, 0.3)),
    "a factor that is a text": lambda k: k.layers.RandomContrast("0.5"),
    "zoom": lambda k: k.layers.RandomZoom(-1.0),
    "three zooms": lambda k: k.layers.RandomZoom((0.1, 0.2, 0.3)),
    "translation": lambda k: k.layers.RandomTranslation(0.1, 1.5),
    "shear": lambda k: k.layers.RandomShear(1.5),
    "fill mode": lambda k: k.layers.RandomZoom(0.1, fill_mode="mirror"),
    "interpolation": lambda k: k.layers.RandomRotation(0.1, interpolation="cubic"),
    "elastic fill mode": lambda k: k.layers.RandomElasticTransform(fill_mode="edge"),
    "elastic interpolation": lambda k: k.layers.RandomElasticTransform(interpolation="cubic"),
    "perspective": lambda k: k.layers.RandomPerspective(scale=1.5),
    "perspective interpolation": lambda k: k.layers.RandomPerspective(interpolation="cubic"),
    "grey": lambda k: k.layers.RandomGrayscale(1.5),
    "grey too small": lambda k: k.layers.RandomGrayscale(-0.5),
    "solarization": lambda k: k.layers.Solarization(1.5),
    "solarization text": lambda k: k.layers.Solarization("a"),
    "kernel": lambda k: k.layers.RandomGaussianBlur(kernel_size=4),
    "three kernels": lambda k: k.layers.RandomGaussianBlur(kernel_size=(3, 3, 3)),
    "value range": lambda k: k.layers.AutoContrast(3),
    "data format": lambda k: k.layers.Resizing(3, 3, data_format="last"),
    "data format of a layer without": lambda k: k.layers.RandomHue(0.1, data_format="first"),
    "argument": lambda k: k.layers.RandomFlip(factor=0.3),
    "rank": lambda k: k.layers.RandomFlip()(np.ones((2, 3), "float32")),
    "rank of brightness": lambda k: k.layers.RandomBrightness(0.1)(np.ones((2, 3), "float32")),
    "filling": lambda k: k.layers.RandomErasing(fill_value="a")(np.ones((2, 4, 4, 3), "float32")),
    "two fillings": lambda k: k.layers.RandomErasing(fill_value=(1, 2))(np.ones((2, 4, 4, 3))),
    "channels": lambda k: k.layers.RandomColorDegeneration(0.1).compute_output_shape((1, 4, 4, 2)),
    "axes": lambda k: k.layers.RandomColorDegeneration(0.1).compute_output_shape((1, 4)),
    "shape of a middle": lambda k: k.layers.CenterCrop(2, 2).compute_output_shape((1, 4)),
    "boxes of a mixture": lambda k: k.layers.CutMix(bounding_box_format="xyxy")(
        {"images": images_for(""), "bounding_boxes": {"boxes": EDGES, "labels": KINDS}}
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    alike(REFUSED[name])


def test_some_are_grey_and_masks_and_labels_too():
    """Keras's own looks for the shape of the dictionary, see the findings."""
    x = images_for("")
    alike(lambda k: k.layers.RandomGrayscale(0.6, seed=3)(x), FLOAT32)
    alike(lambda k: k.layers.RandomGrayscale(name="a").get_config()["factor"])
    found = scratch.layers.RandomGrayscale(1.0)({"images": x, "labels": np.eye(3)})
    assert np.ptp(np.asarray(found["images"]), axis=-1).max() == 0
    np.testing.assert_array_equal(found["labels"], np.eye(3))


JITTER = {
    "brightness_factor": 0.2, "contrast_factor": 0.3, "saturation_factor": (0.2, 0.4),
    "hue_factor": 0.1,
}  # fmt: skip


def test_color_jitter():
    for settings in (JITTER, {"hue_factor": 0.1}, {}):
        for x in (images_for("unit"), images_for("unit")[0]):
            alike(
                lambda k, s=settings, x=x: [
                    layer := k.layers.RandomColorJitter((0, 1), seed=5, **s),
                    layer(x),
                    layer(x),
                    layer(x, training=False),
                ][1:],
                FLOAT32,
            )
    alike(
        lambda k: k.layers.RandomColorJitter(**JITTER, name="a").get_config()["hue_factor"],
    )


def test_seeds_are_drawn_as_keras_draws_them():
    def call(k):
        k.utils.set_random_seed(11)
        made = [f(k) for n, f in LAYERS.items()]
        return [np.asarray(v.value) for layer in made for v in layer.variables]

    alike(call)


def test_a_pipeline():
    x = images_for("")

    def call(k):
        layer = k.layers.Pipeline(
            [k.layers.RandomFlip(seed=1), k.layers.Resizing(4, 4), k.layers.Rescaling(0.5)]
        )
        again = k.layers.Pipeline.from_config(layer.get_config())
        return (
            layer(x),
            layer(x, training=False),
            [type(inner).__name__ for inner in layer.layers],
            again(x),
            tuple(layer(k.Input((7, 8, 3))).shape),
            k.layers.Pipeline.from_config({"name": "a"}),
        )

    alike(call)


# In models and data sets -------------------------------------------------------------------------

CHAINS = {
    "places": lambda k: [
        k.layers.RandomFlip("horizontal", seed=1),
        k.layers.RandomRotation(0.1, seed=2),
        k.layers.RandomZoom(0.2, seed=3),
        k.layers.RandomTranslation(0.2, 0.2, seed=4),
        k.layers.RandomShear(0.2, 0.2, seed=5),
        k.layers.RandomPerspective(0.5, 0.3, seed=6),
    ],
    "sizes": lambda k: [
        k.layers.RandomCrop(6, 6, seed=2),
        k.layers.Resizing(5, 5),
        k.layers.CenterCrop(4, 4),
    ],
    "colors": lambda k: [
        k.layers.RandomContrast(0.2, seed=1),
        k.layers.RandomBrightness(0.2, seed=2),
        k.layers.RandomHue(0.3, seed=3),
        k.layers.RandomColorDegeneration(0.5, seed=4),
        k.layers.RandomGrayscale(0.5, seed=4),
        k.layers.RandomSharpness(0.5, seed=5),
        k.layers.RandomPosterization((2, 6), seed=3),
        k.layers.AutoContrast(),
    ],
    "unit": lambda k: [
        k.layers.Rescaling(1 / 255.0),
        k.layers.RandomSaturation((0.2, 0.6), (0, 1), seed=3),
        k.layers.RandomColorJitter((0, 1), 0.1, 0.2, hue_factor=0.1, seed=3),
    ],
    "parts": lambda k: [
        k.layers.RandomInvert(0.5, seed=1),
        k.layers.RandomGaussianBlur(0.5, 3, 0.8, seed=1),
        k.layers.RandomErasing(0.5, seed=2),
        k.layers.Solarization(0.2, 0.3, seed=1),
        k.layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2)),
    ],
    "mixtures": lambda k: [
        k.layers.MixUp(0.3, seed=1),
        k.layers.CutMix(0.5, seed=2),
        k.layers.RandAugment(seed=1),
        k.layers.Pipeline([k.layers.RandomFlip(seed=1)]),
    ],
}


@pytest.mark.parametrize("name", CHAINS)
def test_in_fit(name):
    """Batches of several sizes, in training and after it: losses and weights."""
    draw = np.random.default_rng(2)
    x = (draw.random((20, 8, 8, 3)) * 255).astype("float32")
    y = draw.random((20, 2)).astype("float32")

    def call(k):
        k.utils.set_random_seed(0)
        dense = k.layers.Dense(2, kernel_initializer="zeros")
        model = k.Sequential([k.Input((8, 8, 3)), *CHAINS[name](k), k.layers.Flatten(), dense])
        model.compile(k.optimizers.SGD(1e-6), "mse")
        history = model.fit(x, y, batch_size=7, epochs=2, verbose=0, shuffle=False).history
        return np.float32(history["loss"]), dense.get_weights(), model.predict(x, verbose=0)

    alike(call, FLOAT32, may_fail=False)


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
@pytest.mark.parametrize("name", ["equalization", "elastic"])
def test_in_fit_by_itself(name):
    """What Keras forgets in a model, or draws for the first image alone: as outside of models."""
    x = images_for("")
    layer = BOTH[name](scratch, **drawn(name))
    model = scratch.Sequential([scratch.Input((7, 8, 3)), BOTH[name](scratch, **drawn(name))])
    model.compile("sgd", "mse")
    alone = layer(x)
    loss = model.train_on_batch(x, np.zeros_like(x))
    wanted = np.mean(np.square(np.float64(alone)))
    assert abs(loss - wanted) <= FLOAT32.relative * wanted


def test_in_a_data_set():
    import tensorflow as tf

    x = images_for("")
    flip = scratch.layers.RandomFlip(seed=1)
    ours = np.concatenate([*Dataset.of_arrays(x).batch(2).map(flip)])
    theirs = tf.data.Dataset.from_tensor_slices(x).batch(2).map(keras.layers.RandomFlip(seed=1))
    np.testing.assert_array_equal(ours, np.concatenate([*theirs.as_numpy_iterator()]))


@pytest.mark.parametrize("name", ["resizing", "contrast", "sharpness", "flip", "erasing"])
def test_gradients_flow_through(name):
    import tensorflow as tf

    x = images_for(name)
    found = []
    for k, tape_of in ((scratch, scratch.GradientTape), (keras, tf.GradientTape)):
        source, layer = k.Variable(x), BOTH[name](k, **drawn(name))
        with tape_of() as tape:
            loss = k.ops.sum(k.ops.square(layer(source * 1.0)))
        found.append(np.asarray(tape.gradient(loss, source)))
    assert np.abs(found[0] - found[1]).max() <= FLOAT32.relative * np.abs(found[1]).max()


def test_a_model_of_a_dictionary():
    """Images and labels, mixed alike: by itself, as the layer alone mixes them."""
    x, labels = images_for(""), np.eye(3, dtype="float32")
    named = {"images": scratch.Input((7, 8, 3), name="images"),
             "labels": scratch.Input((3,), name="labels")}  # fmt: skip
    model = scratch.Model(named, scratch.layers.MixUp(seed=1)(named))
    model.compile("sgd", {"images": "mse", "labels": "mse"})
    mixed = model({"images": x, "labels": labels}, training=True)
    alone = scratch.layers.MixUp(seed=1)({"images": x, "labels": labels})
    for key in ("images", "labels"):
        np.testing.assert_array_equal(mixed[key], alone[key])


@pytest.mark.parametrize("height", [5, 6, 7, 8])
@pytest.mark.parametrize("width", [5, 7, 8, 9])
def test_sizes_around_the_image_s_own(height, width):
    """An image of 7 x 8 pixels made smaller, larger, or neither: at random or in the middle."""
    x = images_for("crop")
    for name in ("RandomCrop", "CenterCrop", "Resizing"):
        more = {"seed": 4} if name == "RandomCrop" else {}

        def call(k, name=name, more=more):
            layer = getattr(k.layers, name)(height, width, **more)
            return [layer(x, training=training) for training in (True, True, False)]

        alike(call, FLOAT32, may_fail=False)


@pytest.mark.parametrize("name", ["CenterCrop", "Resizing"])
def test_sizes_that_change_within_a_prediction(name):
    """Batches of several sizes and lengths, one of them of exactly the layer's own size."""
    draw = np.random.default_rng(6)
    shapes = [(2, 7, 8, 3), (3, 9, 5, 3), (1, 4, 3, 3)]
    batches = [draw.random(shape).astype("float32") for shape in shapes]

    def call(k):
        reading = {
            "__len__": lambda self: len(batches),
            "__getitem__": lambda self, index: (batches[index],),
        }
        data = type("Batches", (k.utils.PyDataset,), reading)()
        layer = getattr(k.layers, name)(4, 3)
        return k.Sequential([k.Input((None, None, 3)), layer]).predict(data, verbose=0)

    alike(call, FLOAT32, may_fail=False)


def test_a_batch_too_small_for_the_middle_within_a_prediction():
    """It is resized, as when it comes alone; a graph of Keras's cuts it at an unknown size."""
    draw = np.random.default_rng(6)
    batches = [draw.random((2, rows, 8, 3)).astype("float32") for rows in (7, 3)]

    class Batches(scratch.utils.PyDataset):
        def __len__(self):
            return len(batches)

        def __getitem__(self, index):
            return (batches[index],)

    model = scratch.Sequential([scratch.Input((None, None, 3)), scratch.layers.CenterCrop(4, 3)])
    found = model.predict(Batches(), verbose=0)
    wanted = np.concatenate([keras.layers.CenterCrop(4, 3)(batch) for batch in batches])
    assert found.shape == wanted.shape == (4, 4, 3, 3)
    np.testing.assert_allclose(found, wanted, rtol=FLOAT32.relative, atol=0)
