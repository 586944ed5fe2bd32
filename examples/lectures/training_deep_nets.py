"""Training deep neural nets: loss functions, chain rule, backpropagation, and the Keras listing.

python -m examples.lectures.training_deep_nets
"""

# %% [markdown]
# # Training deep neural nets
#
# *Loss function, chain rule, and backpropagation* (N. Rich Nguyen, SYS 6016). What the slides say
# is computed here in `scratch`, which is NumPy, and, where TensorFlow is installed, in tf.keras too.
# Formulas are the slides' own; a line of code that ends in `# (7)` is formula (7).

# %%
import importlib.metadata
import time

import numpy as np

from examples.lectures import LECTURES, recorded_runs
from examples.lectures.kit import (
    Both,
    Lesson,
    both,
    gradients,
    in_precision,
    jacobian,
    operations,
    plots,
)
from examples.lectures.kit.claims import distance
from examples.lectures.kit.engines import ENGINES
from keras_models import fashion_mnist, two_layer_sigmoid
from parity_tests.harness.tolerances import KAPPA, Bound, trajectory
from scratch import ops

lesson = Lesson("training_deep_nets", LECTURES["training_deep_nets"])
draw = np.random.default_rng(1)

# %% [markdown]
# ## Four objects
#
# Training revolves around **input data**, **layers**, a **loss function** and an **optimizer**.
# Take any one away, and neither library trains.

# %%
x_four, y_four = draw.normal(size=(16, 2)), draw.normal(size=(16, 1))


def trains(keras, data=True, layers=True, loss="mse", optimizer="sgd"):
    """Whether `fit` runs with these of the four objects."""
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(1)] if layers else [])
    model.compile(loss=loss, optimizer=optimizer)
    try:
        model.fit(*((x_four, y_four) if data else ()), verbose=0)
    except (ValueError, KeyError, AttributeError):
        return False
    return True


def which_train(keras):
    """With all four objects; without data, layers, loss, optimizer."""
    missing = ({"data": False}, {"layers": False}, {"loss": None}, {"optimizer": None})
    return np.array([trains(keras), *(trains(keras, **without) for without in missing)])


lesson.claim(
    "Training a neural network", "data, layers, loss and optimizer, all four",
    np.array([True, False, False, False, False]), both(which_train),
)  # fmt: skip

# %% [markdown]
# ## Loss functions
#
# For regression, the square loss:
# $$ \mathcal{L}_{\text{mse}} = \frac{1}{2} \sum_i (y_i - \hat{y}_i)^2 \tag{1} $$
# Keras's `mean_squared_error` is the *mean* over the $n$ entries, without the 1/2. So the
# lecture's loss is $n/2$ times Keras's.

# %%
y_true, y_hat = draw.normal(size=5), draw.normal(size=5)
square_loss = 0.5 * np.sum((y_true - y_hat) ** 2)  # (1)
mse = both(lambda keras: keras.losses.mean_squared_error(y_true, y_hat))
lesson.claim(
    "Loss function", "1/2 of the sum of squares; n/2 times Keras's mean",
    square_loss, mse.map(lambda value: len(y_true) / 2 * value), "1",
)  # fmt: skip

# %% [markdown]
# For classification, cross-entropy of a probability distribution, which **softmax** makes. In
# binary classification the slide prints
# $$ \mathcal{L}_{\text{ce}} = -y \log(p) + (1 - y) \log(1 - p) \tag{2} $$
# A pair of brackets is missing: the minus belongs to both terms. As printed, the loss of a negative
# ($y = 0$) *falls* as $p$ rises to 1. What is meant:
# $$ \mathcal{L}_{\text{ce}} = -[y \log(p) + (1 - y) \log(1 - p)] \tag{3} $$
# With one-hot labels and $K$ classes it is right as it stands:
# $$ \mathcal{L}_{\text{ce}} = - \sum_{k=1}^K y_k \log(p_k) \tag{4} $$

# %%
p = np.linspace(0.05, 0.95, 7)
y = np.array([1.0, 0, 1, 0, 0, 1, 0])
printed = -y * np.log(p) + (1 - y) * np.log(1 - p)  # (2)
meant = -(y * np.log(p) + (1 - y) * np.log(1 - p))  # (3)
binary = both(lambda keras: keras.losses.binary_crossentropy(y[:, None], p[:, None]))
lesson.claim(
    "Loss function (cont.)",
    "-y log(p) + (1 - y) log(1 - p)", printed, binary, "2",
    remark="The minus belongs to both terms: -[y log(p) + (1 - y) log(1 - p)].",
)  # fmt: skip
lesson.claim(
    "Loss function (cont.)",
    "-[y log(p) + (1 - y) log(1 - p)]", meant, binary, "3",
)  # fmt: skip

z = draw.normal(size=(6, 4))
softmax = both(lambda keras: keras.ops.softmax(z))
lesson.claim(
    "Loss function", "every row of a softmax sums to 1",
    np.ones(6), softmax.map(lambda rows: rows.sum(axis=1)),
)  # fmt: skip
onehot, probabilities = np.eye(4)[[0, 3, 1, 1, 2, 0]], np.asarray(softmax.scratch)
lesson.claim(
    "Loss function (cont.)", "-sum of y_k log p_k",
    -np.sum(onehot * np.log(probabilities), axis=1),  # (4)
    both(lambda keras: keras.losses.categorical_crossentropy(onehot, probabilities)), "4",
)  # fmt: skip

# %% [markdown]
# "Cross-entropy increases as the predicted probability diverges from the label." Left, both labels;
# right, the three losses that the slide names, for the label +1 (the log loss of a sigmoid).

