"""A functional model with three inputs and two outputs: support tickets are ranked and routed.

A ticket has a title and a text, both rows of word numbers, and some tags. The model says how urgent
it is and which department it belongs to; each answer has its own loss, metric and weight. The
tickets are made up: department d prefers words of its own, and the urgency depends on the tags.

    python -m examples.scripts.multi_input --engine tensorflow
"""

from typing import Any

import numpy as np

from examples.scripts.engine import chosen

TICKETS, WORDS, TAGS, DEPARTMENTS = 400, 200, 12, 4
TITLE, TEXT = 6, 30


def tickets() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Inputs and targets by name."""
    draw = np.random.default_rng(1)
    department = draw.integers(DEPARTMENTS, size=TICKETS)
    own = department[:, None] * (WORDS // DEPARTMENTS)

    def words(length: int) -> np.ndarray:
        topical = own + draw.integers(WORDS // DEPARTMENTS, size=(TICKETS, length))
        general = draw.integers(WORDS, size=(TICKETS, length))
        return np.where(draw.random((TICKETS, length)) < 0.4, topical, general)

    tags = draw.integers(2, size=(TICKETS, TAGS)).astype("float32")
    urgent = ((tags - 0.5) @ draw.normal(size=TAGS) > 0).astype("float32")[:, None]
    inputs = {"title": words(TITLE), "text": words(TEXT), "tags": tags}
    return inputs, {"priority": urgent, "department": np.eye(DEPARTMENTS)[department]}


def build(keras: Any) -> Any:
    """Words become vectors, vectors their mean, and everything is looked at together."""
    layers, ops = keras.layers, keras.ops
    title = keras.Input((TITLE,), dtype="int32", name="title")
    text = keras.Input((TEXT,), dtype="int32", name="text")
    tags = keras.Input((TAGS,), name="tags")
    embed = layers.Embedding(WORDS, 16)
    title_features = ops.mean(embed(title), axis=1)
    text_features = ops.mean(embed(text), axis=1)
    x = layers.concatenate([title_features, text_features, tags])
    x = layers.Dropout(0.2)(layers.Dense(32, activation="relu")(x))
    priority = layers.Dense(1, activation="sigmoid", name="priority")(x)
    department = layers.Dense(DEPARTMENTS, activation="softmax", name="department")(x)
    return keras.Model(
        {"title": title, "text": text, "tags": tags},
        {"priority": priority, "department": department},
        name="tickets",
    )


def main(keras: Any) -> dict[str, Any]:
    """Trains, and answers for the tickets held back."""
    keras.utils.set_random_seed(42)
    x, y = tickets()
    model = build(keras)
    model.summary()
    model.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss={"priority": "binary_crossentropy", "department": "categorical_crossentropy"},
        loss_weights={"priority": 1.0, "department": 0.5},
        metrics={"priority": ["accuracy"], "department": ["accuracy"]},
    )
    history = model.fit(x, y, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
    held_back = {name: values[-80:] for name, values in x.items()}
    answers = model.predict(held_back, verbose=0)
    return {"history": history.history, "predictions": answers}


if __name__ == "__main__":
    main(chosen(__doc__))
