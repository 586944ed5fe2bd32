"""Neural networks, backpropagation, optimizers: from linear regression to Adam.

    python -m examples.lectures.optimizers

With the lecture's homework at the end, and what grades it.
"""

# %% [markdown]
# # Neural networks, backpropagation, optimizers
#
# *Attila Bagoly.* Linear and logistic regression, the $L$-layer network and how its gradient is
# computed, gradient descent in mini-batches, and what makes it faster: momentum, RMSProp, Adam. Each
# of the three in the lecture's form and in Keras's, and how one becomes the other.
#
# In this lecture data are columns: $X$ is $N \times M$, a column for each of $M$ points, and $W$ is
# $K \times N$. Keras has a row for each point: its data are $X^T$, its kernel is $W^T$.

# %%
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from examples.lectures import LECTURES
from examples.lectures.kit import Both, Lesson, both, gradients, jacobian, plots
from keras_models import fashion_mnist
from parity_tests.harness.tolerances import KAPPA, trajectory
from scratch import ops, testing
from scratch.testing.check_anything import member
from scratch.testing.files import load_module

lesson = Lesson("optimizers", LECTURES["optimizers"])
draw = np.random.default_rng(4)
images = fashion_mnist.data()

# %% [markdown]
# ## Notes on the homework
#
# "Numpy functions (like np.square, np.power, np.exp, np.log etc.): element-wise. np.square(A): this
# isn't $A^2$! Matrix multiplication: np.matmul and not `*` (`*`: element-wise multiplication)." The
# same holds in `keras.ops`. (Points, deadlines and `git pull upstream master` are the course's own
# business; its homework is at the end of this lesson, with a grader.)

# %%
A = np.array([[1.0, 2.0], [3.0, 4.0]])
entries = np.array([[[f(a) for a in row] for row in A] for f in (lambda a: a * a, lambda a: a**3, np.exp, np.log)])  # fmt: skip
NOTES = "Homework"
lesson.claim(
    NOTES, "np.square, np.power, np.exp, np.log: element-wise", entries,
    both(lambda keras: np.array([keras.ops.square(A), keras.ops.power(A, 3), keras.ops.exp(A), keras.ops.log(A)])),
)  # fmt: skip
squares = both(lambda keras: np.array([keras.ops.square(A), A * A, keras.ops.matmul(A, A)]))
print(f"square(A) = {squares.scratch[0].tolist()}, A A = {squares.scratch[2].tolist()}")
lesson.claim(
    NOTES, "np.square(A) isn't A^2", True, squares.map(lambda s: not np.allclose(s[0], s[2]))
)
lesson.claim(NOTES, "matrix multiplication is matmul and not *; * is square(A) here", np.array([True, False]),
             squares.map(lambda s: np.array([np.array_equal(s[2], A @ A), np.array_equal(s[1], A @ A)])))  # fmt: skip

# %% [markdown]
# ## From last lecture: linear regression
#
# Given $\{(x^{(1)}, y^{(1)}), \dots, (x^{(M)}, y^{(M)})\}$ with $x \in \mathbb{R}^N$ and
# $y \in \mathbb{R}^K$, wanted is a model $f(x^{(i)})$ close to $y^{(i)}$.
# $$ Z = Wx + b, \quad W \in \mathbb{R}^{K \times N}, \quad b \in \mathbb{R}^{K} \tag{1} $$
# $$ \underset{W,b}{\operatorname{argmin}} \left[\frac{1}{2M} \sum_{i=1}^{M} \|Z^{(i)} -
#    y^{(i)}\|^{2} \right] \tag{2} $$
# $$ \frac{\partial L}{\partial W} = \frac{\partial L}{\partial Z} \cdot \frac{\partial Z}{\partial W}
#    = \frac{1}{M} (Z - Y) \cdot X^{T} \tag{3} $$
# $$ \frac{\partial L}{\partial b} = \frac{\partial L}{\partial Z} \cdot \frac{\partial Z}{\partial b}
#    = \frac{1}{M} \sum_{i=1}^{M} (Z^{(i)} - Y^{(i)}) \tag{4} $$
# Keras's `mse` is the mean over the $M$ points *and* the $K$ outputs, without 1/2: the lecture's loss
# is $K/2$ times Keras's.

# %%
N, K, M = 3, 2, 40
X = draw.normal(size=(N, M))
Y = draw.normal(size=(K, N)) @ X + np.array([[0.5], [-1.0]]) + 0.3 * draw.normal(size=(K, M))
W, b = draw.normal(size=(K, N)), draw.normal(size=(K, 1))
Z = W @ X + b  # (1)
loss = np.sum((Z - Y) ** 2) / (2 * M)  # (2)
dW_linear = (Z - Y) @ X.T / M  # (3)
db_linear = np.sum(Z - Y, axis=1, keepdims=True) / M  # (4)


def linear_loss(keras, W, b):
    """The loss L as a function of W and b."""
    Z = keras.ops.matmul(W, X) + b
    return keras.ops.sum(keras.ops.square(Z - Y)) / (2 * M)


def linear_model(keras, rate=0.1):
    """The linear unit as a Keras model with the lecture's loss; samples are rows, not columns."""
    model = keras.Sequential([keras.Input(shape=(N,)), keras.layers.Dense(K)])
    model.set_weights([W.T, b[:, 0]])

    def half_squares(y, z):
        return 0.5 * keras.ops.sum(keras.ops.square(z - y), axis=-1)

    model.compile(loss=half_squares, optimizer=keras.optimizers.SGD(rate), metrics=["mse"])
    return model


LINEAR = "From last lecture: Linear regression"
evaluated = both(lambda keras: np.array(linear_model(keras).evaluate(X.T, Y.T, verbose=0)))
lesson.claim(
    LINEAR, "L = 1/(2M) times the sum of ||Z - y||^2", loss, evaluated.map(lambda e: e[0]), "1 2"
)
lesson.claim(
    LINEAR, "which is K/2 times Keras's mse", loss, evaluated.map(lambda e: K / 2 * e[1]), "2"
)
_, dW, db = gradients(linear_loss, W, b)
lesson.claim(LINEAR, "dL/dW = 1/M (Z - Y) X^T", dW_linear, dW, "3")
lesson.claim(LINEAR, "dL/db = 1/M times the sum of Z - Y", db_linear, db, "4")

with_one = np.vstack([X, np.ones(M)])
solved = np.linalg.lstsq(with_one.T, Y.T, rcond=None)[0]  # W^T, and b^T beneath it


def fitted(keras):
    """W^T and b^T after 120 steps of gradient descent."""
    model = linear_model(keras, rate=0.5)
    for _ in range(120):
        model.train_on_batch(X.T, Y.T)
    return np.vstack(model.get_weights())


lesson.claim(
    LINEAR, "argmin: with these derivatives gradient descent finds it", solved, both(fitted), "2"
)

# %% [markdown]
# ### Its computational graph
#
# "The evaluation goes from LEFT to RIGHT. Calculating the derivatives also can be expressed as a
# computational graph: from RIGHT to LEFT." One output, two inputs, three points:

# %%
small = {
    "W": np.array([[1.0, -2.0]]), "X": np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]]),
    "b": np.array([[0.5]]), "Y": np.array([[1.0, 0.0, 3.0]]),
}  # fmt: skip
leaf = {name: ops.Symbol.leaf(name, shape=value.shape) for name, value in small.items()}
Z_symbol = (leaf["W"] @ leaf["X"] + leaf["b"]).named("Z")
L_symbol = ((1 / 6) * ops.sum(ops.square(Z_symbol - leaf["Y"]))).named("L")
feeds = {leaf[name]: value for name, value in small.items()}
lesson.show("linear-graph", ops.draw_values(L_symbol, feeds, title="Linear regression, 1/(2M) = 1/6"),
            "Forwards in blue above the edges, backwards in orange below: under W stands (Z - Y) X^T / M.")  # fmt: skip
lesson.show("linear-steps", ops.draw_frames(L_symbol, feeds, title="Linear regression, step by step"),
            "The forward pass from left to right, then the backward pass from right to left.")  # fmt: skip
_, *from_graph = gradients(
    lambda k, W, b: k.ops.sum(k.ops.square(k.ops.matmul(W, small["X"]) + b - small["Y"])) / 6,
    small["W"], small["b"],
)  # fmt: skip
residual = small["W"] @ small["X"] + small["b"] - small["Y"]
lesson.claim("Lin. reg. computational graph: backward pass", "the numbers under W and b in the graph",
             np.append(residual @ small["X"].T / 3, residual.sum() / 3),
             both(lambda keras, *parts: np.concatenate([np.ravel(p) for p in parts]), *from_graph), "3 4")  # fmt: skip