# %%
fine = np.linspace(0.01, 0.99, 99)[:, None]
log_loss = {
    f"y = {label}": both(
        lambda keras, label=label: keras.losses.binary_crossentropy(np.full_like(fine, label), fine)
    )
    for label in (1, 0)
}
lesson.claim(
    "Loss function (cont.)", "increases as p diverges from the label",
    np.array([True, True]),
    both(lambda keras, one, zero: np.array([np.all(np.diff(one) < 0), np.all(np.diff(zero) > 0)]),
         *log_loss.values()),
)  # fmt: skip

scores = np.linspace(-2, 3, 101)[:, None]
ones = np.ones_like(scores)
named = {
    "square loss": both(lambda keras: keras.losses.mean_squared_error(ones, scores) / 2),
    "log loss": both(lambda keras: keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)(ones, scores)),
    "hinge loss": both(lambda keras: keras.losses.hinge(ones, scores)),
}  # fmt: skip
figure, ((left, right),) = plots.figure(2)
plots.curves(
    log_loss, axes=left, x=fine[:, 0], title="Cross-entropy", xlabel="predicted probability p",
    ylabel="loss",
)  # fmt: skip
plots.curves(
    named, axes=right, x=scores[:, 0], title="Three losses, label +1", xlabel="score",
    ylabel="loss",
)  # fmt: skip
lesson.show("losses", figure, "The losses of the lecture, from both engines.")
lesson.claim(
    "Loss function", "square loss, log loss, hinge loss: max(0, 1 - score)",
    np.maximum(0, 1 - scores)[:, 0], named["hinge loss"],
)  # fmt: skip

# %% [markdown]
# ## Optimizers
#
# Seen before: gradient descent, mini-batch gradient descent, quadratic programming. A least-squares
# problem is a quadratic program without constraints: one linear system solves it, and gradient
# descent walks to the same place.

# %%
A, target = draw.normal(size=(40, 3)), draw.normal(size=(40, 1))
quadratic = np.linalg.solve(A.T @ A, A.T @ target)


def descended(keras):
    """Weights of a linear unit after full-batch gradient descent."""
    model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.25))
    for _ in range(200):
        model.train_on_batch(A, target)
    return model.get_weights()[0]


lesson.claim(
    "Optimizer", "gradient descent ends where the quadratic program does",
    quadratic, both(descended),
)  # fmt: skip

# %% [markdown]
# For neural networks: gradient descent and its variants, momentum, RMSProp, Adam. Here on the
# two-layer sigmoid network of this lecture (`keras_models.two_layer_sigmoid`), from one seed.

# %%
teacher = two_layer_sigmoid.data()
VARIANTS = {
    "gradient descent": ("sgd", lambda keras: keras.optimizers.SGD(0.5)),
    "momentum": ("sgd", lambda keras: keras.optimizers.SGD(0.5, momentum=0.875)),
    "RMSProp": ("rmsprop", lambda keras: keras.optimizers.RMSprop(0.02)),
    "Adam": ("adam", lambda keras: keras.optimizers.Adam(0.02)),
}


def learn(keras, optimizer):
    """The losses of 12 epochs."""
    keras.utils.set_random_seed(1)
    model = two_layer_sigmoid.build(keras)
    model.compile(loss=two_layer_sigmoid.square_loss(keras), optimizer=optimizer(keras))
    return model.fit(teacher.x_train[:512], teacher.y_train[:512], epochs=12, verbose=0).history["loss"]  # fmt: skip


learned = {
    label: both(lambda keras, optimizer=optimizer: np.array(learn(keras, optimizer)))
    for label, (_, optimizer) in VARIANTS.items()
}
for label, (kind, _) in VARIANTS.items():
    lesson.claim(
        "Optimizer", f"{label} updates the network by the loss, and the loss falls",
        True, learned[label].map(lambda losses: losses[-1] < losses[0]),
    )  # fmt: skip
    ours, *others = learned[label]
    allowed = trajectory(12 * 16, KAPPA[kind]).relative
    for theirs in others:
        print(f"  after 192 steps the losses are {distance(ours, theirs):.1e} apart, where {allowed:.1e} is allowed")  # fmt: skip
lesson.show(
    "optimizers",
    plots.curves(learned, x=range(1, 13), title="Four optimizers, one network", xlabel="epoch",
                 ylabel="training loss"),
    "Gradient descent and the variants that the lecture names.",
)  # fmt: skip

# %% [markdown]
# ## Backpropagation
#
# Rumelhart et al., 1986, in three steps: a **forward pass** that computes every signal and the
# loss, a **backward pass** that propagates the error contributions from the output to the previous
# layers, and **gradient descent** on all weights.
#
# ### Computational graphs, symbol to symbol
#
# An *operation* is a simple function of one or more variables; more complicated functions are
# composed of many. With $x = f(w)$, $y = f(x)$, $z = f(y)$:
# $$ \frac{\partial z}{\partial w}
#    = \frac{\partial z}{\partial y} \frac{\partial y}{\partial x} \frac{\partial x}{\partial w}
#    \tag{5} $$
# $$ \frac{\partial z}{\partial w} = f'(y) f'(x) f'(w) \tag{6} $$
# $$ \frac{\partial z}{\partial w} = f'(f(f(w))) f'(f(w)) f'(w). \tag{7} $$
# Take $f = \sin$. The derivative is a graph again, and says nothing about *when* each operation is
# to be computed.

