"""Representation learning, lecture 21: backpropagation, training by gradient descent, SGD.

    python -m examples.lectures.representation_learning

The lecture has three parts, and so has this.
"""

# %% [markdown]
# # Representation learning 21
#
# *DSC 140B, lecture 21*, in three parts: backpropagation as recursive formulas, gradient descent for
# training, stochastic gradient descent.
#
# In this lecture $W_{ij}^{(\ell)}$ leads from node $i$ of layer $\ell - 1$ to node $j$ of layer
# $\ell$. A weight matrix is (inputs, outputs), just as Keras's kernel: nothing is transposed here.

# %%
import itertools
import time

import numpy as np

import scratch
from examples.lectures import LECTURES
from examples.lectures.kit import (
    Lesson,
    both,
    derivative,
    gradients,
    in_precision,
    jacobian,
    neurons,
    operations,
    plots,
)
from keras_models import fashion_mnist
from parity_tests.harness.tolerances import (
    KAPPA,
    LAMBDA_FAILS,
    SIGMAS,
    UNIT_ROUNDOFF,
    Bound,
    trajectory,
)
from scratch import ops

lesson = Lesson("representation_learning", LECTURES["representation_learning"])
draw = np.random.default_rng(3)
images = fashion_mnist.data()

# %% [markdown]
# ## Part 1: Backpropagation
#
# Wanted is $\nabla_{\vec{w}} H$, the gradient of the network's *output* $H$: that is,
# $\partial H / \partial W_{ij}^{(\ell)}$ and $\partial H / \partial b_i^{(\ell)}$ for all valid
# $i, j, \ell$. "A network is a composition of functions. We'll make good use of the chain rule":
# $$ \frac{d}{dx}f(g(x)) = \frac{df}{dg} \frac{dg}{dx} \tag{1} $$
# $$ = f'(g(x)) g'(x) \tag{2} $$
# Here with $f = \exp$ and $g = \sin$.

# %%
at = 0.8
df_dg, dg_dx = np.exp(np.sin(at)), np.cos(at)
slope = df_dg * dg_dx  # (1)
slope_again = np.exp(np.sin(at)) * np.cos(at)  # (2)
_, composed = gradients(lambda keras, x: keras.ops.exp(keras.ops.sin(x)), at)
lesson.claim(
    "Recall: The Chain Rule", "df/dg dg/dx = f'(g(x)) g'(x)", np.array([slope, slope_again]),
    composed.map(lambda d: np.array([d, d])), "1 2",
)  # fmt: skip

# %% [markdown]
# ### An arbitrary node
#
# $g$ is the activation function, $n_\ell$ the number of nodes in layer $\ell$, $z_j^{(\ell)}$ what
# enters node $j$ of layer $\ell$ and $a_j^{(\ell)} = g(z_j^{(\ell)})$ what leaves it. Three claims:
# $$ \frac{\partial H}{\partial W_{ij}^{(\ell)}} = \frac{\partial H}{\partial z_j^{(\ell)}}
#    a_i^{(\ell-1)} \tag{3} $$
# $$ \frac{\partial H}{\partial z_j^{(\ell)}} = \frac{\partial H}{\partial a_j^{(\ell)}}
#    g'(z_j^{(\ell)}) \tag{4} $$
# $$ \frac{\partial H}{\partial a_j^{(\ell)}} = \sum_{k=1}^{n_{\ell+1}} \frac{\partial H}{\partial
#    z_k^{(\ell+1)}} W_{jk}^{(\ell+1)} \tag{5} $$
# (On the slide of claim 2 the layer in $g'(z_j^\ell)$ has lost its parentheses; it is no power.)
#
# **Exercise.** *What is $\partial H / \partial b_j^{(\ell)}$?* The bias is added to
# $z_j^{(\ell)}$, so $\partial z_j^{(\ell)} / \partial b_j^{(\ell)} = 1$, and
# $$ \frac{\partial H}{\partial b_j^{(\ell)}} = \frac{\partial H}{\partial z_j^{(\ell)}} \tag{6} $$
#
# One thing the four formulas leave to the reader: where they begin. In the last layer there is no
# layer $\ell + 1$ to sum over; its one node *is* $H$, so $\partial H / \partial a^{(L)} = 1$.

# %%


def sigmoid(z):
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    """The derivative of the sigmoid."""
    return sigmoid(z) * (1 - sigmoid(z))


def backprop(x, W, b, g, g_prime):
    """The lecture's algorithm, node by node.

    Args:
        x: the input, (n_0,).
        W, b: {layer: array}, layers from 1.
        g, g_prime: the activation and its derivative.

    Returns:
        z, a, and the derivatives of H by a, z, W and b; each as {layer: array}.
    """
    n = {0: len(x), **{ell: len(b[ell]) for ell in b}}
    last = max(n)
    z, a = {}, {0: x}
    for ell in range(1, last + 1):
        z[ell] = np.array([sum(a[ell - 1] * W[ell][:, j]) + b[ell][j] for j in range(n[ell])])
        a[ell] = g(z[ell])
    da, dz = ({ell: np.zeros(n[ell]) for ell in W} for _ in range(2))
    dW, db = ({ell: np.zeros_like(p) for ell, p in parameters.items()} for parameters in (W, b))
    for ell in range(last, 0, -1):
        for j in range(n[ell]):
            da[ell][j] = 1.0
            if ell < last:
                up = ell + 1
                da[ell][j] = sum(dz[up][k] * W[up][j, k] for k in range(n[up]))  # (5)
            dz[ell][j] = da[ell][j] * g_prime(z[ell][j])  # (4)
            for i in range(n[ell - 1]):
                dW[ell][i, j] = dz[ell][j] * a[ell - 1][i]  # (3)
            db[ell][j] = dz[ell][j]  # (6)
    return z, a, da, dz, dW, db


# %% [markdown]
# The same, a layer at a time:
# $$ \vec{z}^{(\ell)} = (W^{(\ell)})^T \vec{a}^{(\ell-1)} + \vec{b}^{(\ell)} \tag{7} $$
# $$ \nabla_{\vec{a}^{(\ell)}} H = W^{(\ell+1)} \, \nabla_{\vec{z}^{(\ell+1)}} H \tag{8} $$
# $$ \nabla_{\vec{z}^{(\ell)}} H = \nabla_{\vec{a}^{(\ell)}} H \circ g'(\vec{z}^{(\ell)}) \tag{9} $$
# $$ \nabla_{W^{(\ell)}} H = \vec{a}^{(\ell-1)} (\nabla_{\vec{z}^{(\ell)}} H)^T \tag{10} $$
# $$ \nabla_{\vec{b}^{(\ell)}} H = \nabla_{\vec{z}^{(\ell)}} H \tag{11} $$


# %%
def backprop_by_layers(x, W, b, g, g_prime):
    """The same in matrices and vectors; arguments and results as of `backprop`."""
    last = max(W)
    z, a = {}, {0: x}
    for ell in range(1, last + 1):
        z[ell] = W[ell].T @ a[ell - 1] + b[ell]  # (7)
        a[ell] = g(z[ell])
    da, dz, dW, db = {last: np.ones(1)}, {}, {}, {}
    for ell in range(last, 0, -1):
        if ell < last:
            da[ell] = W[ell + 1] @ dz[ell + 1]  # (8)
        dz[ell] = da[ell] * g_prime(z[ell])  # (9)
        dW[ell] = np.outer(a[ell - 1], dz[ell])  # (10)
        db[ell] = dz[ell]  # (11)
    return z, a, da, dz, dW, db


def random_network(*sizes, scale=1.0):
    """Weights and biases, {layer: array}, for these numbers of nodes."""
    W = {k: scale * draw.normal(size=sizes[k - 1 : k + 1]) for k in range(1, len(sizes))}
    return W, {k: 0.5 * draw.normal(size=sizes[k]) for k in range(1, len(sizes))}


def flat(by_layer):
    """All entries in a row, from the first layer to the last."""
    return np.concatenate([np.ravel(by_layer[ell]) for ell in sorted(by_layer)])


W, b = random_network(3, 5, 4, 1)
x = np.array([0.7, -1.2, 0.4])


def rest(keras, a, first):
    """The output H as a function of what enters layer `first`."""
    for ell in range(first, len(W) + 1):
        a = keras.ops.sigmoid(keras.ops.matmul(a, W[ell]) + b[ell])
    return keras.ops.sum(a)