# %% [markdown]
# ## K-class logistic regression
#
# $z = Wx + b \in \mathbb{R}^K$, and the softmax of $z$ as probabilities. As printed:
# $$ y \in \{0, 1, \dots, K\}, \quad P(y|x) = \frac{1}{\sum_{j=0}^{K} e^{z_j}} \begin{bmatrix} e^{z_0}
#    \\ \vdots \\ e^{z_K} \end{bmatrix} \tag{5} $$
# $$ \underset{W,b}{\operatorname{argmin}} \left[-\frac{1}{2m} \sum_{i=1}^{m} \sum_{k=0}^{K}
#    y^{(i)}_{k} \log P(y|x^{(i)})_{k} \right] \tag{6} $$
# Two things need care. From 0 to $K$ there are $K + 1$ numbers, and $z \in \mathbb{R}^K$ has no
# $z_K$: the sums end at $K - 1$, and so do the labels. And the $\frac{1}{2m}$ comes from the square
# loss, where the 2 cancels that of the square. Here nothing cancels it, and the slide after next says
# $$ \frac{\partial L}{\partial Z} = \frac{\partial L}{\partial P} \cdot \frac{\partial P}{\partial Z}
#    = \frac{1}{M}(P - Y) \tag{7} $$
# which is the derivative of the cost with $\frac{1}{m}$ (the number of points is called $M$ here, $m$
# there; in our copy of the slide the minus sign is lost). What is meant, and what Keras's `categorical_crossentropy` is:
# $$ P(y|x)_k = \frac{e^{z_k}}{\sum_{j=0}^{K-1} e^{z_j}} \tag{8} $$
# $$ L = -\frac{1}{m} \sum_{i=1}^{m} \sum_{k=0}^{K-1} y^{(i)}_{k} \log P(y|x^{(i)})_{k} \tag{9} $$

# %%
K, M = 3, 12
X = draw.normal(size=(N, M))
labels = draw.permutation(np.arange(M) % K)
Y = np.eye(K)[:, labels]
W, b = draw.normal(size=(K, N)), draw.normal(size=(K, 1))
Z = W @ X + b


def softmax_as_printed(z):
    """Softmax with the sum from 0 to K, or why there is none."""
    try:
        powers = [np.exp(z[j]) for j in range(K + 1)]  # (5)
    except IndexError:
        return f"no entry z_{K} in the {len(z)} of z"
    return np.array(powers) / sum(powers)


def softmax(Z):
    """Softmax of each column."""
    return np.exp(Z) / np.exp(Z).sum(axis=0)  # (8)


P = softmax(Z)
cost_as_printed = -np.sum(Y * np.log(P)) / (2 * M)  # (6)
cost = -np.sum(Y * np.log(P)) / M  # (9)
dL_dZ = (P - Y) / M  # (7)

LOGISTIC = "K-class logistic regression"
keras_softmax = both(lambda keras: np.transpose(keras.ops.softmax(Z.T)))
keras_cost = both(lambda keras: keras.losses.CategoricalCrossentropy()(Y.T, P.T))
classes = both(lambda keras: keras.utils.to_categorical(labels).shape[1])
lesson.claim(LOGISTIC, "labels from 0 to K: that many classes", K + 1, classes, "5",
             remark="From 0 to K - 1: z and P have K entries.")  # fmt: skip
lesson.claim(LOGISTIC, "softmax with the sum from 0 to K", softmax_as_printed(Z[:, 0]),
             keras_softmax.map(lambda p: p[:, 0]), "5", remark="The sum ends at K - 1.")  # fmt: skip
lesson.claim(LOGISTIC, "softmax with the sum from 0 to K - 1", P, keras_softmax, "8")
lesson.claim(LOGISTIC, "P(y|x)_k is a probability: from 0 to 1, and the sum over the classes is 1",
             np.append(np.ones(M), True),
             keras_softmax.map(lambda p: np.append(p.sum(axis=0), np.all((p > 0) & (p < 1)))))  # fmt: skip
lesson.claim(LOGISTIC, "the cost with 1/(2m)", cost_as_printed, keras_cost, "6",
             remark="1/m: the 2 belongs to the square loss, where it cancels.")  # fmt: skip
lesson.claim(LOGISTIC, "the cost with 1/m", cost, keras_cost, "9")


def logistic_cost(keras, Z, divisor=M):
    """The cross-entropy of the columns, by Keras's own loss of scores."""
    columns = keras.ops.transpose(Z)
    each = keras.losses.categorical_crossentropy(Y.T, columns, from_logits=True)
    return keras.ops.sum(each) / divisor


BACKWARD = "Computational graph of log. reg.: backward step"
dZ_printed_cost = gradients(lambda keras, Z: logistic_cost(keras, Z, 2 * M), Z)[1]
dZ = gradients(logistic_cost, Z)[1]
lesson.claim(BACKWARD, "dL/dZ = 1/M (P - Y), for the cost with 1/(2m)", dL_dZ, dZ_printed_cost, "6 7",
             remark="That cost has 1/(2M) (P - Y): the slide's derivative belongs to 1/m.")  # fmt: skip
lesson.claim(BACKWARD, "dL/dZ = 1/M (P - Y), for the cost with 1/m", dL_dZ, dZ, "7 9")

# %% [markdown]
# "Same way as with linear regression, to calculate the derivatives we use the chain rule":
# $$ \frac{\partial L}{\partial W} = \frac{\partial L}{\partial P} \cdot \frac{\partial P}{\partial Z}
#    \cdot \frac{\partial Z}{\partial W} \tag{10} $$
# $$ \frac{\partial L}{\partial b} = \frac{\partial L}{\partial P} \cdot \frac{\partial P}{\partial Z}
#    \cdot \frac{\partial Z}{\partial b} \tag{11} $$
# Factor by factor, for one point: $\partial L / \partial P_k = -y_k / (M P_k)$, and
# $\partial P_k / \partial z_j = P_k (\delta_{kj} - P_j)$. All of it together is (7), times $X^T$.

# %%
dL_dP = -Y / (M * P)
dP_dZ = [np.diag(p) - np.outer(p, p) for p in P.T]
by_factors = np.column_stack([dP_dZ[i].T @ dL_dP[:, i] for i in range(M)])
dW_logistic = by_factors @ X.T  # (10)
db_logistic = by_factors.sum(axis=1, keepdims=True)  # (11)
_, dW, db = gradients(lambda keras, W, b: logistic_cost(keras, keras.ops.matmul(W, X) + b), W, b)
softmax_jacobian = jacobian(lambda keras, z: keras.ops.softmax(z), Z[:, 0])
lesson.claim(BACKWARD, "dP/dZ of softmax: P_k (delta_kj - P_j)", dP_dZ[0], softmax_jacobian, "10")
lesson.claim(BACKWARD, "dL/dP times dP/dZ is 1/M (P - Y)", by_factors, dZ, "7")
lesson.claim(BACKWARD, "dL/dW, factor by factor", dW_logistic, dW, "10")
lesson.claim(BACKWARD, "dL/db, factor by factor", db_logistic, db, "11")
lesson.claim(BACKWARD, "dL/dW = dL/dZ X^T", dL_dZ @ X.T, dW, "7 10")

one_x, one_y = np.array([1.0, 2.0]), np.array([0.0, 1.0, 0.0])
one = {
    "W": np.array([[1.0, 0.0], [-1.0, 0.5], [0.5, -0.5]]), "x": one_x, "b": np.array([0.1, 0.2, 0.0]),
    "y": one_y,
}  # fmt: skip
leaf = {name: ops.Symbol.leaf(name, shape=value.shape) for name, value in one.items()}
z_symbol = (leaf["W"] @ leaf["x"] + leaf["b"]).named("z")
P_symbol = ops.softmax(z_symbol).named("P")
cost_symbol = (-1 * ops.sum(leaf["y"] * ops.log(P_symbol))).named("L")
feeds = {leaf[name]: value for name, value in one.items()}
lesson.show("logistic-graph", ops.draw_values(cost_symbol, feeds, title="Logistic regression: one point, three classes"),
            "Under z stands P - y; under W the same times x^T.")  # fmt: skip
lesson.show("logistic-steps", ops.draw_frames(cost_symbol, feeds, title="Logistic regression, step by step"),
            "Forwards from left to right, backwards from right to left.")  # fmt: skip