# %%
f, f_prime, w = np.sin, np.cos, 0.7
x_w = f(w)
y_w = f(x_w)
dz_dw = f_prime(y_w) * f_prime(x_w) * f_prime(w)  # (5) (6)
unfolded = f_prime(f(f(w))) * f_prime(f(w)) * f_prime(w)  # (7)


def thrice(keras, w):
    """z = f(f(f(w))), with the sine for f."""
    return keras.ops.sin(keras.ops.sin(keras.ops.sin(w)))


_, dz = gradients(thrice, w)
lesson.claim("Symbol-to-Symbol Derivatives", "f'(y) f'(x) f'(w)", dz_dw, dz, "5 6")
lesson.claim(
    "Symbol-to-Symbol Derivatives", "f'(f(f(w))) f'(f(w)) f'(w)",
    unfolded, dz, "7",
)  # fmt: skip

# %% [markdown]
# "Notice some repeated subexpressions: we only need to compute $f(w)$ once and store it." Written
# out, $z$ and its derivative call $f$ six times: three for $z$, two for $f'(f(f(w)))$ and one for
# $f'(f(w))$. In the graphs of both libraries $f$ stands three times, once for each of $f(w)$,
# $f(f(w))$ and $f(f(f(w)))$, and $f'$ three times.

# %%
w_symbol = ops.Symbol.leaf("w", shape=())
x_symbol = ops.sin(w_symbol).named("x")
y_symbol = ops.sin(x_symbol).named("y")
z_symbol = ops.sin(y_symbol).named("z")
(dz_symbol,) = ops.gradient(z_symbol, [w_symbol])
print(ops.draw_text([z_symbol, dz_symbol]))
in_graph = operations(lambda keras, w: keras.ops.sin(keras.ops.sin(keras.ops.sin(w))), 0.7, by=[0])
lesson.claim(
    "Symbol-to-Symbol Derivatives",
    "f(w) is computed once: f stands 3 times in the graph, f' 3 times (written out: 6 and 3)",
    np.array([3, 3]),
    in_graph.map(lambda names: np.array([names.count("sin"), names.count("cos")])),
)  # fmt: skip
lesson.show(
    "symbol-to-symbol",
    ops.draw_svg([z_symbol, dz_symbol], title="z = f(f(f(w))) and its derivative, f = sin"),
    "Blue: z. Orange: what the derivative adds. Each f(...) is there once, and used twice.",
)

# %% [markdown]
# ### A two-layer sigmoid network
#
# $$ \mathbf{z}^{[1]} = \mathbf{W}^{[1]} \mathbf{x} \tag{8} $$
# $$ \mathbf{a}^{[1]} = \sigma(\mathbf{z}^{[1]}) \tag{9} $$
# $$ \mathbf{z}^{[2]} = \mathbf{W}^{[2]} \mathbf{a}^{[1]} \tag{10} $$
# $$ \mathbf{a}^{[2]} = \sigma(\mathbf{z}^{[2]}) \tag{11} $$
# $$ \mathcal{L}_{\text{mse}}(\mathbf{z}^{[2]}, \mathbf{y})
#    = \frac{1}{2} \|\mathbf{y} - \mathbf{a}^{[2]}\|^2 \tag{12} $$
# also written $\mathcal{L}_{\text{mse}} = \frac{1}{2} \|\mathbf{y} - \mathbf{a}^{[2]}\|^2$: the
# loss is one of $\mathbf{a}^{[2]}$, and of $\mathbf{z}^{[2]}$ through it. The slides leave the
# biases out here and derive $d\mathbf{b}$ later; so there are biases below, and they are zero.
#
# $\mathbf{x}$ is a column, weights are (outputs, inputs). Keras keeps a batch of rows and weights
# (inputs, outputs): its kernel is the transpose, $\mathbf{x}^T \mathbf{W}^T$.

# %%
x = np.array([0.5, -1.0, 2.0])
y = np.array([1.0, 0.0])
W1, b1 = draw.normal(size=(4, 3)).round(2), np.zeros(4)
W2, b2 = draw.normal(size=(2, 4)).round(2), np.zeros(2)


def sigmoid(z):
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    """The derivative of the sigmoid."""
    return sigmoid(z) * (1 - sigmoid(z))


z1 = W1 @ x + b1  # (8)
a1 = sigmoid(z1)  # (9)
z2 = W2 @ a1 + b2  # (10)
a2 = sigmoid(z2)  # (11)
L = 0.5 * np.sum((y - a2) ** 2)  # (12)


def network(keras):
    """The same network as a Keras model, with the lecture's weights, transposed."""
    model = keras.Sequential(
        [
            keras.Input(shape=(3,)),
            keras.layers.Dense(4, activation="sigmoid"),
            keras.layers.Dense(2, activation="sigmoid"),
        ]
    )
    model.set_weights([W1.T, b1, W2.T, b2])
    model.compile(
        loss=two_layer_sigmoid.square_loss(keras), optimizer=keras.optimizers.SGD(learning_rate=0.5)
    )
    return model


outputs = both(lambda keras: network(keras).predict(x[None], verbose=0)[0])
lesson.claim("Forward Pass: Computing Loss Function", "a2 = s(W2 s(W1 x))", a2, outputs, "8 9 10 11")  # fmt: skip
lesson.claim(
    "Forward Pass: Computing Loss Function", "1/2 ||y - a2||^2", L,
    both(lambda keras: network(keras).evaluate(x[None], y[None], verbose=0)), "12",
)  # fmt: skip