def whole(keras, *parameters):
    """The output H as a function of W1, b1, W2, b2, ..."""
    a = x
    for kernel, bias in zip(parameters[::2], parameters[1::2], strict=True):
        a = keras.ops.sigmoid(keras.ops.matmul(a, kernel) + bias)
    return keras.ops.sum(a)


z, a, da, dz, dW, db = backprop(x, W, b, sigmoid, sigmoid_prime)
everything = [p for ell in W for p in (W[ell], b[ell])]
_, *found = gradients(whole, *everything)
by_engines = {
    "W": found[::2],
    "b": found[1::2],
    "z": [
        gradients(lambda keras, z, k=k: rest(keras, keras.ops.sigmoid(z), k + 1), z[k])[1]
        for k in W
    ],
    "a": [gradients(lambda keras, a, k=k: rest(keras, a, k + 1), a[k])[1] for k in W],
}


def joined(parts):
    """Pairs, one for each layer, as one pair."""
    return both(lambda keras, *arrays: np.concatenate([np.ravel(p) for p in arrays]), *parts)


for slide, says, by_hand, name, formula in (
    ("Claim #1", "dH/dW_ij = dH/dz_j a_i", dW, "W", "3"),
    ("Claim #2", "dH/dz_j = dH/da_j g'(z_j)", dz, "z", "4"),
    ("Claim #3", "dH/da_j = sum over k of dH/dz_k W_jk", da, "a", "5"),
    ("Exercise", "dH/db_j = dH/dz_j", db, "b", "6"),
):
    lesson.claim(slide, says, flat(by_hand), joined(by_engines[name]), formula)
in_matrices = backprop_by_layers(x, W, b, sigmoid, sigmoid_prime)
lesson.claim(
    "General Formulas", "node by node and layer by layer: the same gradient",
    np.concatenate([flat(in_matrices[4]), flat(in_matrices[5])]),
    both(lambda keras, *parts: np.concatenate(parts), joined(found[::2]), joined(found[1::2])),
    "7 8 9 10 11",
)  # fmt: skip

# %% [markdown]
# ### "Compute derivatives in last layers, first; store them"
#
# Without storing, (5) asks for the same derivatives again and again, a path of the network at a
# time. Stored, each node is worked out once. In both libraries a network of $L$ layers takes $L$
# matrix products forwards and $2L - 1$ backwards: one for each $\nabla_{W^{(\ell)}}$, one for each
# $\nabla_{\vec{a}^{(\ell)}}$ but the last.

# %%
asked = []


def dH_da(ell, j, stored):
    """(5), recursively; `stored` is a dictionary, or None."""
    if stored is not None and (ell, j) in stored:
        return stored[ell, j]
    asked.append((ell, j))
    up = ell + 1
    value = 1.0
    if up in W:
        value = sum(
            dH_da(up, k, stored) * sigmoid_prime(z[up][k]) * W[up][j, k] for k in range(len(b[up]))
        )
    if stored is not None:
        stored[ell, j] = value
    return value


for way, memory in (("recomputed", None), ("stored", {})):
    asked.clear()
    recursive = np.array([dH_da(1, j, memory) for j in range(len(b[1]))])
    print(f"{way}: {len(asked)} nodes are worked out for dH/da of the first layer")
lesson.claim(
    "Main Idea", "the derivatives in layer l depend on those in layer l + 1", recursive,
    by_engines["a"][0], "5",
)  # fmt: skip


leaves = [ops.Symbol.leaf(shape=p.shape, dtype="float64") for p in everything]
output = whole(scratch, *leaves)
print(ops.draw_text([output, *ops.gradient(output, leaves)]))
products = [
    operations(whole, *everything, by=by).map(lambda names: sum("matmul" in name for name in names))
    for by in ([], range(len(everything)))
]
lesson.claim(
    "Summary: Backprop", "efficiently: 3 matrix products forwards, and in all 3 + 5",
    np.array([3, 8]), both(lambda keras, *counts: np.array(counts), *products),
)  # fmt: skip

# %% [markdown]
# ### The worked example
#
# "Compute the entries of the gradient given":
# $$ W^{(1)} = \begin{pmatrix} 2 & -3 \\ 2 & 1 \end{pmatrix} \quad W^{(2)} = \begin{pmatrix} 2 & 1
#    \\ 0 & 1 \end{pmatrix} \quad W^{(3)} = \begin{pmatrix} 3 \\ -2 \end{pmatrix} \quad
#    \vec{x} = (2, 1)^T \quad g(z) = \text{ReLU} \tag{12} $$
# There are no biases in it; so they are zero. The derivative of ReLU:
# $$ g(z) = \max\{0, z\} \tag{13} $$
# $$ g'(z) = \begin{cases} 0, & z < 0 \\ 1, & z > 0 \end{cases} \tag{14} $$
# At $z = 0$ there is none, and the slide says nothing; both engines take 0.
#
# Forwards: $\vec{z}^{(1)} = (6, -5)$, so that the second node is switched off;
# $\vec{z}^{(2)} = (12, 6)$ and $H = 24$. That the output is positive makes it the same with and
# without a ReLU there. Only this reading fits: with $W \vec{x}$ instead of $W^T \vec{x}$, the 2 x 1
# matrix $W^{(3)}$ could not follow $W^{(2)}$.


# %%
def relu(z):
    """The larger of 0 and z."""
    return np.maximum(0, z)  # (13)


def relu_prime(z):
    """The derivative of the ReLU; 0 at the kink."""
    return np.where(z > 0, 1.0, 0.0)  # (14)


kinks = np.array([-2.0, -0.1, 0.1, 3.0])
_, relu_slopes = gradients(lambda keras, z: keras.ops.sum(keras.ops.relu(z)), kinks)
_, at_kink = gradients(lambda keras, z: keras.ops.relu(z), 0.0)
lesson.claim("Aside: Derivative of ReLU", "g'(z) is 0 below and 1 above", relu_prime(kinks),
             relu_slopes, "13 14")  # fmt: skip
lesson.claim("Aside: Derivative of ReLU", "at z = 0, left open by the slide, the engines take 0", 0.0,
             at_kink)  # fmt: skip

printed = [[2.0, -3], [2, 1]], [[2.0, 1], [0, 1]], [[3.0], [-2]]  # (12)
W_example = {ell: np.array(matrix) for ell, matrix in enumerate(printed, start=1)}
b_example = {ell: np.zeros(matrix.shape[1]) for ell, matrix in W_example.items()}
x_example = np.array([2.0, 1.0])  # (12)
numbers = backprop(x_example, W_example, b_example, relu, relu_prime)
# No minus before a zero.
z, a, da, dz, dW, db = ({ell: array + 0.0 for ell, array in part.items()} for part in numbers)
print(f"H = {a[3][0]:g}")
for ell in W_example:
    entries = [f"W_{i + 1}{j + 1}: {entry:g}" for (i, j), entry in np.ndenumerate(dW[ell])]
    entries += [f"b_{j + 1}: {entry:g}" for j, entry in enumerate(db[ell])]
    print(f"dH/d... of layer {ell}   {'   '.join(entries)}")


def example_model(keras):
    """The example as a Keras model: the lecture's matrices are its kernels."""
    model = keras.Sequential([keras.Input(shape=(2,))])
    for matrix in W_example.values():
        model.add(keras.layers.Dense(matrix.shape[1], activation="relu"))
    model.set_weights([p for ell in W_example for p in (W_example[ell], b_example[ell])])
    return model


def example_output(keras, *parameters):
    """The output H as a function of W1, b1, W2, b2, W3, b3."""
    layer = x_example
    for kernel, bias in zip(parameters[::2], parameters[1::2], strict=True):
        layer = keras.ops.relu(keras.ops.matmul(layer, kernel) + bias)
    return keras.ops.sum(layer)


_, *found = gradients(example_output, *[p for k in W_example for p in (W_example[k], b_example[k])])
lesson.claim("Example", "H(x) = 24, the W as they are printed being Keras's kernels", a[3][0],
             both(lambda keras: example_model(keras).predict(x_example[None], verbose=0)[0, 0]),
             "12")  # fmt: skip