# %% [markdown]
# ## The L-layer network
#
# $$ z^{[1]} = W^{[1]}x + b^{[1]}, \quad W: n^{[1]} \times N, \quad b: n^{[1]} \times 1 \tag{12} $$
# $$ a^{[1]} = g(z^{[1]}) \tag{13} $$
# $$ z^{[i]} = W^{[i]}a^{[i-1]} + b^{[i]}, \quad W: n^{[i]} \times n^{[i-1]}, \quad b: n^{[i]}
#    \times 1 \tag{14} $$
# $$ z^{[L]} = W^{[L]}a^{[L-1]} + b^{[L]}, \quad W: n^{[L]} \times n^{[L-1]}, \quad b: n^{[L]}
#    \times 1 \tag{15} $$
# $$ y = a^{[L]} = softmax(z^{[L]}) \tag{16} $$
# ($y$ is the label on the earlier slides and the prediction in (16); here the prediction is $P$.) The
# slides give $z^{[1]}$, $z^{[2]}$ and the general $z^{[i]}$.
#
# "We start calculating the derivative at the top of the network. The last unit of the network is a
# K-class logistic regression unit":
# $$ dZ^{[L]} = \frac{1}{M} (P - Y) \tag{17} $$
# "Then a backward pass, simply the chain rule" through a linear unit,
# $$ dW^{[i]} = dZ^{[i]} A^{[i-1]T}, \quad db^{[i]} = \sum_{columns} dZ^{[i]}, \quad
#    dA^{[i-1]} = W^{[i]T} dZ^{[i]} \tag{18} $$
# "then through a nonlinear unit,"
# $$ dZ^{[i]} = dA^{[i]} \circ g'(Z^{[i]}) \tag{19} $$
# "and again a backward step on a linear unit." (The slides have these as pictures; one of the
# nonlinear unit is titled "Linear backward".)


# %%
def relu(Z):
    """g of the hidden layers: max(0, z)."""
    return np.maximum(0, Z)


def forward(X, W, b):
    """All activations, [X, A1, ..., P], and all Z."""
    A, Z = [X], []
    for i in range(len(W)):
        Z.append(W[i] @ A[i] + b[i])  # (12) (14) (15)
        A.append(relu(Z[i]) if i < len(W) - 1 else softmax(Z[i]))  # (13) (16)
    return A, Z


def backward(A, Z, W, Y):
    """The gradients of all W and b, in order."""
    dZ = (A[-1] - Y) / Y.shape[1]  # (17)
    dW, db = [], []
    for i in reversed(range(len(W))):
        dW.insert(0, dZ @ A[i].T)  # (18)
        db.insert(0, dZ.sum(axis=1, keepdims=True))  # (18)
        if i:
            dA = W[i].T @ dZ  # (18)
            dZ = dA * (Z[i - 1] > 0)  # (19)
    return dW, db


SIZES = [4, 6, 5, 3]
M = 20
X = draw.normal(size=(SIZES[0], M))
Y = np.eye(SIZES[-1])[:, np.arange(M) % 3]
shapes = [(out, into) for into, out in itertools.pairwise(SIZES)]
W = [draw.normal(size=shape) for shape in shapes]
b = [0.3 * draw.normal(size=(n, 1)) for n in SIZES[1:]]


def network(keras, optimizer=None):
    """The network as a Keras model, with the lecture's weights, transposed."""
    model = keras.Sequential([keras.Input(shape=(SIZES[0],))])
    for n in SIZES[1:-1]:
        model.add(keras.layers.Dense(n, activation="relu"))
    model.add(keras.layers.Dense(SIZES[-1], activation="softmax"))
    model.set_weights([p for k in range(len(W)) for p in (W[k].T, b[k][:, 0])])
    model.compile(loss="categorical_crossentropy", optimizer=optimizer or keras.optimizers.SGD(0.1))
    return model


def network_cost(keras, *parameters, top=False):
    """The cost of W1, b1, W2, b2, ..., or (`top`) of Z3 alone."""
    A = parameters[0] if top else X
    for i in range(0 if not top else len(W), len(W)):
        A = keras.ops.matmul(parameters[2 * i], A) + parameters[2 * i + 1]
        A = keras.ops.relu(A) if i < len(W) - 1 else A
    each = keras.losses.categorical_crossentropy(Y.T, keras.ops.transpose(A), from_logits=True)
    return keras.ops.mean(each)


def joined(parts):
    """Arrays as one vector; pairs as a pair of vectors."""
    if isinstance(parts[0], Both):
        return both(lambda keras, *arrays: joined(arrays), *parts)
    return np.concatenate([np.ravel(p) for p in parts])


LAYERS = "L-layer neural network"
A, Z = forward(X, W, b)
dW, db = backward(A, Z, W, Y)
_, *found = gradients(network_cost, *[p for pair in zip(W, b, strict=True) for p in pair])
lesson.claim(
    LAYERS, "the shapes of all W and b: n[i] x n[i-1] and n[i] x 1; Keras's kernels transposed",
    np.array([(*w.shape, *c.shape) for w, c in zip(W, b, strict=True)]),
    both(lambda keras: np.array([(*layer.kernel.shape[::-1], *layer.bias.shape, 1) for layer in network(keras).layers])),
    "12 14 15",
)  # fmt: skip
lesson.claim(LAYERS, "y = softmax(z[L]), through three layers", A[-1],
             both(lambda keras: network(keras).predict(X.T, verbose=0).T), "12 13 14 15 16")  # fmt: skip
lesson.claim("We start calculating the derivative at the top", "dZ[L] = 1/M (P - Y)", (A[-1] - Y) / M,
             gradients(lambda keras, Z: network_cost(keras, Z, top=True), Z[-1])[1], "17")  # fmt: skip
lesson.claim("Linear backward", "the gradients of all W", joined(dW), joined(found[::2]), "18 19")
lesson.claim("Linear backward", "the gradients of all b", joined(db), joined(found[1::2]), "18 19")


def top_cost(keras, kernel):
    """A logistic regression on what the layers below make of X."""
    scores = keras.ops.transpose(keras.ops.matmul(kernel, A[-2]) + b[-1])
    return keras.ops.mean(keras.losses.categorical_crossentropy(Y.T, scores, from_logits=True))


lesson.claim(
    "We start calculating the derivative at the top", "the last unit is a logistic regression on a[L-1]",
    dW[-1], gradients(top_cost, W[-1])[1], "17 18",
)  # fmt: skip

parts = {
    "W1": np.array([[1.0, 0.5], [-0.5, 1.0]]), "b1": np.array([0.1, 0.2]),
    "W2": np.array([[1.0, -1.0], [0.5, 1.0]]), "b2": np.zeros(2),
    "x": np.array([1.0, -1.0]), "y": np.array([0.0, 1.0]),
}  # fmt: skip
leaf = {name: ops.Symbol.leaf(name, shape=value.shape) for name, value in parts.items()}
a1_symbol = ops.relu((leaf["W1"] @ leaf["x"] + leaf["b1"]).named("z1")).named("a1")
P_symbol = ops.softmax((leaf["W2"] @ a1_symbol + leaf["b2"]).named("z2")).named("P")
cost_symbol = (-1 * ops.sum(leaf["y"] * ops.log(P_symbol))).named("L")
feeds = {leaf[name]: value for name, value in parts.items()}
lesson.show("network-graph", ops.draw_values(cost_symbol, feeds, title="Two layers, one point"),
            "The whole network as a computational graph, with values and gradients.")  # fmt: skip
lesson.show("network-steps", ops.draw_frames(cost_symbol, feeds, title="Two layers, step by step"),
            "Start at the top, go back through the linear unit, the nonlinear unit, and again a linear unit.")  # fmt: skip

# %% [markdown]
# ## Gradient descent
#
# $\frac{\partial L}{\partial W} = 0, \frac{\partial L}{\partial b} = 0$: "too complicated for neural
# networks. Solution: gradient descent, repeat"
# $$ W = W - \alpha \frac{\partial L}{\partial W}, \quad b = b - \alpha \frac{\partial L}{\partial b}
#    \tag{20} $$

# %%
STEPS = 60


def descend(W, b, alpha=0.05):
    """All W and b after so many steps, and the cost before each."""
    costs = []
    for _ in range(STEPS):
        A, Z = forward(X, W, b)
        costs.append(-np.sum(Y * np.log(A[-1])) / M)
        dW, db = backward(A, Z, W, Y)
        W = [w - alpha * d for w, d in zip(W, dW, strict=True)]  # (20)
        b = [c - alpha * d for c, d in zip(b, db, strict=True)]  # (20)
    return joined([*W, *b]), np.array(costs)


def descended(keras):
    """The steps of `descend` by Keras: weights after them, and the cost before each."""
    model = network(keras, keras.optimizers.SGD(0.05))
    costs = [float(model.train_on_batch(X.T, Y.T)) for _ in range(STEPS)]
    weights = model.get_weights()
    return joined([*(w.T for w in weights[::2]), *weights[1::2]]), np.array(costs)


by_slide, trained = descend(W, b), both(descended)
lesson.claim("Gradient descent", f"W and b after {STEPS} steps", by_slide[0], trained.map(lambda t: t[0]),
             "20", bound=trajectory(STEPS))  # fmt: skip
lesson.claim("Gradient descent", "the loss falls from step to step", True,
             trained.map(lambda t: np.all(np.diff(t[1]) < 0)))  # fmt: skip
lesson.show("gradient-descent",
            plots.curves({"L": trained.map(lambda t: t[1])}, title="Gradient descent", xlabel="step",
                         ylabel="L", ylim=(0, None)),
            "The L-layer network above, on all its points in every step.")  # fmt: skip