# %% [markdown]
# ### Every partial derivative by name
#
# $$ \frac{\partial \mathbf{z}^{[1]}}{\partial \mathbf{W}^{[1]}} = \mathbf{x} \tag{13} $$
# $$ \frac{\partial \mathbf{z}^{[1]}}{\partial \mathbf{x}} = \mathbf{W}^{[1]} \tag{14} $$
# $$ \frac{\partial \mathbf{a}^{[1]}}{\partial \mathbf{z}^{[1]}} = \sigma'(\mathbf{z}^{[1]})
#    \tag{15} $$
# $$ \frac{\partial \mathbf{z}^{[2]}}{\partial \mathbf{W}^{[2]}} = \mathbf{a}^{[1]} \tag{16} $$
# $$ \frac{\partial \mathbf{z}^{[2]}}{\partial \mathbf{a}^{[1]}} = \mathbf{W}^{[2]} \tag{17} $$
# $$ \frac{\partial \mathbf{a}^{[2]}}{\partial \mathbf{z}^{[2]}} = \sigma'(\mathbf{z}^{[2]})
#    \tag{18} $$
# Each is a shorthand. $\partial \mathbf{z}^{[1]} / \partial \mathbf{W}^{[1]}$ has three indices,
# $\partial z_i / \partial W_{ij} = x_j$ and zero for another row; and
# $\partial \mathbf{a} / \partial \mathbf{z}$ is a diagonal matrix. Below stand the parts that are
# not zero, of the full derivatives that both engines compute.

# %%
dz1_dW1 = x  # (13)
dz1_dx = W1  # (14)
da1_dz1 = sigmoid_prime(z1)  # (15)
dz2_dW2 = a1  # (16)
dz2_da1 = W2  # (17)
da2_dz2 = sigmoid_prime(z2)  # (18)


def rows_of(derivative):
    """The entries [i, i, :] of a derivative, one row for each i."""
    return derivative.map(lambda d: np.array([d[i, i] for i in range(len(d))]))


PARTIALS = "Backward Pass: Taking Partial Derivatives"
for name, formula, slide_value, engines in (
    ("dz1/dW1 = x", "13", np.tile(dz1_dW1, (4, 1)), rows_of(jacobian(lambda k, W: k.ops.matmul(W, x), W1))),
    ("dz1/dx = W1", "14", dz1_dx, jacobian(lambda k, v: k.ops.matmul(W1, v), x)),
    ("da1/dz1 = s'(z1)", "15", np.diag(da1_dz1), jacobian(lambda k, z: k.ops.sigmoid(z), z1)),
    ("dz2/dW2 = a1", "16", np.tile(dz2_dW2, (2, 1)), rows_of(jacobian(lambda k, W: k.ops.matmul(W, a1), W2))),
    ("dz2/da1 = W2", "17", dz2_da1, jacobian(lambda k, a: k.ops.matmul(W2, a), a1)),
    ("da2/dz2 = s'(z2)", "18", np.diag(da2_dz2), jacobian(lambda k, z: k.ops.sigmoid(z), z2)),
):  # fmt: skip
    lesson.claim(PARTIALS, name, slide_value, engines, formula)

# %% [markdown]
# The last one has the wrong sign:
# $$ \frac{\partial \mathcal{L}}{\partial \mathbf{a}^{[2]}}
#    = \frac{\partial}{\partial \mathbf{a}^{[2]}} \frac{1}{2} \|\mathbf{y} - \mathbf{a}^{[2]}\|^2
#    = \mathbf{y} - \mathbf{a}^{[2]} \tag{19} $$
# The inner derivative of $\mathbf{y} - \mathbf{a}^{[2]}$ is $-1$. The gradient is
# $\mathbf{a}^{[2]} - \mathbf{y}$; what is printed is the direction of *descent*.
# $$ \frac{\partial \mathcal{L}}{\partial \mathbf{a}^{[2]}} = \mathbf{a}^{[2]} - \mathbf{y}
#    \tag{20} $$

# %%
dL_da2_printed = y - a2  # (19)
dL_da2 = a2 - y  # (20)
_, found = gradients(lambda k, a: 0.5 * k.ops.sum(k.ops.square(y - a)), a2)
lesson.claim(
    PARTIALS, "dL/da2 = y - a2", dL_da2_printed, found, "19",
    remark="The sign: dL/da2 = a2 - y. The inner derivative of y - a2 is -1.",
)  # fmt: skip
lesson.claim(PARTIALS, "dL/da2 = a2 - y", dL_da2, found, "20")