for ell in W_example:
    lesson.claim("Example", f"every entry of dH/dW({ell})", dW[ell], found[2 * ell - 2], "12 3")
    lesson.claim("Exercise", f"every dH/db({ell}), for biases of zero", db[ell], found[2 * ell - 1], "6")  # fmt: skip
layers = [neurons.LayerNumbers(W_example[k], z[k], a[k], dW[k], dz[k], da[k]) for k in W_example]
lesson.show(
    "example", neurons.draw_neurons(x_example, layers, "The worked example"),
    "Blue: weights and what goes forwards. Orange: the gradient of H, weight by weight.",
)  # fmt: skip
lesson.show(
    "example-steps", neurons.neuron_frames(x_example, layers, "The worked example, step by step"),
    "The algorithm: evaluate the network, then for each layer from last to first.",
)  # fmt: skip

# %% [markdown]
# "It is not an algorithm **you** need to carry out by hand: your NN library can do it for you."
# Both just did.
#
# ## Part 2: Gradient descent for training
#
# ### Empirical risk minimization
#
# 0. Collect a training set, $\{(\vec{x}^{(i)}, y_i)\}$. 1. Pick the form of the prediction function
# $H$. 2. Pick a loss function. 3. Minimize the empirical risk: by vector calculus, either "set
# $\nabla_{\vec{w}} R(\vec{w}) = 0$ and solve", or gradient descent. The gradient is
# $$ \nabla_{\vec{w}} R(\vec{w}) = (\partial R / \partial w_0, \partial R / \partial w_1, \dots,
#    \partial R / \partial w_d)^T \tag{15} $$
# With a linear $H(\vec{x}; \vec{w}) = w_0 + w_1 x_1 + w_2 x_2$ and the square loss both ways work,
# and lead to the same $\vec{w}$.

# %%
n = 40
X = draw.normal(size=(n, 2))
y = 1.0 + X @ [0.5, -0.8] + 0.2 * draw.normal(size=n)
with_one = np.column_stack([np.ones(n), X])
solved = np.linalg.solve(with_one.T @ with_one, with_one.T @ y)


def by_descent(keras):
    """w_0, w_1, w_2 after 300 steps."""
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.2))
    for _ in range(300):
        model.train_on_batch(X, y[:, None])
    kernel, bias = model.get_weights()
    return np.concatenate([bias, kernel[:, 0]])


def linear_risk(keras, w):
    """The risk R of the weights w_0, w_1, w_2."""
    return keras.ops.mean(keras.ops.square(keras.ops.matmul(with_one, w) - y))


residual = with_one @ np.ones(3) - y
partials = [2 / n * np.sum(residual * with_one[:, i]) for i in range(3)]  # (15)
_, linear_gradient = gradients(linear_risk, np.ones(3))
lesson.claim("Minimizing Risk", "the gradient: dR/dw_0, dR/dw_1, ..., dR/dw_d",
             np.array(partials), linear_gradient, "15")  # fmt: skip
lesson.claim("Minimizing Risk", "gradient set to 0 and solved, or gradient descent: one minimizer",
             solved, both(by_descent))  # fmt: skip

# %% [markdown]
# In general, with a loss $\ell$ and a prediction function $H$, the empirical risk and its gradient are
# $$ R(\vec{w}) = \frac{1}{n} \sum_{i=1}^n \ell(H(\vec{x}^{(i)}; \vec{w}), y_i) \tag{16} $$
# $$ \nabla_{\vec{w}} R(\vec{w}) = \frac{1}{n} \sum_{i=1}^n \frac{\partial \ell}{\partial H}
#    \nabla_{\vec{w}} H(\vec{x}^{(i)}; \vec{w}) \tag{17} $$
# With the square loss (further on in the lecture, "Backprop Revisited"):
# $$ \nabla_{\vec{w}} R(\vec{w}) = \frac{2}{n} \sum_{i=1}^n (H(\vec{x}^{(i)}) - y_i)
#    \nabla_{\vec{w}} H(\vec{x}^{(i)}; \vec{w}) \tag{18} $$
# $$ \nabla_{\vec{w}} R(\vec{w}) = \frac{2}{n} \sum_{i=1}^n
#    \underbrace{(H(\vec{x}^{(i)}) - y_i)}_{\text{Error}}
#    \underbrace{\nabla_{\vec{w}} H(\vec{x}^{(i)}; \vec{w})}_{\text{Blame}} \tag{19} $$
# Blame is what Part 1 computes, one backward pass for each point. (This loss is the plain square,
# without a factor 1/2, and the risk is the mean: exactly Keras's `"mse"`.)

# %%
W, b = random_network(2, 6, 1)
everything = [p for ell in W for p in (W[ell], b[ell])]


def blame_of(point):
    """The output H at a point, and its gradient as one vector: W1, b1, W2, b2."""
    _, a, _, _, dW, db = backprop_by_layers(point, W, b, sigmoid, sigmoid_prime)
    return a[2][0], np.concatenate([np.ravel(d[ell]) for ell in W for d in (dW, db)])


outputs, blame = map(np.array, zip(*map(blame_of, X), strict=True))
error = outputs - y
risk = np.mean(error**2)  # (16)
dl_dH = 2 * error
chain = np.mean(dl_dH[:, None] * blame, axis=0)  # (17)
square = 2 / n * sum((outputs[i] - y[i]) * blame[i] for i in range(n))  # (18)
error_times_blame = 2 / n * error @ blame  # (19)
print("point  error   blame of the first three weights   their product")
for i in range(4):
    print(
        f"{i + 1:5}  {error[i]:+.2f}   {blame[i, :3].round(3)}   {(error[i] * blame[i, :3]).round(3)}"
    )


def network_risk(keras, *parameters):
    """The risk R of the parameters W1, b1, W2, b2, by Keras's own loss."""
    layer = X
    for kernel, bias in zip(parameters[::2], parameters[1::2], strict=True):
        layer = keras.ops.sigmoid(keras.ops.matmul(layer, kernel) + bias)
    return keras.ops.mean(keras.losses.mean_squared_error(y[:, None], layer))


value, *found = gradients(network_risk, *everything)
risk_gradient = joined(found)
lesson.claim("In General", "R is the mean of the losses: Keras's mse", risk, value, "16")
lesson.claim(
    "In General", "gradient of R: mean of dl/dH times gradient of H", chain, risk_gradient, "17"
)
lesson.claim("Backprop Revisited", "2/n times the sum of (H - y) times the gradient of H", square,
             risk_gradient, "18")  # fmt: skip
lesson.claim("Backprop Revisited", "error times blame", error_times_blame, risk_gradient, "19")

# %% [markdown]
# "Sometimes people use 'backprop' to mean 'backprop + SGD', but this is not strictly correct."
# Backprop computes the gradient; what is done with it is the optimizer's business. One gradient,
# two optimizers, two different steps:


# %%
def first_step(keras, optimizer):
    """What one step on the risk adds to the weights."""
    model = keras.Sequential(
        [
            keras.Input(shape=(2,)),
            keras.layers.Dense(6, activation="sigmoid"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.set_weights(everything)
    model.compile(loss="mse", optimizer=optimizer)
    model.train_on_batch(X, y[:, None])
    moved = [after - before for after, before in zip(model.get_weights(), everything, strict=True)]
    return np.concatenate([np.ravel(m) for m in moved])


sgd_step = both(lambda keras: first_step(keras, keras.optimizers.SGD(0.1)))
adam_step = both(lambda keras: first_step(keras, keras.optimizers.Adam(0.1)))
lesson.claim("Backprop Revisited", "backprop gives the gradient, SGD makes -0.1 times it a step",
             -0.1 * error_times_blame, sgd_step, "19")  # fmt: skip
lesson.claim(
    "Backprop Revisited", "another optimizer makes of the same gradient another step, of the same signs",
    np.array([True, True]),
    both(lambda keras, sgd, adam: np.array([np.abs(sgd - adam).max() > 0.01, np.all(sgd * adam > 0)]),
         sgd_step, adam_step),
)  # fmt: skip

# %% [markdown]
# ### Iterative optimization
#
# "To minimize a function $f(\vec{x})$, we may try to compute $\vec{\nabla} f(\vec{x})$; set to 0;
# solve. Often, there is no closed-form solution." The example:
# $$ f(x, y) = e^{x^2+y^2} + (x - 2)^2 + (y - 3)^2 \tag{20} $$
# $$ \vec{\nabla} f(x, y) = \begin{pmatrix} 2xe^{x^2+y^2} + 2(x-2) \\ 2ye^{x^2+y^2} + 2(y-3)
#    \end{pmatrix} \tag{21} $$
# $$ 2xe^{x^2+y^2} + 2(x-2) = 0, \qquad 2ye^{x^2+y^2} + 2(y-3) = 0 \tag{22} $$
# "Can we solve the system? Not in closed form." It can be made smaller, though. The equations say
# $x (e^{x^2+y^2} + 1) = 2$ and $y (e^{x^2+y^2} + 1) = 3$, so that $y = \frac{3}{2} x$, and one
# equation is left, $x (e^{13 x^2 / 4} + 1) = 2$. Its left side only rises: halving an interval
# finds $x$ to the last digit. This is what gradient descent must find.


# %%
def f(keras, v):
    """The example's function f at v = (x, y)."""
    x, y = v[0], v[1]
    return keras.ops.exp(x**2 + y**2) + (x - 2) ** 2 + (y - 3) ** 2  # (20)


def grad_f(v):
    """The gradient of f, as on the slide."""
    x, y = v
    e = np.exp(x**2 + y**2)
    return np.array([2 * x * e + 2 * (x - 2), 2 * y * e + 2 * (y - 3)])  # (21)


low, high = 0.0, 1.0
for _ in range(60):
    middle = (low + high) / 2
    low, high = (middle, high) if middle * (np.exp(13 * middle**2 / 4) + 1) < 2 else (low, middle)
minimizer = np.array([low, 1.5 * low])
x_m, y_m = minimizer
equations = x_m * (np.exp(x_m**2 + y_m**2) + 1) - 2, y_m * (np.exp(x_m**2 + y_m**2) + 1) - 3  # (22)
print(f"minimum at x = {x_m:.6f}, y = {y_m:.6f}; the equations are off by {equations}")
P = np.array([-0.6, 0.4])
value, at_p = gradients(f, P)
lesson.claim("Example: minimizing f", "the gradient of f", grad_f(P), at_p, "20 21")
lesson.claim(
    "Example: minimizing f", "where both equations hold, the gradient is 0", True,
    gradients(f, minimizer)[1].map(lambda g: np.abs(g).max() < 1e-12), "22",
)  # fmt: skip

# %% [markdown]
# ### Which way is down?
#
# "In a small region around $P$, $f$ looks like a plane" with the slopes
# $$ \frac{\partial f}{\partial x}(x_0, y_0) \quad \frac{\partial f}{\partial y}(x_0, y_0)
#    \tag{23} $$
# The **gradient**, a function from $\mathbb{R}^d$ to $\mathbb{R}^d$:
# $$ \vec{\nabla} f(\vec{x}) = \left( \frac{\partial f}{\partial x_1}(\vec{x}), \frac{\partial f}
#    {\partial x_2}(\vec{x}), \dots, \frac{\partial f}{\partial x_d}(\vec{x}) \right)^T \tag{24} $$
# It is used in the linear approximation
# $$ f(x_0 + \delta_x, y_0 + \delta_y) \approx f(x_0, y_0) + \vec{\delta} \cdot
#    \vec{\nabla} f(x_0, y_0) \tag{25} $$
# and it has four properties, which are tested in 360 directions around $P$: it points in the
# direction of steepest ascent; its opposite is that of steepest descent; in directions orthogonal to
# it "$f$ does not change!"; its length measures the steepness. The third needs a word more: $f$ does
# not change *to first order*. A step of 0.1 across the slope does change $f$, by the square of the
# step: of half the step, a quarter is left.

# %%
to_gradient = np.arctan2(*grad_f(P)[::-1])
angles = to_gradient + np.radians(np.arange(360))  # the first is the gradient's own
directions = np.stack([np.cos(angles), np.sin(angles)])


def along(keras, t):
    """f at the distance t from P, in each of the 360 directions."""
    return f(keras, P[:, None] + t * directions)


slopes = gradients(along, np.zeros(360))[1]
single = [gradients(lambda keras, s, i=i: f(keras, [s, P[1]] if i == 0 else [P[0], s]), P[i])[1] for i in (0, 1)]  # fmt: skip
DOWN, PROPERTIES = "Which way is down?", "Gradient Properties"
df_dx, df_dy = grad_f(P)  # (23) (24)
lesson.claim(DOWN, "slopes of the plane: df/dx and df/dy", np.array([df_dx, df_dy]),
             joined(single), "23 24")  # fmt: skip


OF_DIFFERENCES = Bound(
    LAMBDA_FAILS * UNIT_ROUNDOFF["float64"] / 0.001**2,
    "differences of nearly equal numbers: 8 u, divided by the square of the step",
)


def left_over(keras, value, gradient, direction, step):
    """How far f, a step away, is from its linear approximation."""
    delta = step * direction
    return f(keras, P + delta) - (value + delta @ gradient)  # (25)


lesson.claim(
    PROPERTIES, "the linear approximation: of its error, half the step leaves a quarter", 4.0,
    both(lambda keras, v, g: left_over(keras, v, g, np.array([0.6, 0.8]), 0.002)
         / left_over(keras, v, g, np.array([0.6, 0.8]), 0.001), value, at_p), "25", decimals=1,
    bound=OF_DIFFERENCES,
)  # fmt: skip
lesson.claim(PROPERTIES, "the gradient points in the direction of steepest ascent", 0,
             slopes.map(np.argmax))  # fmt: skip
lesson.claim(PROPERTIES, "minus the gradient points in the direction of steepest descent", 180,
             slopes.map(np.argmin))  # fmt: skip
lesson.claim(PROPERTIES, "its length measures the steepness", np.linalg.norm(grad_f(P)),
             slopes.map(np.max))  # fmt: skip
across = directions[:, 90]
lesson.claim(
    PROPERTIES, "in orthogonal directions f does not change: after a step of 0.1", 0.0,
    both(lambda keras, v: f(keras, P + 0.1 * across) - v, value),
    remark="To first order. It changes by the square of the step, see the next row.",
)  # fmt: skip
lesson.claim(
    PROPERTIES, "in orthogonal directions f does not change to first order: half the step, a quarter of it", 4.0,
    both(lambda keras, v: (f(keras, P + 0.002 * across) - v) / (f(keras, P + 0.001 * across) - v), value),
    decimals=1,
    bound=OF_DIFFERENCES,
)  # fmt: skip


def f_of(x, y):
    """The example's function f of two arrays, for drawing it."""
    return np.exp(x**2 + y**2) + (x - 2) ** 2 + (y - 3) ** 2


figure, ((left, right),) = plots.figure(2, size=(5.2, 4.2))
plots.paths(f_of, (-1.15, 0.15, -0.25, 1.05), {}, axes=left, levels=30, title="The gradient at P", xlabel="x", ylabel="y")  # fmt: skip
unit = grad_f(P) / np.linalg.norm(grad_f(P))
for arrow, label, colour in ((unit, "ascent", 0), (-unit, "descent", 1), (across, "across", 2)):
    tip = P + 0.3 * arrow
    left.annotate("", tip, P, arrowprops={"arrowstyle": "-|>", "lw": 2, "color": plots.COLOURS[colour], "shrinkA": 0, "shrinkB": 0})  # fmt: skip
    left.text(*(P + 0.37 * arrow), label, color=plots.COLOURS[colour], ha="center", va="center",
              bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1})  # fmt: skip
left.plot(*P, "o", color="black", markersize=5)
left.text(P[0] + 0.05, P[1] - 0.02, "P", va="top")
left.set_aspect("equal")
plots.curves({"slope of f": slopes}, axes=right, x=np.arange(360), title="Slope of f by direction",
             xlabel="degrees from the gradient", ylabel="slope", ylim=(-10, 10))  # fmt: skip
right.axhline(np.linalg.norm(grad_f(P)), color="#52525b", linestyle="--", linewidth=1)
right.text(180, np.linalg.norm(grad_f(P)), "length of the gradient", ha="center", va="bottom", color="#52525b")  # fmt: skip
right.set_xticks(range(0, 361, 90))
lesson.show("gradient-properties", figure,
            "Steepest ascent along the gradient, steepest descent against it, no slope across it.")  # fmt: skip

# %% [markdown]
# ### Gradient descent
#
# "Pick arbitrary starting point $\vec{x}^{(0)}$, learning rate parameter $\eta > 0$. Until
# convergence, repeat":
# $$ \vec{x}^{(i+1)} = \vec{x}^{(i)} - \eta \vec{\nabla} f(\vec{x}^{(i)}) \tag{26} $$
# "When do we stop? When $\|\vec{x}^{(i)} - \vec{x}^{(i+1)}\|$ is small." The lecture's code, word
# for word (`.1e-4` is $10^{-5}$):


# %%
# fmt: off
def gradient_descent(  # noqa: D103
    gradient, x, learning_rate=.01,
    threshold=.1e-4
):
    while True:
        x_new = x - learning_rate * gradient(x)  # (26)
        if np.linalg.norm(x - x_new) < threshold:
            break
        x = x_new
    return x
# fmt: on


# %% [markdown]
# It ends where $\eta \|\vec{\nabla} f\|$ is below the threshold, so where the gradient is shorter
# than $10^{-5} / 0.01 = 10^{-3}$. Three starting points, in both libraries:

# %%
ETA, THRESHOLD = 0.01, 0.1e-4
slope_of_f = derivative(f, (2,))
lesson.claim("The Gradient", "a function: for every point of R^d a vector of R^d", np.array([2, 2, 2]),
             slope_of_f.map(lambda g: np.array([g(v).size for v in np.eye(3, 2)])))  # fmt: skip


def walked(gradient, start, rate=ETA):
    """Every point that `gradient_descent` asks the gradient of, and what it returns."""
    route = []

    def recording(x):
        route.append(x)
        g = gradient(x)
        if not np.isfinite(g).all():
            raise OverflowError(f"no finite gradient after {len(route)} steps, at {x}")
        return g

    end = gradient_descent(recording, np.array(start), rate)
    return np.array(route), end


STARTS = [(-1.2, 0.4), (1.3, -0.5), (-0.3, -1.25)]
walks = [both(lambda keras, g, s=s: walked(g, s), slope_of_f) for s in STARTS]
for start, walk in zip(STARTS, walks, strict=True):
    steps = walk.map(lambda w: len(w[0]))
    print(f"from {start} to {walk.scratch[1]}, steps: {steps}")
by_slide = [walked(grad_f, start) for start in STARTS]
lesson.claim(
    "Gradient Descent", "gradient_descent, from three starting points",
    np.array([end for _, end in by_slide]),
    both(lambda keras, *w: np.array([end for _, end in w]), *walks), "26",
)  # fmt: skip
lesson.claim(
    "Gradient Descent", "it stops where a step is negligible: the gradient is below threshold / rate", True,
    both(lambda keras, *w: all(np.linalg.norm(grad_f(end)) < THRESHOLD / ETA for _, end in w), *walks),
)  # fmt: skip
lesson.claim(
    "Gradient Descent", "walk downhill, towards the minimum: all three end at it, to three digits",
    np.tile(minimizer, (3, 1)).round(3),
    both(lambda keras, *w: np.array([end for _, end in w]), *walks), decimals=3,
)  # fmt: skip


def terminates(gradient, start):
    """Whether `gradient_descent` comes to an end from here."""
    try:
        walked(gradient, start)
    except OverflowError as error:
        print(error)
        return False
    return True


with np.errstate(over="ignore", invalid="ignore"):
    far = both(lambda keras, g: terminates(g, (2.0, 3.0)), slope_of_f)
lesson.claim(
    "Gradient Descent", "pick an arbitrary starting point: (2, 3) for one", True, far,
    remark="There e^13 makes the first step 3e4 long, the next value overflows, and a step that is "
    "nan is never below the threshold: the loop would not end. A start must fit the learning rate.",
)  # fmt: skip
figure, ((left, right),) = plots.figure(2, size=(5.4, 4.4))
plots.paths(
    f_of, (-1.5, 1.5, -1.5, 1.5),
    {f"from {s}": both(lambda keras, w: np.vstack([*w[0], w[1]]), w) for s, w in zip(STARTS, walks, strict=True)},
    axes=left, levels=np.geomspace(8, 80, 20), title="gradient_descent on f", xlabel="x", ylabel="y",
)  # fmt: skip
left.plot(*minimizer, "*", color="black", markersize=12, zorder=5)
longest = max(len(w.scratch[0]) for w in walks)
smallest = f_of(*minimizer)
for start, walk, colour in zip(STARTS, walks, plots.COLOURS, strict=False):
    left_to_go = walk.map(lambda w: f_of(*w[0].T) - smallest)
    plots.line(right, left_to_go, label=f"from {start}", color=colour)
right.set(yscale="log", title="What is left to go", xlabel="step", ylabel="f above its minimum")
right.legend()


def f_slopes(keras, v):
    """The gradient of f, as on the slide, in the library's operations."""
    e = keras.ops.exp(v[0] ** 2 + v[1] ** 2)
    return keras.ops.stack([2 * v[0] * e + 2 * (v[0] - 2), 2 * v[1] * e + 2 * (v[1] - 3)])


bends = [jacobian(f_slopes, np.array(v)) for v in (*STARTS, (2.0, 3.0))]
lesson.claim(
    "Difficulty of Training NNs", "f is convex: it bends upwards in all directions, at (2, 3) too", True,
    both(lambda keras, *hessians: all(np.linalg.eigvalsh(h).min() > 0 for h in hessians), *bends),
)  # fmt: skip
lesson.show("gradient-descent", figure,
            "Left: the steps on the contour lines; the star is the solution of the equations. "
            "Right: thin scratch, broad tf.keras.")  # fmt: skip

# %% [markdown]
# ### Difficulty of training
#
# "Gradient descent is guaranteed to find the optimum when the objective function is **convex**,
# assuming it is properly initialized." ($f$ above is convex, and $(2, 3)$ was no proper start.) "When
# activations are non-linear, neural network risk is **highly non-convex**, and GD can get stuck in
# local minima; the solution depends on initialization." The smallest case there is: one weight, two
# points, $H = wx$ and $H = \tanh(wx)$.

# %%
pair_x, pair_y = np.array([1.0, 5.0]), np.array([0.7, -0.8])


def straight(keras, w):
    """The risk of H = w x."""
    return keras.ops.mean(keras.ops.square(w * pair_x - pair_y))


def bent(keras, w):
    """The risk of H = tanh(w x)."""
    return keras.ops.mean(keras.ops.square(keras.ops.tanh(w * pair_x) - pair_y))


weights = np.linspace(-2, 3, 401)
heights = {
    "H = w x": np.mean((weights[:, None] * pair_x - pair_y) ** 2, axis=1),
    "H = tanh(w x)": np.mean((np.tanh(weights[:, None] * pair_x) - pair_y) ** 2, axis=1),
}
WEIGHTS = (-1.5, 0.3, 1.4, 2.0)
figure, axes = plots.figure(2)
ends = {}
for ax, (label, function, rate) in zip(axes.flat, (("H = w x", straight, 0.02), ("H = tanh(w x)", bent, 0.1)), strict=True):  # fmt: skip
    slope_of = derivative(function, ())
    routes = [both(lambda keras, g, s=s, rate=rate: walked(g, s, rate), slope_of) for s in WEIGHTS]
    ends[label] = both(lambda keras, *w: np.array([end for _, end in w]), *routes)
    ax.plot(weights, heights[label], color="#a1a1aa", linewidth=1.5)
    for size, route, colour in zip((20, 15, 11, 7), routes, plots.COLOURS, strict=False):
        way, end = route.scratch
        level = np.interp([*way, end], weights, heights[label])
        ax.plot([*way, end], level, ".", color=colour, markersize=6, alpha=0.7)
        ax.plot(way[0], level[0], "o", color=colour, markersize=8)
        ax.plot(end, level[-1], "*", color=colour, markersize=size)
    ax.set(title=label, xlabel="w", ylabel="risk")
lesson.show("convexity", figure, "From four starting weights (dots) gradient descent gets to the stars: to one minimum where R is convex, to two where it is not.")  # fmt: skip
DIFFICULTY = "Difficulty of Training NNs"
lesson.claim(DIFFICULTY, "convex: gradient descent finds the optimum from every start",
             np.full(4, pair_x @ pair_y / (pair_x @ pair_x)).round(3), ends["H = w x"], decimals=3)  # fmt: skip
lesson.claim("Non-Convexity", "not convex: the solution depends on initialization", True,
             ends["H = tanh(w x)"].map(lambda w: np.ptp(w) > 0.9))  # fmt: skip
lesson.claim(
    "Non-Convexity", "GD can get stuck: from w = 2 it ends where the risk is more than three times the lowest", True,
    ends["H = tanh(w x)"].map(lambda w: np.mean((np.tanh(w[3] * pair_x) - pair_y) ** 2) > 3 * heights["H = tanh(w x)"].min()),
)  # fmt: skip

# %% [markdown]
# "More sophisticated optimizers, using momentum, adaptation, better initialization, etc.: AdaGrad,
# RMSprop, Adam." The same neuron, from the bad start $w = 2$. AdaGrad, with the sum $s$ of all squares
# so far, makes the steps
# $$ s = s + g^2, \qquad w = w - \eta \frac{g}{\sqrt{s}} \tag{27} $$
# (in Keras $s$ begins at `initial_accumulator_value`, and a small epsilon stands under the root;
# RMSprop's and Adam's formulas are in the lesson `optimizers`). That value is 0.1 unless told
# otherwise; here 1/8, because Keras rounds the 0.1 to float32 on its way.

# %%
OPTIMIZERS = {
    "gradient descent": ("sgd", lambda keras: keras.optimizers.SGD(0.3)),
    "momentum": ("sgd", lambda keras: keras.optimizers.SGD(0.3, momentum=0.9)),
    "AdaGrad": (
        "adagrad",
        lambda keras: keras.optimizers.Adagrad(0.3, initial_accumulator_value=0.125),
    ),
    "RMSprop": ("rmsprop", lambda keras: keras.optimizers.RMSprop(0.03)),
    "Adam": ("adam", lambda keras: keras.optimizers.Adam(0.3)),
}
STEPS = 80


def neuron_route(keras, optimizer):
    """The weight of tanh(w x), step by step."""
    model = keras.Sequential(
        [keras.Input(shape=(1,)), keras.layers.Dense(1, activation="tanh", use_bias=False)]
    )
    model.set_weights([np.array([[2.0]])])
    model.compile(loss="mse", optimizer=optimizer)
    route = [2.0]
    for _ in range(STEPS):
        model.train_on_batch(pair_x[:, None], pair_y[:, None])
        route.append(model.get_weights()[0].item())
    return np.array(route)


routes = {
    label: both(lambda keras, make=make: neuron_route(keras, make(keras)))
    for label, (_, make) in OPTIMIZERS.items()
}


def adagrad(w, steps, rate=0.3, s=0.125, epsilon=1e-7):
    """The weight, step by step, by the formula."""
    slope_by_hand = [w]
    for _ in range(steps):
        t = np.tanh(w * pair_x)
        g = np.mean(2 * (t - pair_y) * (1 - t**2) * pair_x)
        s = s + g**2
        w = w - rate * g / np.sqrt(s + epsilon)  # (27)
        slope_by_hand.append(w)
    return np.array(slope_by_hand)


lesson.claim("Non-Convexity", "AdaGrad's steps", adagrad(2.0, STEPS), routes["AdaGrad"], "27",
             bound=trajectory(STEPS, KAPPA["adagrad"]))  # fmt: skip
lowest = weights[np.argmin(heights["H = tanh(w x)"])]
got_out = {
    label: route.map(lambda w: bool(abs(w[-1] - lowest) < 0.1)) for label, route in routes.items()
}
print(
    "at the lowest point after the last step:",
    {label: out.scratch for label, out in got_out.items()},
)
lesson.claim("Non-Convexity", "gradient descent stays in the local minimum, Adam gets out of it",
             np.array([False, True]),
             both(lambda keras, *out: np.array(out), got_out["gradient descent"], got_out["Adam"]))  # fmt: skip
lesson.show(
    "optimizers", plots.curves(routes, title="One weight, five optimizers", xlabel="step", ylabel="w", xlim=(-4, 128), xticks=range(0, 81, 20)),
    "From w = 2 on the right picture above: the lower minimum is at w = -0.13, the upper at 0.84. What gets out here is no rule; another start or rate changes it.",
)  # fmt: skip

# %% [markdown]
# ### Vanishing gradients
#
# "If $w$ is a weight at the *front* of the network, $\partial H / \partial w$ can be very small.
# Early layers are slower to train. One mitigation: use ReLU instead of sigmoid." By (4), a layer of
# sigmoids multiplies the gradient by $g'(z) \leq 1/4$; one of ReLUs by 0 or 1. Networks of 2 to 14
# hidden layers of 32 nodes, on 64 images: the root of the mean square of
# $\partial H / \partial W_{ij}^{(\ell)}$.

# %%
DEPTHS, WIDTH = (2, 5, 8, 11, 14), 32
PIXELS = images.x_train[:64].reshape(64, 784).astype("float64")
SPREAD = {  # Glorot's and He's rules
    "sigmoid": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
    "relu": lambda n_in, n_out: np.sqrt(2 / n_in),
}


def deep_gradients(activation, depth):
    """For each layer, the root mean square of dH/dW."""
    sizes = [784, *[WIDTH] * depth, 1]
    shapes = itertools.pairwise(sizes)
    kernels = [draw.normal(0, SPREAD[activation](*shape), shape) for shape in shapes]

    def mean_output(keras, *parameters):
        layer = PIXELS
        for kernel in parameters[:-1]:
            layer = getattr(keras.ops, activation)(keras.ops.matmul(layer, kernel))
        return keras.ops.mean(keras.ops.matmul(layer, parameters[-1]))

    _, *found = gradients(mean_output, *kernels)
    return both(lambda keras, *d: np.array([np.sqrt(np.mean(p**2)) for p in d]), *found)


deep = {name: {depth: deep_gradients(name, depth) for depth in DEPTHS} for name in SPREAD}
VANISHING = "Vanishing Gradients"
steepest = gradients(lambda keras, z: keras.ops.sum(keras.ops.sigmoid(z)), np.linspace(-6, 6, 121))[
    1
]
lesson.claim(
    VANISHING, "a sigmoid multiplies the gradient by 1/4 at most", 0.25, steepest.map(np.max)
)
first, last = DEPTHS[0], DEPTHS[-1]
lesson.claim(
    VANISHING, "at the front of 14 sigmoid layers dH/dw is very small: below a millionth of its size at the end", True,
    deep["sigmoid"][last].map(lambda size: size[0] < 1e-6 * size[-1]),
)  # fmt: skip
lesson.claim(
    VANISHING, "with ReLU instead it keeps its size: within a factor of 100, at all depths", True,
    both(lambda keras, *sizes: all(0.01 < size[0] / size[-1] < 100 for size in sizes),
         *deep["relu"].values()),
)  # fmt: skip

# %%
TRAINED = (images.x_train[:600], images.y_train[:600])


def trained_deep(keras, activation):
    """Losses of ten epochs, and how far each layer's weights have moved, relative to their size."""
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input(shape=(28, 28)), keras.layers.Flatten()])
    start = {"sigmoid": "glorot_normal", "relu": "he_normal"}[activation]
    for _ in range(6):
        model.add(keras.layers.Dense(WIDTH, activation=activation, kernel_initializer=start))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.SGD(0.05))
    before = model.get_weights()[::2]
    losses = model.fit(*TRAINED, batch_size=50, epochs=10, verbose=0).history["loss"]
    moved = zip(model.get_weights()[::2], before, strict=True)
    return np.array(losses), np.array(
        [np.linalg.norm(now - then) / np.linalg.norm(then) for now, then in moved]
    )