# %% [markdown]
# ## Mini-batch gradient descent
#
# Over the whole data the loss and its gradient are slow to compute,
# $$ L \sim \frac{1}{M_{\text{full}}} \sum_{i=1}^{M_{\text{full}}} \dots \tag{21} $$
# so for every iteration a small batch is selected, $M < M_{\text{full}}$, every iteration another:
# $$ L \sim \frac{1}{M} \sum_{i=1}^{M} \dots \tag{22} $$
# "1 epoch: we went through the data one time ($M_{\text{full}} = 100$, $M = 10$, then 1 epoch is 10
# iterations)." To see which points `fit` takes, each point below has a weight of its own (its input
# is a one-hot vector): what has changed after an iteration was in its batch.


# %%
def batches_taken(keras):
    """For each iteration of two epochs, the points in its batch."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input(shape=(100,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.1))
    seen = [model.get_weights()[0]]
    after = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(model.get_weights()[0])
    )
    model.fit(
        np.eye(100), np.full((100, 1), 5.0), batch_size=10, epochs=2, callbacks=[after], verbose=0
    )
    return [np.flatnonzero((now != then)[:, 0]) for then, now in itertools.pairwise(seen)]


MINI = "Mini-batch gradient descent"
taken = both(batches_taken)
print("the first three batches:", *[batch.tolist() for batch in taken.scratch[:3]], sep="\n  ")
lesson.claim(MINI, "M_full = 100, M = 10: two epochs are 20 iterations", 20, taken.map(len))
lesson.claim(MINI, "every iteration a different batch; an epoch goes through the data one time",
             np.array([10] * 20 + [100, 100]),
             taken.map(lambda t: np.array([len(batch) for batch in t]
                                          + [len(set(np.concatenate(t[k : k + 10]))) for k in (0, 10)])))  # fmt: skip
lesson.claim(
    MINI, "every iteration a different batch, in the next epoch too", True,
    taken.map(lambda t: any(set(a) != set(b) for a, b in zip(t[:10], t[10:], strict=True))),
    remark="Seeded, Keras's fit on arrays repeats the first epoch's order in every epoch (quirk K4, "
    "which scratch follows). Without set_random_seed it shuffles anew.",
)  # fmt: skip

# %% [markdown]
# "Shuffle the dataset (it's bad, if only one category is present in the batch)." How bad? 1,000
# garments, 100 of each of the ten classes, in batches of 100: once sorted by class, so that every
# batch holds one, once shuffled; and once as a single batch of all, at one step for each epoch.

# %%
chosen = np.concatenate([np.flatnonzero(images.y_train == k)[:100] for k in range(10)])
garments = images.x_train[chosen].reshape(1000, 784).astype("float64")
kinds = images.y_train[chosen]
held_out = images.x_valid[:1000].reshape(1000, 784).astype("float64"), images.y_valid[:1000]
EPOCHS = 6
orders = [np.random.default_rng(k).permutation(1000) for k in range(EPOCHS)]
PLANS = {  # for each epoch, its batches
    "sorted by class": [np.arange(1000).reshape(10, 100)] * EPOCHS,
    "shuffled": [order.reshape(10, 100) for order in orders],
    "full batch": [np.arange(1000).reshape(1, 1000)] * EPOCHS,
}


def by_plan(keras, plan):
    """The loss before each step on its batch, and after each epoch the accuracy on other images."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.SGD(0.1))
    losses, accuracies = [], []
    for epoch in plan:
        losses += [float(model.train_on_batch(garments[batch], kinds[batch])) for batch in epoch]
        W1, b1, W2, b2 = model.get_weights()
        answers = np.argmax(relu(held_out[0] @ W1 + b1) @ W2 + b2, axis=1)
        accuracies.append(np.mean(answers == held_out[1]))
    return np.array(losses), np.array(accuracies)


planned = {
    name: both(lambda keras, plan=plan: by_plan(keras, plan)) for name, plan in PLANS.items()
}
scores = garments @ draw.normal(0, 0.01, (784, 10))
each = -np.log(softmax(scores.T)[kinds, np.arange(1000)])
full_loss = np.sum(each) / 1000  # (21)
batch_losses = [np.sum(each[batch]) / 100 for batch in PLANS["shuffled"][0]]  # (22)


def losses_of(keras, batches):
    """The loss of each batch, by Keras."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return np.array([loss(kinds[batch], scores[batch]) for batch in batches])


lesson.claim(MINI, "the loss on a mini-batch: the same mean over fewer points", np.array(batch_losses),
             both(lambda keras: losses_of(keras, PLANS["shuffled"][0])), "22")  # fmt: skip
lesson.claim(MINI, "and over an epoch their mean is the full loss", full_loss,
             both(lambda keras: np.mean(losses_of(keras, PLANS["shuffled"][0]))), "21 22")  # fmt: skip
print({name: pair.scratch[1].round(3).tolist() for name, pair in planned.items()})
lesson.claim(MINI, "it's bad if only one category is present in the batch: shuffled is better by 30 % and more",
             True, both(lambda keras, bad, good: good[1][-1] > bad[1][-1] + 0.3,
                        planned["sorted by class"], planned["shuffled"]))  # fmt: skip
lesson.claim(MINI, "mini-batches reach in an epoch what the full batch does not reach in six", True,
             both(lambda keras, full, mini: mini[1][0] > full[1][-1], planned["full batch"], planned["shuffled"]))  # fmt: skip
figure, ((left, right),) = plots.figure(2)
plots.curves({name: planned[name].map(lambda p: p[0]) for name in ("sorted by class", "shuffled")}, axes=left,
             title="Loss of each batch", xlabel="iteration", ylabel="loss before the step")  # fmt: skip
plots.curves({name: pair.map(lambda p: p[1]) for name, pair in planned.items()}, axes=right,
             x=range(1, EPOCHS + 1), title="Accuracy on other images", xlabel="epoch", ylabel="accuracy",
             ylim=(0, 0.8), xlim=(0.8, 9.2), xticks=range(1, 7))  # fmt: skip
lesson.show("mini-batches", figure,
            "Sorted, each batch teaches its one class and unteaches the one before. Shuffled, all learn together.")  # fmt: skip

# %% [markdown]
# ## Exponentially weighted averages
#
# The lecture's notebook of this name is not in the slides; the formula comes with momentum. Of values
# $\theta_1, \theta_2, \dots$ the average is
# $$ V_t = \beta V_{t-1} + (1 - \beta) \theta_t, \quad V_0 = 0 \tag{23} $$
# It begins at 0 and is too small at first: a value that came $k$ steps ago has the weight
# $(1 - \beta) \beta^k$, and the weights of the first $t$ values add up to $1 - \beta^t$. Divided by
# that, the bias is gone:
# $$ V_t^{\text{corrected}} = \frac{V_t}{1 - \beta^t} \tag{24} $$
# Keras has such averages in several places: in momentum and Adam, and openly as `moving_mean` of
# `BatchNormalization`, which starts at 0 and is not corrected.

# %%
days = np.arange(1, 101)
theta = 1 + np.sin(days / 12) + 0.4 * draw.normal(size=100)


def average(values, beta):
    """V_t for each t, and corrected."""
    V, found = 0.0, []
    for t, value in enumerate(values, start=1):
        V = beta * V + (1 - beta) * value  # (23)
        found.append([V, V / (1 - beta**t)])  # (24)
    return np.array(found).T


def moving_mean(keras, values, beta):
    """The same average, by a layer that keeps it."""
    layer = keras.layers.BatchNormalization(momentum=beta, center=False, scale=False)
    found = []
    for value in values:
        layer(keras.ops.convert_to_tensor([[value]], dtype="float64"), training=True)
        found.append(np.array(layer.moving_mean)[0])
    return np.array(found)


AVERAGES = "Exponentially weighted averages"
BETAS = (0.5, 0.9, 0.98)
smooth = {beta: average(theta, beta) for beta in BETAS}
kept = both(lambda keras: moving_mean(keras, theta, 0.9))
lesson.claim(AVERAGES, "V = beta V + (1 - beta) theta: Keras's moving mean", smooth[0.9][0], kept, "23",
             bound=trajectory(100))  # fmt: skip
steady = both(lambda keras: moving_mean(keras, np.full(8, 3.0), 0.9) / (1 - 0.9 ** np.arange(1, 9)))
lesson.claim(AVERAGES, "corrected, the average of equal values is that value from the first step on",
             average(np.full(8, 3.0), 0.9)[1], steady, "24")  # fmt: skip


def steps_averaged(keras, beta):
    """All weights of the average, in units of the newest value's."""
    weights = (1 - beta) * keras.ops.power(beta, np.arange(30_000.0))
    return keras.ops.sum(weights) / weights[0]


for name, beta, steps in (("beta_1", 0.9, 10), ("beta_2", 0.999, 1000)):
    lesson.claim("Adam", f"{name} = {beta}: about a {steps} step average", steps,
                 both(lambda keras, beta=beta: steps_averaged(keras, beta)), decimals=0)  # fmt: skip