# %% [markdown]
# ### The chain rule, backwards
#
# With the shorthand
# $$ d\mathbf{x} = \nabla_{\mathbf{x}} \mathcal{L}, \Rightarrow
#    d\mathbf{x} = \frac{\partial \mathbf{y}}{\partial \mathbf{x}} \times d\mathbf{y} \tag{21} $$
# (two headings cut it short to $d\mathbf{x} = \nabla_{\mathbf{x}} \mathcal{L} \Rightarrow
# d\mathbf{x} = \frac{\partial \mathbf{y}}{\partial \mathbf{x}}$, without $d\mathbf{y}$):
# $$ d\mathbf{a}^{[2]} = \frac{\partial \mathcal{L}}{\partial \mathbf{a}^{[2]}}
#    = \mathbf{y} - \mathbf{a}^{[2]} \tag{22} $$
# $$ d\mathbf{z}^{[2]} = \frac{\partial \mathbf{a}^{[2]}}{\partial \mathbf{z}^{[2]}} \times
#    d\mathbf{a}^{[2]} = \sigma'(\mathbf{z}^{[2]}) \times d\mathbf{a}^{[2]} \tag{23} $$
# $$ d\mathbf{W}^{[2]} = \frac{\partial \mathbf{z}^{[2]}}{\partial \mathbf{W}^{[2]}} \times
#    d\mathbf{z}^{[2]} = \mathbf{a}^{[1]} \times d\mathbf{z}^{[2]} \tag{24} $$
# $$ d\mathbf{b}^{[2]} = \frac{\partial \mathbf{z}^{[2]}}{\partial \mathbf{b}^{[2]}} \times
#    d\mathbf{z}^{[2]} = \mathbf{I} \times d\mathbf{z}^{[2]} \tag{25} $$
# $$ d\mathbf{a}^{[1]} = \frac{\partial \mathbf{z}^{[2]}}{\partial \mathbf{a}^{[1]}} \times
#    d\mathbf{z}^{[2]} = \mathbf{W}^{[2]} \times d\mathbf{z}^{[2]} \tag{26} $$
# $$ d\mathbf{z}^{[1]} = \frac{\partial \mathbf{a}^{[1]}}{\partial \mathbf{z}^{[1]}} \times
#    d\mathbf{a}^{[1]} = \sigma'(\mathbf{z}^{[1]}) \times d\mathbf{a}^{[1]} \tag{27} $$
# $$ d\mathbf{W}^{[1]} = \frac{\partial \mathbf{z}^{[1]}}{\partial \mathbf{W}^{[1]}} \times
#    d\mathbf{z}^{[1]} = \mathbf{x} \times d\mathbf{z}^{[1]} \tag{28} $$
# $$ d\mathbf{b}^{[1]} = \frac{\partial \mathbf{z}^{[1]}}{\partial \mathbf{b}^{[1]}} \times
#    d\mathbf{z}^{[1]} = \mathbf{I} \times d\mathbf{z}^{[1]} \tag{29} $$
# The dimensions say what each $\times$ means. $\sigma'(\mathbf{z}) \times d\mathbf{a}$ is entry by
# entry. $\mathbf{a}^{[1]} \times d\mathbf{z}^{[2]}$ can only be an outer product; as printed it is
# 4 x 2, and $\mathbf{W}^{[2]}$ is 2 x 4: with $\mathbf{W}\mathbf{x}$ it must be
# $d\mathbf{z}^{[2]} \mathbf{a}^{[1]T}$. (As printed it is the gradient of *Keras's* kernel.) And
# $\mathbf{W}^{[2]} \times d\mathbf{z}^{[2]}$ is 2 x 4 times 2: it needs the transpose,
# $\mathbf{W}^{[2]T} d\mathbf{z}^{[2]}$. The slide's own rule (21) says so: its
# $\partial \mathbf{y} / \partial \mathbf{x}$ is the *transposed* Jacobian, and (17) is the other.

# %%


def product(a, b):
    """The matrix product, or why there is none."""
    if a.shape[-1] != b.shape[0]:
        return f"no product: {a.shape} x {b.shape}"
    return a @ b


da2 = a2 - y  # (22)
dz2 = sigmoid_prime(z2) * da2  # (23)
dW2 = np.outer(dz2, a1)  # (24)
db2 = np.eye(2) @ dz2  # (25)
da1 = W2.T @ dz2  # (21) (26)
dz1 = sigmoid_prime(z1) * da1  # (27)
dW1 = np.outer(dz1, x)  # (28)
db1 = np.eye(4) @ dz1  # (29)


def loss(keras, W1, b1, W2, b2):
    """The lecture's loss of its four parameters."""
    a1 = keras.ops.sigmoid(keras.ops.matmul(W1, x) + b1)
    a2 = keras.ops.sigmoid(keras.ops.matmul(W2, a1) + b2)
    return 0.5 * keras.ops.sum(keras.ops.square(y - a2))


def tail(keras, a1):
    """The loss as a function of the hidden layer's output."""
    a2 = keras.ops.sigmoid(keras.ops.matmul(W2, a1) + b2)
    return 0.5 * keras.ops.sum(keras.ops.square(y - a2))


_, dW1_engines, db1_engines, dW2_engines, db2_engines = gradients(loss, W1, b1, W2, b2)
_, da1_engines = gradients(tail, a1)
_, dz2_engines = gradients(lambda k, z: 0.5 * k.ops.sum(k.ops.square(y - k.ops.sigmoid(z))), z2)
_, dz1_engines = gradients(lambda k, z: tail(k, k.ops.sigmoid(z)), z1)

CHAIN = "Backward Pass: Applying Chain Rule"
lesson.claim(CHAIN, "da2 = y - a2", y - a2, found, "22",
             remark="The same sign: da2 = a2 - y.")  # fmt: skip
lesson.claim(CHAIN, "dz2 = s'(z2) x da2, entry by entry", dz2, dz2_engines, "23")
lesson.claim(CHAIN, "dW2 = a1 x dz2", np.outer(a1, dz2), dW2_engines, "24",
             remark="The order: with W x it is dz2 a1^T, as large as W2.")  # fmt: skip
lesson.claim(CHAIN, "dW2 = dz2 a1^T", dW2, dW2_engines, "24")
lesson.claim(CHAIN, "a1 x dz2 is the gradient of Keras's kernel",
             np.outer(a1, dz2), gradients(lambda k, w: loss(k, W1, b1, k.ops.transpose(w), b2), W2.T)[1], "24")  # fmt: skip
lesson.claim(CHAIN, "db2 = I x dz2", db2, db2_engines, "25")
lesson.claim(CHAIN, "da1 = W2 x dz2", product(W2, dz2), da1_engines, "26",
             remark="The transpose: da1 = W2^T dz2.")  # fmt: skip