deeply = {
    name: both(lambda keras, name=name: trained_deep(keras, name)) for name in ("sigmoid", "relu")
}
lesson.claim(VANISHING, "early layers are slower to train: the first moves less than a hundredth of the last",
             True, deeply["sigmoid"].map(lambda d: d[1][0] < d[1][-1] / 100))  # fmt: skip
lesson.claim(
    VANISHING, "ReLU instead of sigmoid: six hidden layers learn, where with sigmoid they do not",
    np.array([True, True]),
    both(lambda keras, sigmoid, relu: np.array([relu[0][-1] < 1.2, sigmoid[0][-1] > 2.2]),
         deeply["sigmoid"], deeply["relu"]),
)  # fmt: skip
figure, axes = plots.figure(2, 2)
for ax, name in zip(axes[0], SPREAD, strict=True):
    for depth, colour in zip(DEPTHS, plots.COLOURS, strict=False):
        plots.line(
            ax,
            deep[name][depth],
            x=range(1, depth + 2),
            label=f"{depth} hidden layers",
            color=colour,
        )
    ax.set(yscale="log", ylim=(1e-12, 1e1), xlabel="layer", ylabel="size of dH/dW",
           title={"sigmoid": "Sigmoid", "relu": "ReLU"}[name])  # fmt: skip
    ax.legend(loc="lower right")