figure, ((left, right),) = plots.figure(2)
for ax, row, title in ((left, 0, "Uncorrected"), (right, 1, "Corrected by $1 - \\beta^t$")):
    ax.plot(days, theta, ".", color="#a1a1aa", label=r"$\theta$")
    for beta, colour in zip(BETAS, plots.COLOURS, strict=False):
        ax.plot(days, smooth[beta][row], color=colour, label=rf"$\beta$ = {beta}")
    ax.set(title=title, xlabel="t", xlim=(-3, 138), xticks=range(0, 101, 20))
    ax.legend(loc="upper right")
plots.line(left, kept, x=days, label=None, color=plots.COLOURS[1])
lesson.show("weighted-averages", figure,
            "Larger beta: smoother and later. Broad on the left: Keras's moving mean, for 0.9.")  # fmt: skip

# %% [markdown]
# ## Gradient descent's problem: an asymmetric potential
#
# A narrow valley, $L = \frac{1}{2} (x^2 + 50 y^2)$: gradient descent oscillates across it, in $y$, and
# hardly moves along it, in $x$. "Higher learning rate? Too big amplitude and diverge." It is the loss
# of a linear unit on two points, $(1, 0)$ and $(0, \sqrt{50})$, with the labels 0: such valleys come from
# inputs of different scale.

# %%
STIFF = 50.0
POINTS, ZEROS = np.array([[1.0, 0.0], [0.0, np.sqrt(STIFF)]]), np.zeros((2, 1))
START = np.array([-4.0, 0.5])


def potential(x, y):
    """The potential of the valley, steep in y."""
    return 0.5 * (x**2 + STIFF * y**2)


def slope(w):
    """The gradient of the potential."""
    return np.array([w[0], STIFF * w[1]])


def valley(keras, optimizer):
    """A linear unit whose loss is the potential."""
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([START[:, None]])
    model.compile(loss="mse", optimizer=optimizer)
    return model


def path(keras, optimizer, steps=40):
    """The weights before and after each step of a Keras optimizer."""
    model = valley(keras, optimizer)
    route = [START]
    for _ in range(steps):
        model.train_on_batch(POINTS, ZEROS)
        route.append(model.get_weights()[0][:, 0])
    return np.array(route)


def walk(rule, steps=40):
    """The path by a rule `(gradient, memory, t) -> step` in the lecture's form."""
    w, memory, route = START, {}, [START]
    for t in range(1, steps + 1):
        w = w - rule(slope(w), memory, t)
        route.append(w)
    return np.array(route)


GD_RATE, TOO_HIGH = 0.038, 0.042
paths = {"gradient descent": both(lambda keras: path(keras, keras.optimizers.SGD(GD_RATE)))}
high = both(lambda keras: path(keras, keras.optimizers.SGD(TOO_HIGH)))
PROBLEM = "Gradient descent problems: assymmetric potential"
lesson.claim(PROBLEM, "40 steps of gradient descent", walk(lambda g, memory, t: GD_RATE * g),
             paths["gradient descent"], "20", bound=trajectory(40))  # fmt: skip
lesson.claim("Momentum gradient descent", "oscillation in y: its sign changes in every step, x creeps", True,
             paths["gradient descent"].map(lambda p: np.all(p[1:, 1] * p[:-1, 1] < 0) and np.all(np.diff(p[:, 0]) > 0)))  # fmt: skip
alternating = paths["gradient descent"].map(
    lambda p: np.array(
        [average(slopes, 0.875)[0][-1] / slopes[-1] for slopes in (p[:20] * [1, STIFF]).T]
    )
)
print(
    f"average of the derivatives, in units of the last: {alternating.scratch.round(2)} in x and y"
)
lesson.claim("Momentum gradient descent", "oscillation in y averages out (+, - changes), and what goes along x stays",
             np.array([True, True]), alternating.map(lambda a: np.array([a[0] > 0.8, abs(a[1]) < 0.2])), "23")  # fmt: skip
lesson.claim("Momentum gradient descent", "a higher learning rate: too big an amplitude, and it diverges", True,
             high.map(lambda p: abs(p[-1, 1]) > 10 * abs(p[0, 1])))  # fmt: skip

# %% [markdown]
# ## Momentum
#
# "We want: slow learning in vertical direction and fast learning in x direction." So the derivatives
# are replaced by their exponentially weighted averages. "Oscillation in y direction: averages out."
# $$ V_{dW} = \beta V_{dW} + (1-\beta) \frac{\partial L}{\partial W}, \quad
#    W = W - \alpha V_{dW} \tag{25} $$
# and the same with $b$. Keras's `SGD` adds up instead of averaging, and the learning rate is inside:
# $$ m = \mu m - lr \frac{\partial L}{\partial W}, \quad W = W + m \tag{26} $$
# With $m = -\alpha V_{dW}$, (25) is (26) for
# $$ \mu = \beta, \quad lr = \alpha (1 - \beta). \tag{27} $$
# With the same number as the learning rate, Keras's steps are $1 / (1 - \beta)$ times as long. And
# where $\alpha$ changes on the way, the two part: the lecture's $\alpha$ multiplies the whole average,
# Keras's only what is new, and the old steps in $m$ keep their length. They agree again if $m$ is
# multiplied by the ratio of the new rate to the old.
#
# All this is tested on gradients of all sizes, one random vector for each of 50 steps. The unit
# below has its own output as its loss, so that the gradient of its weights is its input. (The betas
# are 7/8 and 1023/1024: Keras rounds a 0.9 to float32 on its way, see quirk K1, these stay exact.)

# %%
BETA_1, BETA_2, ALPHA, EPSILON = 0.875, 1 - 2.0**-10, 0.05, 1e-8
RUN = 50
scales = 10.0 ** np.arange(-5, 3)
many_gradients = draw.normal(size=(RUN, 8)) * scales
many_weights = draw.normal(size=8)
HALVED = RUN // 2  # after this step the learning rate is halved, where it is


def fed(keras, optimizer, before_step=None, gradients_fed=None):
    """Weights after each step, for given gradients.

    Args:
        keras: the library.
        optimizer: of the library.
        before_step: called with the compiled model and the number of the step, 1, 2, ...
        gradients_fed: default: `many_gradients`.
    """
    rows = many_gradients if gradients_fed is None else gradients_fed
    model = keras.Sequential(
        [keras.Input(shape=rows.shape[1:]), keras.layers.Dense(1, use_bias=False)]
    )
    model.set_weights([many_weights[: rows.shape[1], None]])
    model.compile(loss=lambda _, output: keras.ops.mean(output, axis=-1), optimizer=optimizer)
    optimizer.build(model.trainable_variables)
    found = []
    for t, g in enumerate(rows, start=1):
        if before_step:
            before_step(model, t)
        model.train_on_batch(g[None], np.zeros((1, 1)))
        found.append(model.get_weights()[0][:, 0])
    return np.array(found)


def by_rule(rule, rows=many_gradients):
    """The weights after each step by a rule `(gradient, memory, t) -> step`."""
    w, memory, found = many_weights[: rows.shape[1]], {}, []
    for t, g in enumerate(rows, start=1):
        w = w - rule(g, memory, t)
        found.append(w)
    return np.array(found)


def momentum(g, memory, t, alpha=ALPHA, beta=BETA_1):
    """The step of (25)."""
    memory["V"] = beta * memory.get("V", 0.0) + (1 - beta) * g  # (25)
    return alpha * memory["V"]  # (25)


MU, LR = BETA_1, ALPHA * (1 - BETA_1)  # (27)


def keras_momentum(g, memory, t):
    """The step of (26)."""
    memory["m"] = MU * memory.get("m", 0.0) - LR * g  # (26)
    return -memory["m"]  # (26)


def slot(model, name):
    """What the optimizer remembers under this name."""
    return next(v for v in model.optimizer.variables if name in v.path)


def halve(model, t, scale_memory=False):
    """Halves Keras's learning rate after step HALVED, and m with it if `scale_memory`."""
    if t == HALVED + 1:
        model.optimizer.learning_rate = model.optimizer.learning_rate.numpy() / 2
        if scale_memory:
            m = slot(model, "momentum")
            m.assign(0.5 * np.array(m))


def halved(g, memory, t):
    """The lecture's momentum with alpha halved after step HALVED."""
    return momentum(g, memory, t, alpha=ALPHA / 2 if t > HALVED else ALPHA)


def sgd(keras, rate):
    """Keras's SGD with momentum."""
    return keras.optimizers.SGD(rate, momentum=MU)


MOMENTUM = "Momentum gradient descent"
sgd_bound = trajectory(RUN, 1 / (1 - BETA_1))
mapped = both(lambda keras: fed(keras, sgd(keras, LR)))
lesson.claim(MOMENTUM, "V = beta V + (1 - beta) dL/dW, W = W - alpha V: Keras's SGD(alpha, momentum=beta)",
             by_rule(momentum), both(lambda keras: fed(keras, sgd(keras, ALPHA))), "25 26", bound=sgd_bound,
             remark="Keras's learning rate must be alpha (1 - beta): it adds up, the lecture averages.")  # fmt: skip