lesson.claim(CHAIN, "da1 = W2^T dz2", da1, da1_engines, "21 26")
lesson.claim(CHAIN, "dz1 = s'(z1) x da1, entry by entry", dz1, dz1_engines, "27")
lesson.claim(CHAIN, "dW1 = x x dz1", np.outer(x, dz1), dW1_engines, "28",
             remark="The order: dW1 = dz1 x^T.")  # fmt: skip
lesson.claim(CHAIN, "dW1 = dz1 x^T", dW1, dW1_engines, "28")
lesson.claim(CHAIN, "db1 = I x dz1", db1, db1_engines, "29")

# %%
leaves = {
    name: ops.Symbol.leaf(name, shape=value.shape)
    for name, value in {"x": x[:, None], "y": y[:, None], "W1": W1, "W2": W2}.items()
}
a1_symbol = ops.sigmoid((leaves["W1"] @ leaves["x"]).named("z1")).named("a1")
a2_symbol = ops.sigmoid((leaves["W2"] @ a1_symbol).named("z2")).named("a2")
L_symbol = (0.5 * ops.sum(ops.square(leaves["y"] - a2_symbol))).named("L")
numbers = dict(zip(leaves.values(), (x[:, None], y[:, None], W1, W2), strict=True))
lesson.show(
    "two-layer-network",
    ops.draw_values(L_symbol, numbers, title="Two layers, forwards and backwards"),
    "The network as a computational graph: values above the edges, gradients below.",
)
lesson.show(
    "two-layer-steps",
    ops.draw_frames(L_symbol, numbers, title="Forward pass, then backward pass"),
    "The same, one operation at a time.",
)

# %% [markdown]
# ### The backprop algorithm
#
# Initialize $\mathbf{W}^{[1]}, \mathbf{W}^{[2]}$; repeat until converge: a forward pass for
# $\mathcal{L}(\mathbf{a}^{[2]}, \mathbf{y})$, a backward pass for
# $\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{[1]}},
# \frac{\partial \mathcal{L}}{\partial \mathbf{W}^{[2]}}$, and
# $$ \mathbf{W}^{[1]} = \mathbf{W}^{[1]} - \alpha \frac{\partial \mathcal{L}}{\partial
#    \mathbf{W}^{[1]}} \tag{30} $$
# $$ \mathbf{W}^{[2]} = \mathbf{W}^{[2]} - \alpha \frac{\partial \mathcal{L}}{\partial
#    \mathbf{W}^{[2]}} \tag{31} $$
# With the printed sign of $\partial \mathcal{L} / \partial \mathbf{a}^{[2]}$ this climbs.


# %%
def backprop(W1, b1, W2, b2, steps, alpha=0.5, sign=1):
    """The algorithm as on the slide; the weights at the end, and the loss before each step."""
    losses = []
    for _ in range(steps):
        z1 = W1 @ x + b1
        a1 = sigmoid(z1)
        a2 = sigmoid(W2 @ a1 + b2)
        losses.append(0.5 * np.sum((y - a2) ** 2))
        dz2 = a2 * (1 - a2) * sign * (a2 - y)
        dz1 = a1 * (1 - a1) * (W2.T @ dz2)
        W1, b1 = W1 - alpha * np.outer(dz1, x), b1 - alpha * dz1  # (30)
        W2, b2 = W2 - alpha * np.outer(dz2, a1), b2 - alpha * dz2  # (31)
    return np.concatenate([W1.ravel(), W2.ravel()]), np.array(losses)


STEPS = 120


def backprop_by(keras):
    """The weights after the lecture's steps and the losses before them, by Keras."""
    model = network(keras)
    losses = [float(model.train_on_batch(x[None], y[None])) for _ in range(STEPS)]
    W1, _, W2, _ = model.get_weights()
    return np.concatenate([W1.T.ravel(), W2.T.ravel()]), np.array(losses)


weights, losses = backprop(W1, b1, W2, b2, STEPS)
wrong_way = backprop(W1, b1, W2, b2, STEPS, sign=-1)[1]
trained = both(backprop_by)
lesson.claim(
    "Backprop Algorithm", f"W1 and W2 after {STEPS} steps", weights,
    trained.map(lambda result: result[0]), "30 31", bound=trajectory(STEPS),
)  # fmt: skip
lesson.claim(
    "Backprop Algorithm",
    "with dL/da2 = y - a2 the same steps increase the loss", True,
    trained.map(lambda result: wrong_way[-1] > wrong_way[0] and result[1][-1] < result[1][0]),
)  # fmt: skip
lesson.show(
    "backprop",
    plots.curves(
        {"dL/da2 = a2 - y": trained.map(lambda result: result[1]), "as printed, y - a2": wrong_way},
        title="The sign decides", xlabel="step", ylabel="loss",
    ),
    "Gradient descent on one instance, with the right and with the printed sign.",
)  # fmt: skip
new = [
    (leaves[n] - ops.multiply(0.5, g)).named(f"new {n}")
    for n, g in zip(("W1", "W2"), ops.gradient(L_symbol, [leaves["W1"], leaves["W2"]]), strict=True)
]
lesson.show(
    "training-graph",
    ops.draw_svg([L_symbol, *new], title="Computational graph for training"),
    "The last picture of the lecture: loss (blue), gradients and updates (orange) are one graph.",
)

# %% [markdown]
# ## A playground
#
# The slides point to the TensorFlow Playground. Its circle, here: two inputs, eight tanh units,
# one sigmoid; both libraries from one seed.