plots.curves({name: d.map(lambda d: d[0]) for name, d in deeply.items()}, axes=axes[1, 0],
             x=range(1, 11), title="Six hidden layers, trained", xlabel="epoch", ylabel="loss")  # fmt: skip
axes[1, 0].axhline(np.log(10), color="#52525b", linestyle="--", linewidth=1)
axes[1, 0].text(6, np.log(10) + 0.06, "guessing: log 10", va="bottom", color="#52525b")
axes[1, 0].set_ylim(0, 2.7)
plots.curves({name: d.map(lambda d: d[1]) for name, d in deeply.items()}, axes=axes[1, 1],
             x=range(1, 8), title="How far the weights have moved", xlabel="layer",
             ylabel="relative change", yscale="log")  # fmt: skip
lesson.show("vanishing-gradients", figure,
            "Above: the gradient by layer, for networks of several depths. Below: two of them trained.")  # fmt: skip

# %% [markdown]
# ## Part 3: Stochastic gradient descent
#
# $$ R(\vec{W}) = \frac{1}{n} \sum_{i=1}^n \ell(H(\vec{X}^{(i)}; \vec{W}), y_i) \tag{28} $$
# is the risk of (16) in capital letters. "The gradient of the risk function is a sum of gradients,
# one term for each point", to be precise an average:
# $$ \vec{\nabla} R(\vec{w}) = \frac{1}{n} \sum_{i=1}^n \vec{\nabla} \ell(H(\vec{x}^{(i)}; \vec{w}),
#    y_i) \tag{29} $$
# The data of this part: is it a dress, or a trouser? 600 images, 7 x 7 pixels (means of 4 x 4) and
# a constant 1, labels $\pm 1$, a linear $H$ and the square loss: least squares classification.

