"""Wide and deep: a linear model that remembers beside a network that generalizes.

Rows of a table, numbers and categories, as in a census. The wide part sees the categories and the
cross of two of them as one-hot vectors; the deep part sees normalized numbers and embedded
categories. The two answers are added before the sigmoid (Cheng et al. 2016). The people are made
up; whether one earns more depends on numbers, on a category, and on a crossed pair.

    python -m examples.scripts.wide_and_deep --engine tensorflow
"""

from typing import Any

import numpy as np

from examples.scripts.engine import chosen

CATEGORIES = {"occupation": 10, "education": 6}
CROSSED = 10 * 6
NUMBERS = 4


def people(count: int = 800) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The columns of the table by name, and the labels."""
    draw = np.random.default_rng(5)
    table = {name: draw.integers(n, size=(count, 1)) for name, n in CATEGORIES.items()}
    crossed = table["occupation"] * CATEGORIES["education"] + table["education"]
    numbers = draw.normal([40, 10, 35, 0.5], [12, 3, 10, 0.1], size=(count, NUMBERS))
    score = (numbers[:, :1] - 40) / 12 + draw.normal(size=CROSSED)[crossed]
    score = score + 0.5 * table["education"] - 1.2
    return {**table, "crossed": crossed, "numbers": numbers}, (score > 0).astype("float32")


def build(keras: Any, numbers: np.ndarray) -> Any:
    """`numbers` tell the normalization their mean and variance."""
    layers = keras.layers
    inputs = {name: keras.Input((1,), dtype="int32", name=name) for name in CATEGORIES}
    inputs["crossed"] = keras.Input((1,), dtype="int32", name="crossed")
    inputs["numbers"] = keras.Input((NUMBERS,), name="numbers")

    sizes = {**CATEGORIES, "crossed": CROSSED}
    wide = layers.concatenate([
        layers.CategoryEncoding(size, output_mode="one_hot")(inputs[name])
        for name, size in sizes.items()
    ])  # fmt: skip

    normalize = layers.Normalization()
    normalize.adapt(numbers)
    deep = layers.concatenate([
        normalize(inputs["numbers"]),
        *(layers.Flatten()(layers.Embedding(n, 4)(inputs[name])) for name, n in CATEGORIES.items()),
    ])  # fmt: skip
    for units in (32, 16):
        deep = layers.Dense(units, use_bias=False)(deep)
        deep = layers.ReLU()(layers.BatchNormalization()(deep))
        deep = layers.Dropout(0.1)(deep)

    score = layers.add([layers.Dense(1, use_bias=False)(wide), layers.Dense(1)(deep)])
    return keras.Model(inputs, layers.Activation("sigmoid")(score), name="wide_and_deep")


def main(keras: Any) -> dict[str, Any]:
    """Trains on three quarters of the people, and tests on the others."""
    keras.utils.set_random_seed(42)
    table, labels = people()
    train = {name: column[:600] for name, column in table.items()}
    test = {name: column[600:] for name, column in table.items()}
    model = build(keras, train["numbers"])
    model.summary()
    model.compile(
        optimizer=keras.optimizers.Adagrad(0.1),
        loss=keras.losses.BinaryCrossentropy(label_smoothing=0.05),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy"), keras.metrics.AUC(name="auc")],
    )
    history = model.fit(
        train, labels[:600], epochs=6, batch_size=50,
        validation_data=(test, labels[600:]), verbose=2,
    )  # fmt: skip
    tested = model.evaluate(test, labels[600:], verbose=2, return_dict=True)
    answers = model.predict(test, verbose=0)
    return {"history": history.history, "predictions": {"income": answers}, "tested": tested}


if __name__ == "__main__":
    main(chosen(__doc__))