# %%
reach = 3.0
radius = np.where(np.arange(300) % 2, draw.uniform(0, 1.1, 300), draw.uniform(1.7, 2.7, 300))
angle = draw.uniform(0, 2 * np.pi, 300)
points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
inside = (np.arange(300) % 2).astype(float)
grid = np.stack(np.meshgrid(*[np.linspace(-reach, reach, 60)] * 2), axis=-1).reshape(-1, 2)


def playground(keras):
    """Accuracy on the points, and probabilities over the grid."""
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input(shape=(2,)),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(0.5))
    model.fit(points, inside, epochs=25, batch_size=10, verbose=0)
    answers = model.predict(points, verbose=0, batch_size=300)[:, 0] > 0.5
    return np.mean(answers == inside), model.predict(grid, verbose=0, batch_size=3600).reshape(
        60, 60
    )


played = both(playground)
lesson.claim(
    "TensorFlow Playground", "eight hidden units separate the circle", 1.0,
    played.map(lambda result: result[0]),
)  # fmt: skip
lesson.show(
    "playground",
    plots.regions(played.map(lambda result: result[1]).by_name(), points, inside, reach),
    "What the network answers over the plane, and the points it learned from.",
)

# %% [markdown]
# ## TensorFlow and Keras
#
# The slides' session shows `tf.__version__` `'2.0.0'` and `keras.__version__` `'2.2.4-tf'`, and
# says that Keras is under the MIT licence. Both have moved on. (What runs where, who uses it and
# how it grows are statements about the world; they are not tested here. Keras's TensorBoard
# callback is in `scratch.callbacks` too.)

# %%
ABOUT = (
    ("Getting started on Tensorflow and Keras", "tf.__version__ is '2.0.0'", "2.0.0",
     ("tensorflow", "Version"),
     "The lecture is from TensorFlow 2.0's time. Its listing runs unchanged, see below."),
    ("Getting started on Tensorflow and Keras", "keras.__version__ is '2.2.4-tf'", "2.2.4-tf",
     ("keras", "Version"), "Keras 3 is a package of its own."),
    ("Keras key features", "distributed under the MIT license", "MIT",
     ("keras", "License"), "Since it moved into TensorFlow: Apache 2.0, as permissive."),
)  # fmt: skip
if "tf.keras" in ENGINES:
    for slide, says, printed, (package, field), remark in ABOUT:
        today = importlib.metadata.metadata(package)[field]
        lesson.claim(slide, says, printed, both(lambda keras, today=today: today), remark=remark)

# %% [markdown]
# ## The listing, and what one run proves
#
# `Flatten`, 300 and 100 ReLU units, softmax over 10; 30 epochs of SGD. The lecture's run ends with
# `loss: 0.3340 - accuracy: 0.8851`, `[0.3339798209667206, 0.8851]`. It is one draw: the seed
# decides about the second digit. `recorded_runs.json` holds the same 30 epochs from many seeds, in
# both libraries (`python -m examples.lectures.recorded_runs`). Here the first hundred
# steps of seed 1 are made once more, in both, and compared with the record.
#
# The data are Fashion-MNIST's, "more challenging than MNIST", which is not among our data: that one
# statement is not tested.

# %%
images = fashion_mnist.data()
lesson.claim(
    "Fashion MNIST Dataset", "70,000 images of 28 x 28 pixels, 10 classes",
    np.array([70_000, 28, 28, 10]),
    both(lambda keras: np.array([sum(map(len, images[:6:2])), *images.x_train.shape[1:], len(set(images.y_train))])),
)  # fmt: skip
CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]  # fmt: skip
lesson.show(
    "fashion-mnist",
    plots.pictures(images.x_train[:16], [CLASSES[label] for label in images.y_train[:16]]),
    f"{images.name}: the first training images.",
)
runs = Both(*map(recorded_runs.recorded, ENGINES))
if images.name == runs.scratch[0]["data"]:
    with in_precision("float32"):
        again = both(lambda keras: recorded_runs.first_steps(keras, seed=1))
    lesson.claim(
        "Code Sample", "the loss of the first hundred steps of seed 1, as recorded",
        runs.scratch[0]["first steps"], again,
        bound=trajectory(recorded_runs.STEPS, precision="float32"),
    )  # fmt: skip

# %%
PRINTED = {"loss": 0.3339798209667206, "accuracy": 0.8851}
figure, axes = plots.figure(2)
for ax, (quantity, value) in zip(axes.flat, PRINTED.items(), strict=True):
    ends = runs.map(lambda found, quantity=quantity: np.array([run[quantity] for run in found]))
    spread = np.std(np.concatenate([*ends]), ddof=1)
    lesson.claim(
        "Code Sample",
        f"test {quantity} after 30 epochs: one draw from the seeds' distribution (mean shown)",
        value, ends.map(np.mean),
        bound=Bound(3 * spread / value, "three standard deviations over the seeds"),
    )  # fmt: skip
    for row, (library, colour, found) in enumerate(zip(ENGINES, plots.COLOURS, ends, strict=False)):  # fmt: skip
        ax.plot(found, np.full(len(found), 1 - row), "o", color=colour, alpha=0.7)
        ax.plot(np.mean(found), 1 - row, "|", color=colour, markersize=34, markeredgewidth=2)
        print(f"{library:9} test {quantity}: {np.mean(found):.4f}, standard deviation {np.std(found, ddof=1):.4f}, {len(found)} seeds")  # fmt: skip
    ax.axvline(value, color="#52525b", linestyle="--", label=f"the lecture: {value:.4f}")
    ax.set_yticks(range(1, 1 - len(ENGINES), -1), ENGINES)
    ax.locator_params(axis="x", nbins=5)
    ax.set(title=f"Test {quantity}", ylim=(-0.7, 2.0))
    ax.legend(loc="upper center")