# %%
two_kinds = np.isin(images.y_train, (1, 3))
pixels = images.x_train[two_kinds][:600].astype("float64")
N = len(pixels)
features = np.column_stack([pixels.reshape(N, 7, 4, 7, 4).mean((2, 4)).reshape(N, 49), np.ones(N)])
signs = np.where(images.y_train[two_kinds][:600] == 3, 1.0, -1.0)
zero = np.zeros(50)


def losses_of(keras, w, of=slice(None)):
    """The square losses of these points."""
    return keras.ops.square(keras.ops.matmul(features[of], w) - signs[of])


w_somewhere = 0.1 * draw.normal(size=50)
by_point = 2 * (features @ w_somewhere - signs)[:, None] * features  # a row for each point
mean_loss = np.mean((features @ w_somewhere - signs) ** 2)  # (28)
full = np.mean(by_point, axis=0)  # (29)
value, full_gradient = gradients(lambda keras, w: keras.ops.mean(losses_of(keras, w)), w_somewhere)
lesson.claim(
    "Gradient Descent for Minimizing Risk", "R(W), the mean of the losses", mean_loss, value, "28"
)
lesson.claim("Observation", "the gradient of the risk is an average, with a term for each point", full,
             full_gradient, "29")  # fmt: skip

# %% [markdown]
# "Idea: instead of using all $n$ points, randomly choose $\ll n$", a mini-batch $B$:
# $$ \nabla R(\vec{w}) \approx \sum_{i \in B} \vec{\nabla} \ell(H(\vec{x}^{(i)}; \vec{w}), y_i)
#    \tag{30} $$
# Here the slides have lost a factor. $\nabla R$ is an average; a sum over $m$ points is about $m$
# times as large. What approximates it is the average over the batch, and that is what Keras takes:
# $$ \nabla R(\vec{w}) \approx \frac{1}{m} \sum_{i \in B} \vec{\nabla} \ell(H(\vec{x}^{(i)};
#    \vec{w}), y_i) \tag{31} $$
# Over batches that share out all points, the averages have $\nabla R$ as their mean, exactly. For a
# training, the sum is no mistake: with $\eta$ it makes the steps that the average makes with
# $m \eta$.
#
# The algorithm, with the letters as on the slide, where $\vec{x}^{(i)}$ is a point of the data in
# the first line and the weights after step $i$ in the second (here they are $\vec{w}$):
# $$ \vec{g} = \sum_{i \in B} \vec{\nabla} \ell(H(\vec{x}^{(i)}; \vec{w}), y_i) \tag{32} $$
# $$ \vec{x}^{(i+1)} = \vec{x}^{(i)} - \eta \vec{g} \tag{33} $$

# %%
M = 20
shares = draw.permutation(N).reshape(-1, M)
STOCHASTIC = "Stochastic Gradient"


def mean_of_batches(keras, w, of_batch):
    """The mean over all 30 batches of what `of_batch` makes of a batch's losses."""
    return sum(of_batch(losses_of(keras, w, batch)) for batch in shares) / len(shares)


_, of_sums = gradients(lambda keras, w: mean_of_batches(keras, w, keras.ops.sum), w_somewhere)
_, of_means = gradients(lambda keras, w: mean_of_batches(keras, w, keras.ops.mean), w_somewhere)
as_printed = np.mean([by_point[batch].sum(axis=0) for batch in shares], axis=0)  # (30)
as_meant = np.mean([by_point[batch].mean(axis=0) for batch in shares], axis=0)  # (31)
lesson.claim(
    STOCHASTIC, "the sum over the batch approximates the gradient of R (its mean over all batches)",
    as_printed, full_gradient, "30",
    remark="A factor 1/m is missing: the sum is m = 20 times too large on average.",
)  # fmt: skip
lesson.claim(STOCHASTIC, "the sum over the batch is on average m times the gradient of R", M * full,
             of_sums, "30")  # fmt: skip
lesson.claim(
    STOCHASTIC, "the mean over the batch is on average the gradient of R", as_meant, of_means, "31"
)
lesson.claim(STOCHASTIC, "and that is the gradient of R itself", full, of_means, "29 31")


def sgd_by_slide(eta, batches):
    """The algorithm, with the sum over the batch."""
    w = zero
    for batch in batches:
        error = features[batch] @ w - signs[batch]
        g = np.sum(2 * error[:, None] * features[batch], axis=0)  # (32)
        w = w - eta * g  # (33)
    return w