lesson.claim(MOMENTUM, "Keras's SGD(alpha (1 - beta), momentum=beta)", by_rule(momentum), mapped, "25 27",
             bound=sgd_bound)  # fmt: skip
lesson.claim(MOMENTUM, "m = mu m - lr dL/dW, W = W + m, which is Keras's form", by_rule(keras_momentum),
             mapped, "26 27", bound=sgd_bound)  # fmt: skip
lesson.claim(
    MOMENTUM, "the same with alpha, and lr, halved on the way", by_rule(halved),
    both(lambda keras: fed(keras, sgd(keras, LR), halve)), "25 27", bound=sgd_bound,
    remark="Steps already in Keras's m keep the old rate; the lecture's alpha multiplies all of V.",
)  # fmt: skip
lesson.claim(
    MOMENTUM, "the same with alpha, lr and m halved on the way", by_rule(halved),
    both(lambda keras: fed(keras, sgd(keras, LR), lambda model, t: halve(model, t, True))),
    "25 27", bound=sgd_bound,
)  # fmt: skip

M_RATE = 0.1
paths["momentum"] = both(lambda keras: path(keras, sgd(keras, M_RATE * (1 - BETA_1))))
lesson.claim(
    MOMENTUM, "40 steps of momentum in the valley",
    walk(lambda g, memory, t: momentum(g, memory, t, alpha=M_RATE)), paths["momentum"], "25 27",
    bound=trajectory(40, 1 / (1 - BETA_1)),
)  # fmt: skip

# %% [markdown]
# ## RMSProp
#
# "Other algorithm to achieve slower learning in y direction, and faster learning in x direction":
# $$ S_{dW} = \beta S_{dW} + (1 - \beta) \left(\frac{\partial L}{\partial W}\right)^{2}, \quad
#    W = W - \alpha \frac{1}{\sqrt{S_{dW}}} \left(\frac{\partial L}{\partial W}\right) \tag{28} $$
# and the same with $b$. Keras has an $\varepsilon = 10^{-7}$ under the root, as `epsilon`:
# $$ W = W - lr \frac{1}{\sqrt{S_{dW} + \varepsilon}} \left(\frac{\partial L}{\partial W}\right)
#    \tag{29} $$
# So (28) is Keras's `RMSprop(alpha, rho=beta, epsilon=0)`. Without an epsilon, a weight whose gradient
# has always been 0 gets $0 / 0$, which is why it is there. "In y direction: relatively large
# derivative, dividing the learning rate with a larger number. In x direction: bigger learning rate. You
# can use a higher learning rate."

# %%


def rmsprop(g, memory, t, alpha=ALPHA, beta=BETA_1, epsilon=0.0):
    """The step of (28); with an epsilon that of (29)."""
    memory["S"] = beta * memory.get("S", 0.0) + (1 - beta) * g**2  # (28)
    if not epsilon:
        return alpha * 1 / np.sqrt(memory["S"]) * g  # (28)
    return alpha * 1 / np.sqrt(memory["S"] + epsilon) * g  # (29)


RMS = "RMSProp"
rms_bound = trajectory(RUN, KAPPA["rmsprop"])
lesson.claim(RMS, "S = beta S + (1 - beta) (dL/dW)^2, W = W - alpha / sqrt(S) dL/dW: Keras's with epsilon=0",
             by_rule(rmsprop), both(lambda keras: fed(keras, keras.optimizers.RMSprop(ALPHA, BETA_1, epsilon=0.0))),
             "28", bound=rms_bound)  # fmt: skip
by_default = both(lambda keras: fed(keras, keras.optimizers.RMSprop(ALPHA, BETA_1)))
lesson.claim(RMS, "the same without naming epsilon, which is 1e-7 then", by_rule(rmsprop), by_default, "28",
             bound=rms_bound,
             remark="Gradients below sqrt(1e-7) = 3e-4 make shorter steps than in the lecture's form.")  # fmt: skip
lesson.claim(RMS, "with epsilon = 1e-7 under the root it is Keras's as it comes",
             by_rule(lambda g, memory, t: rmsprop(g, memory, t, epsilon=1e-7)), by_default, "29",
             bound=rms_bound)  # fmt: skip
with np.errstate(divide="ignore", invalid="ignore"):
    nothing = by_rule(rmsprop, np.zeros((1, 2)))
    lesson.claim(RMS, "a gradient that is 0 from the start: 0 / 0", nothing,
                 both(lambda keras: fed(keras, keras.optimizers.RMSprop(ALPHA, BETA_1, epsilon=0.0), gradients_fed=np.zeros((1, 2)))),
                 "28")  # fmt: skip

R_RATE = 0.15
paths["RMSProp"] = both(
    lambda keras: path(keras, keras.optimizers.RMSprop(R_RATE, BETA_1, epsilon=0.0))
)
lesson.claim(RMS, "40 steps of RMSProp in the valley", walk(lambda g, memory, t: rmsprop(g, memory, t, R_RATE)),
             paths["RMSProp"], "28", bound=trajectory(40, KAPPA["rmsprop"]))  # fmt: skip


def rates_in_valley(keras):
    """The learning rates alpha / sqrt(S) in x and y after ten steps."""
    model = valley(keras, keras.optimizers.RMSprop(R_RATE, BETA_1, epsilon=0.0))
    for _ in range(10):
        model.train_on_batch(POINTS, ZEROS)
    return R_RATE / np.sqrt(np.array(slot(model, "velocity"))[:, 0])


rates = both(rates_in_valley)
print(f"learning rates after ten steps: {rates.scratch[0]:.3f} in x, {rates.scratch[1]:.3f} in y")
lesson.claim(RMS, "larger derivative, smaller learning rate: it is smaller in y", True,
             rates.map(lambda r: r[1] < r[0]))  # fmt: skip
lesson.claim(RMS, "so that the first step is as long in x as in y: alpha / sqrt(1 - beta)",
             np.full(2, R_RATE / np.sqrt(1 - BETA_1)), paths["RMSProp"].map(lambda p: np.abs(p[1] - p[0])), "28")  # fmt: skip
lesson.claim(RMS, "you can use a higher learning rate: where gradient descent diverges, RMSProp does not", True,
             both(lambda keras, gd, rms: abs(gd[-1, 1]) > 10 * abs(gd[0, 1]) and np.all(potential(*rms.T) <= potential(*START)),
                  high, paths["RMSProp"]))  # fmt: skip

# %% [markdown]
# ## Adam
#
# "Combines the Momentum with RMSProp. In iteration $t$":
# $$ V_{dW} = \beta_1 V_{dW} + (1 - \beta_1) \frac{\partial L}{\partial W}, \quad
#    S_{dW} = \beta_2 S_{dW} + (1 - \beta_2) \left(\frac{\partial L}{\partial W}\right)^2 \tag{30} $$
# $$ V_{dW}^{\text{corrected}} = \frac{V_{dW}}{1 - \beta_1^t}, \quad
#    S_{dW}^{\text{corrected}} = \frac{S_{dW}}{1 - \beta_2^t} \tag{31} $$
# $$ W = W - \alpha \frac{1}{\sqrt{S_{dW}^{\text{corrected}} + \varepsilon}}
#    V_{dW}^{\text{corrected}} \tag{32} $$
# Keras has its $\hat{\varepsilon}$ beside the root, and beside the *uncorrected* one:
# $$ W = W - \alpha \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \cdot
#    \frac{V_{dW}}{\sqrt{S_{dW}} + \hat{\varepsilon}} \tag{33} $$
# For $\varepsilon = \hat{\varepsilon} = 0$ the two are the same. Otherwise they agree where
# $$ \hat{\varepsilon} = \sqrt{1 - \beta_2^t} \left(\sqrt{S_{dW}^{\text{corrected}} + \varepsilon} -
#    \sqrt{S_{dW}^{\text{corrected}}}\right) \tag{34} $$
# which is another number for every weight and every step. So no `epsilon` makes Keras's Adam the
# lecture's. But there is an exact way: $\varepsilon (1 - \beta_2^t)$ is just what the average of a
# constant $\varepsilon$ has become after $t$ steps, and therefore
# $$ S_{dW}^{\text{corrected}} + \varepsilon = \frac{S'_{dW}}{1 - \beta_2^t}, \quad
#    S'_{dW} = \beta_2 S'_{dW} + (1 - \beta_2) \left[\left(\frac{\partial L}{\partial W}\right)^2 +
#    \varepsilon\right]. \tag{35} $$
# The lecture's Adam is Keras's with `epsilon=0`, if every square is larger by $\varepsilon$. In Keras:
# add $(1 - \beta_2) \varepsilon / \beta_2$ to `velocity` before each step.

# %%


