"""Settings to begin with: good ones, and bad ones of which something can be learned."""

from typing import Any


def _dense(*units: int, activation: str = "tanh", **more: Any) -> list[dict[str, Any]]:
    return [{"class": "Dense", "units": n, "activation": activation, **more} for n in units]


def _sgd(rate: float, **more: Any) -> dict[str, Any]:
    return {"class": "SGD", "learning_rate": rate, **more}


def _adam(rate: float) -> dict[str, Any]:
    return {"class": "Adam", "learning_rate": rate}


_UNIFORM = {"class": "RandomUniform", "minval": -0.5, "maxval": 0.5}


def _perceptron(data: str, rule: str, batch: int, noise: float = 0.0, **options: float) -> Any:
    return {
        "data": {"name": data, "samples": 60, "noise": noise}, "layers": [], "batch_size": batch,
        "rule": {"class": rule, **options}, "stop": {"when": "all_right"},
    }  # fmt: skip


# name: (title, whether it goes well, what is to be seen, state)
PRESETS: dict[str, tuple[str, bool, str, dict[str, Any]]] = {
    "circle": (
        "A disc in a ring", True, "Three tanh units suffice to close a curve around the disc.",
        {"data": {"name": "circle"}, "layers": _dense(4, 2)},
    ),
    "xor": (
        "XOR", True, "No line divides it: one hidden layer is needed, and enough.",
        {"data": {"name": "xor"}, "layers": _dense(4), "optimizer": _sgd(0.1)},
    ),
    "xor_by_feature": (
        "XOR with x*y", True, "Given the product, a single unit does it: features replace layers.",
        {"data": {"name": "xor"}, "features": ["x*y"], "layers": [], "optimizer": _sgd(0.1)},
    ),
    "gauss": (
        "Two clouds", True, "One unit draws a line: logistic regression.",
        {"data": {"name": "gauss", "noise": 0.1}, "layers": []},
    ),
    "spiral": (
        "Two spirals", True, "The hardest here: wide layers, Adam, and the sines among the inputs.",
        {"data": {"name": "spiral", "samples": 400}, "layers": _dense(8, 8),
         "features": ["x", "y", "sin(x)", "sin(y)"], "optimizer": _adam(0.03)},
    ),
    "three_clouds": (
        "Three classes", True, "Softmax: an output for each class, which add up to one.",
        {"data": {"name": "three_clouds"}, "layers": _dense(4), "optimizer": _sgd(0.1)},
    ),
    "pinwheel": (
        "Five classes", True, "Five arms, ReLU units, Adam.",
        {"data": {"name": "pinwheel", "samples": 500}, "optimizer": _adam(0.01),
         "layers": _dense(8, 8, activation="relu", kernel_initializer={"class": "HeUniform"})},
    ),
    "ten_clouds": (
        "Ten classes", True, "Where the classes touch, the probabilities say so.",
        {"data": {"name": "ten_clouds", "samples": 500, "noise": 0.1}, "layers": _dense(8),
         "optimizer": _adam(0.02)},
    ),
    "vowels": (
        "Ten vowels by their formants", True,
        "Ten classes that touch: a hidden layer bends the borders between them.",
        {"data": {"name": "vowels", "samples": 500}, "layers": _dense(10),
         "optimizer": _adam(0.02)},
    ),
    "plane": (
        "Regression: a slope", True, "A linear unit learns a plane; its weights come to 0.1.",
        {"data": {"name": "plane"}, "layers": [], "optimizer": _sgd(0.01)},
    ),
    "hills": (
        "Regression: hills", True, "Peaks and valleys from bent planes.",
        {"data": {"name": "hills", "samples": 500}, "layers": _dense(8, 8),
         "optimizer": _adam(0.02)},
    ),
    "parabola": (
        "Regression over one input: a parabola", True, "A curve from four bent lines.",
        {"data": {"name": "parabola"}, "layers": _dense(4), "optimizer": _adam(0.03)},
    ),
    "sine": (
        "Regression over one input: a wave", True, "More bends need more units.",
        {"data": {"name": "sine", "samples": 300}, "layers": _dense(8, 8),
         "optimizer": _adam(0.02)},
    ),
    "autoencoder": (
        "Autoencoder: points of a parabola", True,
        "Two numbers through one: the unit in the middle finds the position along the curve.",
        {"data": {"name": "coded_parabola"}, "layers": _dense(6, 1, 6), "optimizer": _adam(0.02)},
    ),
    "coded_line": (
        "Autoencoder: points of a line", True,
        "A linear unit finds the line's direction, as principal components do.",
        {"data": {"name": "coded_line"}, "layers": _dense(1, activation="linear"),
         "optimizer": _adam(0.02)},
    ),
    "coded_circle": (
        "Autoencoder: points of a circle", True,
        "One number cannot close a ring: somewhere the code must jump.",
        {"data": {"name": "coded_circle"}, "layers": _dense(8, 1, 8), "optimizer": _adam(0.02)},
    ),
    "four_bits": (
        "Autoencoder: one of four bits", True, "Four words through two units: a binary code.",
        {"data": {"name": "coded_bits", "samples": 64},
         "layers": _dense(2, activation="sigmoid"), "output": {"activation": "sigmoid"},
         "optimizer": _adam(0.1)},
    ),
    "perceptron": (
        "Perceptron: Rosenblatt's rule", True,
        "One unit, one sample at a time: each mistake turns the line.",
        _perceptron("linear", "Rosenblatt", 1, learning_rate=0.1),
    ),
    "perceptron_batch": (
        "Perceptron: all mistakes at once", True,
        "Each step adds up every mistake: the line turns seldom, and far.",
        _perceptron("linear", "Batch", 1000, learning_rate=0.02),
    ),
    "perceptron_averaged": (
        "Perceptron: the mean of all lines", True,
        "No line divides these points. The dotted one never rests; the mean of all does.",
        _perceptron("moons", "Averaged", 1, learning_rate=0.1),
    ),
    "perceptron_mira": (
        "Perceptron: MIRA", True,
        "Each step is the smallest that gives its point a margin.",
        _perceptron("linear", "MIRA", 1, C=0.1),
    ),
    "perceptron_xor": (
        "Perceptron: XOR", False, "No line divides it: the rule never comes to an end.",
        _perceptron("xor", "Rosenblatt", 1, learning_rate=0.1),
    ),
    "perceptron_circle": (
        "Perceptron: a disc in a ring", False,
        "Given x and y alone it never ends. Give it x^2 and y^2 too.",
        _perceptron("circle", "Rosenblatt", 1, learning_rate=0.1),
    ),
    "hinge": (
        "One unit by SGD on the hinge", True,
        "Keras's own way to nearly the same: a margin, and a derivative.",
        {"data": {"name": "linear", "samples": 60}, "layers": [], "loss": "hinge",
         "output": {"activation": "linear"}, "batch_size": 1, "optimizer": _sgd(0.05)},
    ),
    "strokes": (
        "A tiny CNN", True, "Filters of 3 x 3 learn to see strokes.",
        {"data": {"name": "strokes", "noise": 0.2, "samples": 200},
         "layers": [
             {"class": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"},
             {"class": "MaxPooling2D", "pool_size": 2},
             {"class": "Flatten"},
         ],
         "optimizer": _adam(0.02), "batch_size": 20},
    ),
    "glides": (
        "A time-delay network", True,
        "The same filters over every moment, and their mean: when it glides does not matter.",
        {"data": {"name": "glides", "noise": 0.1, "samples": 150, "train_share": 0.6},
         "layers": [
             {"class": "Conv1D", "filters": 4, "kernel_size": 3, "activation": "tanh"},
             {"class": "Conv1D", "filters": 3, "kernel_size": 5, "activation": "tanh"},
             {"class": "GlobalAveragePooling1D"},
         ],
         "optimizer": _adam(0.02), "batch_size": 15},
    ),
    "zeros": (
        "All weights zero", False, "Every unit of a layer learns the same, that is: nothing.",
        {"data": {"name": "xor"}, "kernel_initializer": {"class": "Zeros"}, "layers": _dense(4),
         "optimizer": _sgd(0.1)},
    ),
    "dead_units": (
        "Dead ReLU units", False, "Biases far below zero: no unit fires, no gradient flows.",
        {"data": {"name": "circle"}, "optimizer": _sgd(0.1),
         "layers": _dense(4, 4, activation="relu",
                          bias_initializer={"class": "Constant", "value": -20.0})},
    ),
    "too_fast": (
        "A learning rate that is too large", False, "The loss grows until numbers end.",
        {"data": {"name": "plane"}, "layers": _dense(4, activation="relu"),
         "optimizer": _sgd(10.0)},
    ),
    "vanishing": (
        "Vanishing gradients", False, "Seven sigmoid layers: what reaches the first is nothing.",
        {"data": {"name": "circle"}, "layers": _dense(*[4] * 7, activation="sigmoid"),
         "optimizer": _sgd(0.1)},
    ),
    "overfitting": (
        "Overfitting", False, "Twelve noisy points, a large network: the test loss tells.",
        {"data": {"name": "moons", "samples": 60, "noise": 0.3, "train_share": 0.2},
         "layers": _dense(16, 16), "optimizer": _adam(0.03)},
    ),
    "as_tensorflow_playground": (
        "As TensorFlow Playground begins", True, "Its data, loss and initial weights, by name.",
        {"data": {"name": "circle", "samples": 500}, "layers": _dense(4, 2),
         "output": {"activation": "tanh"}, "loss": "mean_squared_error", "loss_weight": 0.5,
         "kernel_initializer": _UNIFORM, "bias_initializer": {"class": "Constant", "value": 0.1}},
    ),
}  # fmt: skip