def linear_model(keras, optimizer):
    """The linear H, its weights 0."""
    model = keras.Sequential([keras.Input(shape=(50,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((50, 1))])
    model.compile(loss="mse", optimizer=optimizer)
    return model


def sgd_by_keras(keras, rate, batches):
    """Keras's SGD on the same batches."""
    model = linear_model(keras, keras.optimizers.SGD(rate))
    for batch in batches:
        model.train_on_batch(features[batch], signs[batch, None])
    return model.get_weights()[0][:, 0]


sampled = [draw.permutation(N)[:M] for _ in range(40)]  # anew on each iteration
lesson.claim(
    "Stochastic Gradient Descent (SGD) for ERM", "sums with the rate eta: Keras's steps with the rate m eta",
    sgd_by_slide(0.001, sampled), both(lambda keras: sgd_by_keras(keras, 0.001 * M, sampled)), "32 33",
    bound=trajectory(len(sampled)),
)  # fmt: skip

# %% [markdown]
# ### Batch size
#
# "Good: if $|B| \ll n$, this is much faster to compute. Bad: it is a (random) approximation of the
# full gradient, noisy. The larger $m$, the more reliable, but the more time it takes." The noise is
# the root of $E \|\vec{g} - \nabla R\|^2$, here over 60 random batches of each size. For batches
# drawn without replacement it is $\sigma \sqrt{(n - m) / (m (n - 1))}$, with the spread $\sigma$ of the
# single gradients: about $1 / \sqrt{m}$, and 0 for the full batch. The time is that of one training
# step of a 784-128-10 network.

# %%
SIZES = (1, 3, 10, 30, 100, 300, 600)


def batches_of(m, count=60):
    """Random batches of m points, as (count, m) indices."""
    return np.stack([draw.permutation(N)[:m] for _ in range(count)])


def noise(m):
    """How far the gradients of batches of m points are from the full one, relative to it."""
    chosen = batches_of(m)
    x_b, y_b = features[chosen], signs[chosen]

    def all_risks(keras, w):
        # Each batch has weights of its own, so that one call gives the gradients of all.
        h = keras.ops.sum(x_b * w[:, None, :], axis=2)
        return keras.ops.sum(keras.ops.mean(keras.ops.square(h - y_b), axis=1))

    _, found = gradients(all_risks, np.tile(w_somewhere, (len(chosen), 1)))
    off = found.map(lambda g: np.sqrt(np.mean(np.sum((g - full) ** 2, axis=1))))
    return off.map(lambda size: size / np.linalg.norm(full))


noises = [noise(m) for m in SIZES]
noise_by_size = both(lambda keras, *sizes: np.array(sizes), *noises)
sigma = np.sqrt(np.mean(np.sum((by_point - full) ** 2, axis=1))) / np.linalg.norm(full)
expected = np.array([sigma * np.sqrt((N - m) / (m * (N - 1))) for m in SIZES])


def step_times(keras, sizes):
    """Milliseconds of a training step, for each batch size: the fastest of nine."""
    x = np.tile(images.x_train[:1024].reshape(1024, 784), (4, 1))
    labels = np.tile(images.y_train[:1024], 4)
    with in_precision("float32"):
        model = keras.Sequential(
            [
                keras.Input(shape=(784,)),
                keras.layers.Dense(128, activation="relu"),
                keras.layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd")
        took = []
        for m in sizes:
            rounds = []
            for _ in range(10):
                start = time.perf_counter()
                model.train_on_batch(x[:m], labels[:m])
                rounds.append(time.perf_counter() - start)
            took.append(1000 * min(rounds[1:]))
    return np.array(took)


TIMED = (1, 8, 64, 512, 4096)
times = both(lambda keras: step_times(keras, TIMED))
for i, m in enumerate(TIMED):
    print(f"milliseconds for a step with m = {m:4}: {times.map(lambda t, i=i: t[i]):7.2f}")
lesson.claim("Batch Size", "the larger m, the more reliable the stochastic gradient", True,
             noise_by_size.map(lambda sizes: np.all(np.diff(sizes) < 0)))  # fmt: skip
lesson.claim(
    "Batch Size", "the noise falls as sigma sqrt((n - m) / (m (n - 1)))", expected, noise_by_size,
    bound=Bound(SIGMAS / np.sqrt(2 * 60), "a root mean square of 60: six of its standard deviations"),
)  # fmt: skip
lesson.claim(
    STOCHASTIC, "if |B| is much smaller than n, it is much faster: one point of 4096, more than three times",
    True, times.map(lambda t: t[4] > 3 * t[0]),
)  # fmt: skip
figure, ((left, right),) = plots.figure(2)
plots.curves({"60 batches": noise_by_size.map(lambda sizes: sizes[:-1]), "expected": expected[:-1]},
             axes=left, x=SIZES[:-1],
             title="Noise", xscale="log", yscale="log", xlabel="batch size m",
             ylabel="distance from the full gradient", ylim=(0.09, 9))  # fmt: skip
plots.curves(times.by_name(), axes=right, x=TIMED,
             title="Time", xscale="log", yscale="log", xlabel="batch size m",
             ylabel="milliseconds for a step")  # fmt: skip
lesson.show("batch-size", figure,
            "Larger batches are more reliable (left; with all 600 points the distance is 0) and take more time (right).")  # fmt: skip

# %% [markdown]
# "It is better to take many noisy steps quickly than few exact steps slowly. The extreme case
# $m = 1$ will still work." The same number of passes over the data, divided into steps of all 600
# points, of 20, and of one; the rate is as high as each allows. And "useful even when exact solutions
# are available, e.g. least squares": the exact solution is drawn beside them.

# %%
exact = np.linalg.lstsq(features, signs, rcond=None)[0]
lowest_risk = np.mean((features @ exact - signs) ** 2)
PASSES = {600: 6, 20: 6, 1: 1}
RATES = {600: 0.12, 20: 0.06, 1: 0.01}


def risks(keras, m):
    """The risk after each pass over the data, and at the end the share that is classified rightly."""
    keras.utils.set_random_seed(4)
    model = linear_model(keras, keras.optimizers.SGD(RATES[m]))
    seen = [zero]
    after = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(model.get_weights()[0][:, 0])
    )
    model.fit(
        features, signs[:, None], batch_size=m, epochs=PASSES[m], verbose=0, callbacks=[after]
    )
    answers = features @ np.transpose(seen)
    return np.mean((answers - signs[:, None]) ** 2, axis=0), np.mean(
        np.sign(answers[:, -1]) == signs
    )


passes = {m: both(lambda keras, m=m: risks(keras, m)) for m in PASSES}
print(f"exact: risk {lowest_risk:.4f}, {np.mean(np.sign(features @ exact) == signs):.1%} right")
for m, pair in passes.items():
    print(
        f"m = {m:3}, {PASSES[m]} passes: risk {pair.scratch[0][-1]:.4f}, {pair.scratch[1]:.1%} right"
    )
lesson.claim(
    "Idea", "many noisy steps beat few exact ones: after two passes, m = 20 is below m = 600", True,
    both(lambda keras, full, mini: mini[0][2] < full[0][2], passes[600], passes[20]),
)  # fmt: skip
lesson.claim(
    "Batch Size", "the extreme case m = 1 still works: one pass brings more than six with m = 600", True,
    both(lambda keras, full, one: one[0][1] < full[0][6], passes[600], passes[1]),
)  # fmt: skip
lesson.claim(
    "Usefulness of SGD", "useful even where an exact solution is available: it classifies as well, within 2 %", True,
    passes[20].map(lambda p: p[1] > np.mean(np.sign(features @ exact) == signs) - 0.02),
)  # fmt: skip
figure, ((left, right),) = plots.figure(2)
for (m, pair), colour in zip(passes.items(), plots.COLOURS, strict=False):
    plots.line(left, pair.map(lambda p: p[0]), "-o", label=f"m = {m}", color=colour, markersize=3)
left.axhline(lowest_risk, color="#52525b", linestyle="--", label="exact solution")
left.set(title="The same data, in steps of m points", xlabel="passes over the data", ylabel="risk",
         ylim=(0, None))  # fmt: skip
left.legend()


# %% [markdown]
# "SGD allows learning on **massive** data sets": only one batch must be there at a time. Below, 200
# batches are made, learned from and forgotten; no data set ever exists.


# %%
def stream(keras):
    """How far two weights are from the truth, after each batch."""
    points = np.random.default_rng(5)
    truth = np.array([1.5, -0.7])
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((2, 1))])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.02))
    distances = [np.linalg.norm(truth)]
    for _ in range(200):
        x = points.normal(size=(32, 2))
        model.train_on_batch(x, x @ truth[:, None] + 0.2 * points.normal(size=(32, 1)))
        distances.append(np.linalg.norm(model.get_weights()[0][:, 0] - truth))
    return np.array(distances)


streamed = both(stream)
lesson.claim("Usefulness of SGD", "learns from a stream of batches that no memory holds: 50 times as near",
             True, streamed.map(lambda d: d[-1] < d[0] / 50))  # fmt: skip
plots.curves({"distance": streamed}, axes=right, title="A stream of batches", xlabel="batch",
             ylabel="distance from the truth", yscale="log")  # fmt: skip
lesson.show("sgd", figure,
            "Left: full gradient descent against SGD, down to m = 1. Right: learning from a stream.")  # fmt: skip

# %% [markdown]
# "There are several Python packages for training NNs: PyTorch, TensorFlow / Keras." And this one:
# every number above came out of `scratch`, and out of TensorFlow wherever it is installed.

# %%
lesson.finish()