def adam(g, memory, t, alpha=ALPHA, beta_1=BETA_1, beta_2=BETA_2, epsilon=EPSILON):
    """The step of (30) to (32)."""
    memory["V"] = beta_1 * memory.get("V", 0.0) + (1 - beta_1) * g  # (30)
    memory["S"] = beta_2 * memory.get("S", 0.0) + (1 - beta_2) * g**2  # (30)
    V_corrected = memory["V"] / (1 - beta_1**t)  # (31)
    S_corrected = memory["S"] / (1 - beta_2**t)  # (31)
    return alpha * 1 / np.sqrt(S_corrected + epsilon) * V_corrected  # (32)


def keras_adam_step(g, memory, t, alpha=ALPHA, epsilon=1e-7):
    """The step of (33)."""
    memory["V"] = BETA_1 * memory.get("V", 0.0) + (1 - BETA_1) * g
    memory["S"] = BETA_2 * memory.get("S", 0.0) + (1 - BETA_2) * g**2
    rate = alpha * np.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    return rate * memory["V"] / (np.sqrt(memory["S"]) + epsilon)  # (33)


def adam_of(keras, epsilon, rate=ALPHA):
    """Keras's Adam with the lecture's betas."""
    return keras.optimizers.Adam(rate, BETA_1, BETA_2, epsilon=epsilon)


def enlarge_squares(model, t):
    """Makes every square larger by EPSILON."""
    S = slot(model, "velocity")
    S.assign(np.array(S) + (1 - BETA_2) * EPSILON / BETA_2)  # (35)


adam_bound = trajectory(RUN, KAPPA["adam"])
lesson.claim("Adam", "Keras's form: epsilon beside the uncorrected root", by_rule(keras_adam_step),
             both(lambda keras: fed(keras, adam_of(keras, 1e-7))), "33", bound=adam_bound)  # fmt: skip
lesson.claim(
    "Adam", "the lecture's form without epsilon: Keras's Adam(epsilon=0)",
    by_rule(lambda g, memory, t: adam(g, memory, t, epsilon=0.0)),
    both(lambda keras: fed(keras, adam_of(keras, 0.0))), "30 31 32", bound=adam_bound,
)  # fmt: skip
lesson.claim(
    "Adam", "epsilon = 1e-8 under the root: Keras's Adam(epsilon=1e-8)", by_rule(adam),
    both(lambda keras: fed(keras, adam_of(keras, EPSILON))), "32 33", bound=adam_bound,
    remark="Under the root, 1e-8 counts as 1e-4 beside it. No constant epsilon makes the two equal.",
)  # fmt: skip
lesson.claim(
    "Adam", "epsilon = 1e-8 under the root: Keras's Adam(epsilon=0) with every square larger by 1e-8",
    by_rule(adam), both(lambda keras: fed(keras, adam_of(keras, 0.0), enlarge_squares)), "35",
    bound=adam_bound,
)  # fmt: skip

tiny = np.array([[1e-4]])  # one weight, one step: here a constant epsilon can do it
epsilon_hat = np.sqrt(1 - BETA_2) * (np.sqrt(tiny**2 + EPSILON) - np.sqrt(tiny**2)).item()  # (34)
lesson.claim(
    "Adam", "for one weight and one step the epsilons translate", by_rule(adam, tiny),
    both(lambda keras: fed(keras, adam_of(keras, epsilon_hat), gradients_fed=tiny)), "34",
)  # fmt: skip
defaults = both(
    lambda keras: [keras.optimizers.Adam().get_config()[k] for k in ("beta_1", "beta_2")]
)
lesson.claim("Adam", "usually beta_1 = 0.9, beta_2 = 0.999: Keras's defaults", np.array([0.9, 0.999]),
             defaults.map(np.array))  # fmt: skip
sizes = 10.0 ** np.arange(-12.0, 1.01, 0.25)[None]
lecture_steps = np.abs(adam(sizes, {}, 1, alpha=1.0))[0]


def first_steps(keras, epsilon, before_step=None):
    """How long Adam's first step is, for gradients of every size."""
    model = keras.Sequential(
        [keras.Input(shape=sizes.shape[1:]), keras.layers.Dense(1, use_bias=False)]
    )
    model.set_weights([np.zeros((sizes.size, 1))])
    optimizer = adam_of(keras, epsilon, rate=1.0)
    model.compile(loss=lambda _, output: keras.ops.mean(output, axis=-1), optimizer=optimizer)
    optimizer.build(model.trainable_variables)
    if before_step:
        before_step(model, 1)
    model.train_on_batch(sizes, np.zeros((1, 1)))
    return -model.get_weights()[0][:, 0]


lengths = {
    "Keras, epsilon = 1e-7": both(lambda keras: first_steps(keras, 1e-7)),
    "Keras, 0, squares + 1e-8": both(lambda keras: first_steps(keras, 0.0, enlarge_squares)),
}
lesson.claim("Adam", "the first step is alpha long, whatever the gradient's size: above 1e-3",
             np.ones(13), both(lambda keras: first_steps(keras, 0.0)[-13:]), "31 32")  # fmt: skip
figure, ((axes,),) = plots.figure(size=(6.6, 4.0))
axes.plot(
    sizes[0],
    lecture_steps,
    "o",
    color="black",
    markersize=3.5,
    label="the lecture, 1e-8 under the root",
    zorder=3,
)
plots.curves(lengths, axes=axes, x=sizes[0], title="Where epsilon stands", xscale="log",
             xlabel="gradient", ylabel=r"first step, in units of $\alpha$", ylim=(-0.05, 1.45))  # fmt: skip
axes.legend(loc="upper left")
lesson.show("epsilon", figure, "The first step of Adam by the size of the gradient (thin scratch, broad tf.keras).")  # fmt: skip

# %% [markdown]
# "So we get an even better algorithm": in the valley, with for each a rate that suits it.

# %%
A_RATE = 0.3
paths["Adam"] = both(lambda keras: path(keras, adam_of(keras, 0.0, A_RATE)))
lesson.claim(
    "Adam", "40 steps of Adam in the valley",
    walk(lambda g, memory, t: adam(g, memory, t, alpha=A_RATE, epsilon=0.0)), paths["Adam"],
    "30 31 32", bound=trajectory(40, KAPPA["adam"]),
)  # fmt: skip
left_to_go = {name: pair.map(lambda p: potential(*p.T)) for name, pair in paths.items()}
print(
    "L after 40 steps:",
    {name: float(f"{pair.scratch[-1]:.2g}") for name, pair in left_to_go.items()},
)
lesson.claim(
    "Adam", "momentum, RMSProp and Adam are all lower than gradient descent after 40 steps", True,
    both(lambda keras, gd, *others: all(other[-1] < gd[-1] / 2 for other in others), *left_to_go.values()),
)  # fmt: skip
lesson.claim(
    "Adam", "an even better algorithm: Adam is the lowest of all four after 40 steps", True,
    both(lambda keras, *all_four: np.argmin([one[-1] for one in all_four]) == 3, *left_to_go.values()),
    remark="Not in this valley, at these rates: RMSProp is a little lower. No optimizer wins everywhere.",
)  # fmt: skip
figure, axes = plots.figure(2, 2, size=(5.6, 3.0))
for ax, (name, pair), colour in zip(axes.flat, paths.items(), plots.COLOURS, strict=False):
    plots.paths(potential, (-4.5, 2.0, -0.8, 0.8), {name: pair}, axes=ax, levels=np.geomspace(0.02, 30, 14),
                title=name, xlabel="x", ylabel="y")  # fmt: skip
    for line in ax.lines:
        line.set_color(colour)
lesson.show("valley", figure,
            "Forty steps in the asymmetric potential. Gradient descent crosses the valley again and again; "
            "the others damp y and hurry in x. RMSProp's late jump: y has been near 0 for so long that S is "
            "as small, and then a small derivative makes a large step.")  # fmt: skip
lesson.show("race", plots.curves(left_to_go, title="What is left to go", xlabel="step", ylabel="L", yscale="log"),
            "The same forty steps: how high in the valley.")  # fmt: skip

# %% [markdown]
# ## Homework
#
# "Linear regression notebook; neural networks notebook. Linear regression and first part of neural
# networks (until backprop) is due next Tuesday, backprop one week later." The notebooks are not part
# of the slides. What they ask for, as functions to write; the grader wants Keras's convention, a row
# for each point (so $W$ is the transpose of the lecture's):
#
# | function | is | graded by |
# |---|---|---|
# | `forward(x, W, b)`, `backward(dy, x, W, b)` | a linear unit, and $dX, dW, db$ | `--like dense --units 3` |
# | `relu(z)`, `relu_prime(z)` | $g$ and $g'$ | `--like relu` |
# | `loss(y, z)`, `gradient(y, z)` | softmax and cross-entropy, and $dZ$ | `--like categorical_crossentropy --from_logits` |
# | `momentum(W, dW, state, alpha, beta)` | a step | `--like sgd --momentum 0.9` |
# | `rmsprop(W, dW, state, alpha, beta, epsilon)` | a step | `--like rmsprop` |
# | `adam(W, dW, state, t, alpha, beta1, beta2, epsilon)` | a step | `--like adam` |
#
# `parity check homework.py:forward,backward --like dense --units 3` answers at once ("approx. 1 day
# till you can see your points on site"). It holds homework against `scratch`, whose numbers are
# Keras's. Here is a solution, in Keras's forms:

# %%
HOMEWORK = '''"""The homework. Rows are points; W is (inputs, outputs)."""

import numpy as np


def forward(x, W, b):
    return np.matmul(x, W) + b


def backward(dy, x, W, b):
    return np.matmul(dy, W.T), np.matmul(x.T, dy), dy.sum(axis=0)


def relu(z):
    return np.maximum(0, z)


def relu_prime(z):
    return np.where(z > 0, 1.0, 0.0)


def probabilities(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss(y, z):
    z = z - z.max(axis=1, keepdims=True)
    return -np.sum(y * (z - np.log(np.exp(z).sum(axis=1, keepdims=True)))) / len(y)


def gradient(y, z):
    return (probabilities(z) - y) / len(y)


def momentum(W, dW, state, alpha, beta):
    state["V"] = beta * state.get("V", 0) + dW
    return W - alpha * state["V"]


def rmsprop(W, dW, state, alpha, beta, epsilon):
    state["S"] = beta * state.get("S", 0) + (1 - beta) * np.square(dW)
    return W - alpha * dW / np.sqrt(state["S"] + epsilon)


def adam(W, dW, state, t, alpha, beta1, beta2, epsilon):
    state["V"] = beta1 * state.get("V", 0) + (1 - beta1) * dW
    state["S"] = beta2 * state.get("S", 0) + (1 - beta2) * np.square(dW)
    rate = alpha * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return W - rate * state["V"] / (np.sqrt(state["S"]) + epsilon)
'''
TASKS = {
    "forward,backward": ("dense", {"units": 3}),
    "relu,relu_prime": ("relu", {}),
    "loss,gradient": ("categorical_crossentropy", {"from_logits": True}),
    "momentum": ("sgd", {"momentum": 0.9, "learning_rate": 0.1}),
    "rmsprop": ("rmsprop", {}),
    "adam": ("adam", {}),
}


desk = tempfile.TemporaryDirectory()


def handed_in(name, right="", wrong=""):
    """Writes the homework into a file, with a right line made wrong."""
    text = HOMEWORK.replace(right, wrong) if right else HOMEWORK
    file = Path(desk.name) / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    return file


def graded(file, functions):
    """What the grader says to these functions of a file."""
    like, options = TASKS[functions]
    return testing.check(member(load_module(file), functions), like, **options)


solution = handed_in("homework")
grades = [graded(solution, functions) for functions in TASKS]
print(*grades, sep="\n")
lesson.claim("Homework", "a right homework, function by function", np.full(len(TASKS), True),
             both(lambda keras: np.array([bool(grade) for grade in grades])))  # fmt: skip

# %% [markdown]
# And wrong ones: the two mistakes that the lecture warns of (`*` for a matrix product, a sum
# forgotten), the $\frac{1}{2m}$ of the slide, and the three optimizers just as the slides print them.
# The grader finds each, and for the optimizers it names the very difference to Keras that the
# sections above have translated.

# %%
MISTAKES = {
    "star": ("forward,backward", ("np.matmul(x, W) + b", "x * W + b"), ""),
    "no-sum": ("forward,backward", ("dy.sum(axis=0)", "dy"), "bias gradient not summed over the batch"),
    "half": ("loss,gradient", ("keepdims=True)))) / len(y)", "keepdims=True)))) / (2 * len(y))"), "factor 1/2"),
    "slide-momentum": ("momentum", ('state.get("V", 0) + dW', 'state.get("V", 0) + (1 - beta) * dW'),
                       "momentum convention with (1 - beta)"),
    "slide-rmsprop": ("rmsprop", ('state["S"] + epsilon', 'state["S"]'), "epsilon missing"),
    "slide-adam": ("adam", ('rate * state["V"] / (np.sqrt(state["S"]) + epsilon)',
                            'alpha * state["V"] / (1 - beta1**t) / np.sqrt(state["S"] / (1 - beta2**t) + epsilon)'),
                   "epsilon inside the root, beside the corrected v"),
}  # fmt: skip
diagnosed = []
for name, (functions, change, _) in MISTAKES.items():
    grade = graded(handed_in(name, *change), functions)
    print(f"--- {name}.py\n{grade}")
    diagnosed.append("" if grade else ", ".join(grade.diagnoses) or grade.findings[0].message)
named = [diagnosis for *_, diagnosis in MISTAKES.values()]
for name, wanted, said in zip(MISTAKES, named, diagnosed, strict=True):
    if wanted:
        lesson.claim(
            "Homework", f"{name}.py: the grader names the mistake", wanted,
            both(lambda keras, said=said: said),
        )  # fmt: skip
lesson.claim("Homework", "* instead of np.matmul: the shapes do not even fit", True,
             both(lambda keras: "could not be broadcast" in diagnosed[0]))  # fmt: skip

# %% [markdown]
# The derivatives of this lecture in its own convention, columns, need no reference: `check_gradient`
# holds a gradient against the function itself, with a complex step. Right is (3); without
# $\frac{1}{M}$ it is not.

# %%
X_small, Y_small = draw.normal(size=(3, 7)), draw.normal(size=(2, 7))


def linear_regression(W):
    """The loss L of (2) as a function of W, without b."""
    return np.sum((W @ X_small - Y_small) ** 2) / (2 * 7)


W_small = draw.normal(size=(2, 3))
right = testing.check_gradient(
    linear_regression, W_small, lambda W: (W @ X_small - Y_small) @ X_small.T / 7
)
wrong = testing.check_gradient(
    linear_regression, W_small, lambda W: (W @ X_small - Y_small) @ X_small.T
)
print(right, wrong, sep="\n")
lesson.claim("Homework", "dL/dW with 1/M is right, and without is not", np.array([True, False]),
             both(lambda keras: np.array([bool(right), bool(wrong)])), "3")  # fmt: skip

# %% [markdown]
# The same as a command, as a course would run it. Its exit status is 0 for what is right and 1 for
# what is not.


# %%
def parity_check(file, *words):
    """Runs `parity check`; returns its exit status."""
    command = [
        sys.executable,
        "-m",
        "parity_tests",
        "check",
        f"{file}:{words[0]}",
        *words[1:],
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(f"$ parity check {file.name}:{' '.join(words)}\n{done.stdout}")
    return done.returncode


momentum_words = ("momentum", "--like", "sgd", "--momentum", "0.9")
statuses = [
    parity_check(solution, *momentum_words),
    parity_check(Path(desk.name) / "slide-momentum.py", *momentum_words),
]
lesson.claim("Homework", "parity check: 0 for the right one, 1 for the wrong one", np.array([0, 1]),
             both(lambda keras: np.array(statuses)))  # fmt: skip

# %% [markdown]
# Put together, the homework trains the L-layer network: 20 mini-batches of five points, by Adam, and
# Keras with the same batches.

# %%
work = load_module(solution)
batches = [draw.permutation(M)[:5] for _ in range(20)]
settings = {"beta1": BETA_1, "beta2": BETA_2, "epsilon": 1e-7}


def homework_training():
    """All kernels and biases after the 20 steps, with nothing but the homework."""
    weights = [p for k in range(3) for p in (W[k].T, b[k][:, 0])]
    states = [{} for _ in weights]
    for t, batch in enumerate(batches, start=1):
        inputs, scores = [X.T[batch]], []
        for k in range(3):
            scores.append(work.forward(inputs[k], weights[2 * k], weights[2 * k + 1]))
            inputs.append(work.relu(scores[k]))
        dz, found = work.gradient(Y.T[batch], scores[-1]), [None] * 6
        for k in (2, 1, 0):
            dx, *found[2 * k : 2 * k + 2] = work.backward(
                dz, inputs[k], weights[2 * k], weights[2 * k + 1]
            )
            dz = dx * work.relu_prime(scores[k - 1]) if k else dx
        weights = [
            work.adam(p, dp, state, t, 0.02, **settings)
            for p, dp, state in zip(weights, found, states, strict=True)
        ]
    return joined(weights)


def keras_training(keras):
    """The weights after the homework's training, by Keras."""
    model = network(keras, adam_of(keras, 1e-7, 0.02))
    for batch in batches:
        model.train_on_batch(X.T[batch], Y.T[batch])
    return joined(model.get_weights())


lesson.claim("Homework", "the homework trains a network as Keras does", homework_training(),
             both(keras_training), "14 16 17 18 19 33", bound=trajectory(20, KAPPA["adam"]))  # fmt: skip

# %%
desk.cleanup()
lesson.finish()
