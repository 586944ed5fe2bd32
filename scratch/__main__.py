"""`python -m scratch`: which version this is, and a training of about a second, on NumPy alone.

    x ~ N(0, 1) in the plane,  y = 1 where |x| > sqrt(2 log 2), the radius that halves the points

No line separates the two classes, so a linear model gets stuck near one half: what the log shows
is what the hidden layer learns.

Exit status: 0 when the accuracy on points not trained on is above 0.9, else 1.
"""

import sys
import time

import numpy as np

import scratch as keras

GOAL = 0.9


def points(draw: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of shape (count, 2), and which of them lie outside the circle, shape (count,)."""
    x = draw.standard_normal((count, 2)).astype("float32")
    return x, (np.hypot(x[:, 0], x[:, 1]) > np.sqrt(2 * np.log(2))).astype("float32")


def train() -> float:
    """The accuracy, between 0 and 1, on 1,000 points that the training has not seen."""
    keras.utils.set_random_seed(42)
    draw = np.random.default_rng(42)
    x, y = points(draw, 4000)
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
    )
    model.fit(x, y, epochs=5, verbose=2)
    return model.evaluate(*points(draw, 1000), verbose=0, return_dict=True)["accuracy"]


def main() -> int:
    """Say the versions, train, say what came out."""
    print(f"scratch {keras.release}, follows Keras {keras.version()}, on NumPy {np.__version__}")
    start = time.perf_counter()
    accuracy = train()
    seconds = time.perf_counter() - start
    print(f"accuracy on 1,000 new points: {accuracy:.3f}, after {seconds:.1f} seconds")
    return 0 if accuracy > GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