lesson.show(
    "seeds", figure, "30 epochs of the listing: one point for each seed, a bar for the mean."
)


def per_image(keras):
    """Microseconds that `evaluate` takes for one of 10,000 images."""
    with in_precision("float32"):
        model = fashion_mnist.build(keras)
        model.compile(**fashion_mnist.compile_settings(keras))
        model.evaluate(images.x_test[:64], images.y_test[:64], verbose=0)
        start = time.perf_counter()
        model.evaluate(images.x_test, images.y_test, verbose=0)
        return 1e6 * (time.perf_counter() - start) / len(images.x_test)


microseconds = both(per_image)
print(f"evaluate, microseconds for an image: {microseconds:.0f}; 29 on the slide")
lesson.claim(
    "Code Sample", "784-300-100-10 has 266,610 parameters",
    (784 * 300 + 300) + (300 * 100 + 100) + (100 * 10 + 10),
    both(lambda keras: fashion_mnist.build(keras).count_params()),
)  # fmt: skip

# %% [markdown]
# ## Bonus: the chain rule of calculus
#
# With $y = g(x)$ and $z = f(y) = f(g(x))$:
# $$ \frac{dz}{dx} = \frac{dz}{dy} \frac{dy}{dx} \tag{32} $$
# With $\mathbf{x} \in \mathbb{R}^m$, $\mathbf{y} \in \mathbb{R}^n$, $\mathbf{y} = g(\mathbf{x})$
# and $z = f(\mathbf{y})$:
# $$ \frac{\partial z}{\partial x_i} = \sum_j \frac{\partial z}{\partial y_j}
#    \frac{\partial y_j}{\partial x_i} \tag{33} $$
# and in vectors
# $$ \nabla_{\mathbf{x}} z = \frac{\partial \mathbf{y}}{\partial \mathbf{x}} \times
#    \nabla_{\mathbf{y}} z \tag{34} $$
# "where $\frac{\partial \mathbf{y}}{\partial \mathbf{x}}$ is the $m \times n$ matrix of partial
# derivatives (Jacobian) of g". With that shape the rule is right. But what is called a Jacobian,
# in textbooks and in TensorFlow, is $n \times m$, a row for each output: the rule takes its
# transpose.

# %%
_, dz_dx = gradients(lambda k, x: k.ops.exp(k.ops.square(x)), 0.6)
by_chain = np.exp(0.6**2) * (2 * 0.6)  # (32)
lesson.claim("Review: Chain Rule of Calculus", "dz/dx = dz/dy dy/dx", by_chain, dz_dx, "32")  # fmt: skip
M = draw.normal(size=(2, 3))
x_vector = draw.normal(size=3)


def g(keras, x):
    """A function from three numbers to two: tanh(M x)."""
    return keras.ops.tanh(keras.ops.matmul(M, x))


def f_of(keras, y):
    """A function from two numbers to one: the sum of e^y."""
    return keras.ops.sum(keras.ops.exp(y))


jacobians = jacobian(g, x_vector)
y_vector = np.tanh(M @ x_vector)
_, dz_dy = gradients(f_of, y_vector)
_, nabla = gradients(lambda k, x: f_of(k, g(k, x)), x_vector)
dy_dx = ((1 - y_vector**2)[:, None] * M).T  # m x n: dy_j / dx_i
entries = [sum(np.exp(y_vector[j]) * dy_dx[i, j] for j in range(2)) for i in range(3)]  # (33)
lesson.claim("Review: Chain Rule of Calculus", "sum over j of dz/dy_j dy_j/dx_i", np.array(entries), nabla, "33")  # fmt: skip
lesson.claim(
    "Review: Chain Rule of Calculus", "dy/dx, m x n, times the gradient",
    dy_dx @ np.exp(y_vector), nabla, "34",  # (34)
)  # fmt: skip
lesson.claim(
    "Review: Chain Rule of Calculus", "the Jacobian of g is m x n",
    np.array(dy_dx.shape), jacobians.map(lambda j: np.array(j.shape)),
    remark="The usual Jacobian is n x m, a row for each output; the rule uses its transpose.",
)  # fmt: skip
lesson.claim("Review: Chain Rule of Calculus", "dy/dx is the Jacobian, transposed", dy_dx, jacobians.map(np.transpose))  # fmt: skip

# %% [markdown]
# ## Summary: choose the objective well
#
# "If the objective function doesn't fully correlate with the task at hand, your network will end up
# doing things you may not have wanted." Find the one in twenty that is positive: a network that
# minimizes the plain cross-entropy finds few of them, and is 95 % accurate without any. Weighted by
# class, the objective says what is wanted.

# %%
rare = (np.arange(600) % 20 == 0).astype(float)
feature = draw.normal(size=(600, 1)) + 1.5 * rare[:, None]


def recall(keras, weight):
    """The share of the rare class that is found."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(0.5))
    model.fit(feature, rare, epochs=8, batch_size=30, class_weight={0: 1.0, 1: weight}, verbose=0)
    return np.mean(model.predict(feature, verbose=0)[rare == 1] > 0.5)


plain, weighted = both(lambda keras: recall(keras, 1.0)), both(lambda keras: recall(keras, 19.0))
print(
    f"found: {plain.scratch:.0%} with the plain objective, {weighted.scratch:.0%} with the weighted one"
)
lesson.claim(
    "Summary: Loss functions and optimizers",
    "an objective that does not fit the task gives what was not wanted: it finds fewer", True,
    both(lambda keras, few, many: few < many, plain, weighted),
)  # fmt: skip

# %%
lesson.finish()
