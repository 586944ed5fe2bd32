"""Backpropagation: is there a soccer ball? A small network, derived to the last weight.

python -m examples.lectures.soccer_ball
"""

# %% [markdown]
# # Backpropagation: is there a soccer ball?
#
# *Backpropagation* (José Eduardo Ochoa Luna, Sistemas Inteligentes, 2017). A picture goes in, a yes
# or no comes out. How many parameters has such a network, where do they start, what is the gradient
# of each, and what if it only learns its pictures by heart? Everything is computed in `scratch` and,
# where TensorFlow is installed, in tf.keras; a line of code that ends in `# (7)` is formula (7).

# %%
import functools

import numpy as np

import scratch
from examples.lectures import LECTURES
from examples.lectures.kit import Lesson, both, gradients, jacobian, neurons, operations, plots
from examples.lectures.kit.claims import distance
from keras_models import soccer_ball
from parity_tests.harness.tolerances import KAPPA, SIGMAS, Bound, derivative, trajectory
from scratch import ops

lesson = Lesson("soccer_ball", LECTURES["soccer_ball"])
draw = np.random.default_rng(4)

# %% [markdown]
# ## The problem
#
# *Suppose we wish to detect whether there is a soccer ball in an image or not.* Given an input image
# $x^{(i)}$, the output is a binary prediction, 1 for a ball. An image is an array of
# $64 \times 64 \times 3$ numbers, "flattened into a single vector (12,288 elements)". The pictures
# here are drawn by a program (`scratch.datasets.drawn.soccer_balls`), half of them with a ball.

# %%
pictures = soccer_ball.data(announce=lambda note: None)
lesson.show(
    "pictures",
    plots.pictures(pictures.x_train[:16] + 0.5, [f"y = {label}" for label in pictures.y_train[:16].ravel()]),
    "What the network looks at: 1 where there is a ball.",
)  # fmt: skip
flat = both(lambda keras: keras.layers.Flatten()(pictures.x_train[:5]))
lesson.claim("The Problem", "64 x 64 x 3 is flattened into 12,288 elements", np.array([5, 12_288]),
             flat.map(lambda rows: np.array(rows.shape)))  # fmt: skip
lesson.claim("The Problem", "row by row, the three colours of a pixel side by side",
             np.array([image.ravel() for image in pictures.x_train[:5]]), flat)  # fmt: skip

# %% [markdown]
# ## How many parameters?
#
# Three neurons, two, one; each layer fully connected to the one before. (The slide calls the inputs
# $x^{(1)}, \dots, x_n^{(i)}$; the first is $x_1^{(i)}$: above, in brackets, is which image, below is
# which pixel.) Forward propagation:
# $$ z^{[1]} = W^{[1]}x^{(i)} + b^{[1]} \tag{1} $$
# $$ a^{[1]} = g(z^{[1]}) \tag{2} $$
# $$ z^{[2]} = W^{[2]}a^{[1]} + b^{[2]} \tag{3} $$
# $$ a^{[2]} = g(z^{[2]}) \tag{4} $$
# $$ z^{[3]} = W^{[3]}a^{[2]} + b^{[3]} \tag{5} $$
# The list stops one line early, at $z^{[3]}$; the prediction $\hat{y} = a^{[3]} = \sigma(z^{[3]})$
# comes later, as (25). Columns are single vectors here, and weights (outputs, inputs); Keras has
# rows and the transpose. A "picture" of $n = 4$ numbers, so that all of it can be shown; $g$ is the
# sigmoid.


# %%
def g(z):
    """The activation: sigmoid."""
    return 1 / (1 + np.exp(-z))


n = 4
x, y = np.array([[0.5], [-1.0], [2.0], [1.5]]), 1.0
W1, b1 = draw.normal(size=(3, n)).round(2), draw.normal(size=(3, 1)).round(2)
W2, b2 = draw.normal(size=(2, 3)).round(2), draw.normal(size=(2, 1)).round(2)
W3, b3 = draw.normal(size=(1, 2)).round(2), draw.normal(size=(1, 1)).round(2)
z1 = W1 @ x + b1  # (1)
a1 = g(z1)  # (2)
z2 = W2 @ a1 + b2  # (3)
a2 = g(z2)  # (4)
z3 = W3 @ a2 + b3  # (5)


def network(keras, inputs=n, weights=None, alpha=0.5, l2=0.0):
    """The 3-2-1 network on `inputs` numbers, with the weights of the lecture's form."""
    penalty = {"kernel_regularizer": keras.regularizers.L2(l2)} if l2 else {}
    model = keras.Sequential(
        [
            keras.Input(shape=(inputs,)),
            keras.layers.Dense(3, activation="sigmoid", **penalty),
            keras.layers.Dense(2, activation="sigmoid", **penalty),
            keras.layers.Dense(1, activation="sigmoid", **penalty),
        ]
    )
    if weights is not None:
        model.set_weights(to_keras(weights))
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(alpha))
    return model


def to_keras(weights):
    """The parameters W, b, W, b, ... as Keras has them: W transposed, b of one axis."""
    return [w.T if i % 2 == 0 else w[:, 0] for i, w in enumerate(weights)]


def to_lecture(weights):
    """Keras's parameters as the lecture has them: W transposed, b a column."""
    return [w.T if i % 2 == 0 else w[:, None] for i, w in enumerate(weights)]


six = [W1, b1, W2, b2, W3, b3]
lesson.claim(
    "Forward propagation", "from x to z3 (and through the sigmoid)", g(z3)[0, 0],
    both(lambda keras: network(keras, weights=six).predict(x.T, verbose=0)[0, 0]), "1 2 3 4 5",
)  # fmt: skip

# %% [markdown]
# What size has each?
# $$ z^{[1]}, a^{[1]} \in \mathbb{R}^{3 \times 1} \tag{6} $$
# $$ z^{[2]}, a^{[2]} \in \mathbb{R}^{2 \times 1} \tag{7} $$
# $$ z^{[3]}, a^{[3]} \in \mathbb{R}^{1 \times 1} \tag{8} $$
# $$ z^{[1]} = W^{[1]} x^{(i)} = \mathbb{R}^{3 \times 1} \text{ written as: } \mathbb{R}^{3 \times 1}
#    = \mathbb{R}^{? \times ?} \times \mathbb{R}^{n \times 1} \tag{9} $$
# "$? \times ?$ must be $3 \times n$ and the bias is of size 3" (which (9) leaves out).
# $$ W^{[2]} \in \mathbb{R}^{2 \times 3}, b^{[2]} \in \mathbb{R}^{2 \times 1} \tag{10} $$
# $$ W^{[3]} \in \mathbb{R}^{1 \times 2}, b^{[3]} \in \mathbb{R}^{1 \times 1} \tag{11} $$
# $$ (3n + 3) + (2 \times 3 + 2) + (2 + 1) = 3n + 14 \tag{12} $$

# %%
z_and_a = [z1.shape, a1.shape, z2.shape, a2.shape, z3.shape, g(z3).shape]  # (6) (7) (8)
question = (z1.shape[0], x.shape[0])  # (9)
sizes = [question, (3, 1), W2.shape, b2.shape, W3.shape, b3.shape]  # (10) (11)


def outputs_of_layers(keras):
    """The sizes of the layers' outputs, as columns: z and a of each."""
    found = [layer.output.shape[1] for layer in network(keras).layers]
    return np.array([(size, 1) for size in found for _ in "za"])


lesson.claim("How Many Parameters? II", "z and a are 3 x 1, 2 x 1, 1 x 1", np.array(z_and_a),
             both(outputs_of_layers), "6 7 8")  # fmt: skip
lesson.claim("How Many Parameters? II, III", "W1 is 3 x n, W2 2 x 3, W3 1 x 2; biases 3, 2, 1",
             np.array(sizes), both(lambda keras: np.array([w.shape for w in to_lecture(network(keras).get_weights())])), "9 10 11")  # fmt: skip
for inputs in (n, 12_288):
    count = (3 * inputs + 3) + (2 * 3 + 2) + (2 + 1)  # (12)
    lesson.claim("How Many Parameters? III", f"3n + 14 parameters: n = {inputs:,}", 3 * inputs + 14,
                 both(lambda keras, inputs=inputs: network(keras, inputs).count_params()), "12")  # fmt: skip
    print(f"n = {inputs:,}: {count:,}")

# %% [markdown]
# ## Initialization
#
# **Zero?**
# $$ W^{[1]}x^{(i)} + b^{[1]} = 0^{3 \times 1}x^{(i)} + 0^{3 \times 1} \tag{13} $$
# (The first zero is $0^{3 \times n}$: nothing of size $3 \times 1$ can be multiplied by $x$.) "This
# will cause problems: gradients will all be the same." **The same non-zero value?** "Each activation
# vector will be the same" (the same number in all its entries), "each neuron will receive the exact
# same gradient update: all neurons will learn the same thing." **Small random values** break the
# symmetry: $N(0, 0.01)$.
#
# Below, for each of them: how much the gradients of the neurons of one layer differ, relative to
# their size; 0 is "the same". With zeros there is a second trouble: the gradients of $W^{[1]}$ and
# $W^{[2]}$ pass through weights that are zero, and are zero themselves.

# %%
sample = pictures.x_train[:200].astype("float64").reshape(200, 64, 64, 3)
small = sample.reshape(200, 16, 4, 16, 4, 3).mean(axis=(2, 4)).reshape(200, -1)
answers = pictures.y_train[:200].reshape(200, 1).astype("float64")
SHAPES = [(3, 768), (3, 1), (2, 3), (2, 1), (1, 2), (1, 1)]


def starting(kernel):
    """Six parameters: kernels by `kernel(shape)`, biases zero."""
    return [kernel(shape) if i % 2 == 0 else np.zeros(shape) for i, shape in enumerate(SHAPES)]


def xavier(shape):
    """Normal, with the standard deviation of formula (14)."""
    return draw.normal(0, np.sqrt(2 / sum(shape)), shape)  # (14)


zeros = starting(np.zeros)
starts = {
    "zero": zeros,
    "all 0.1": starting(lambda shape: np.full(shape, 0.1)),
    "N(0, 0.01)": starting(lambda shape: draw.normal(0, 0.01, shape)),
    "Xavier": starting(xavier),
}
print("z1 with zeros:", (zeros[0] @ small[:1].T + zeros[1]).ravel())  # (13)


def cost(keras, W1, b1, W2, b2, W3, b3, x=small, y=answers):
    """The mean log loss, in the lecture's notation: pictures are columns."""
    a1 = keras.ops.sigmoid(keras.ops.matmul(W1, x.T) + b1)
    a2 = keras.ops.sigmoid(keras.ops.matmul(W2, a1) + b2)
    p = keras.ops.sigmoid(keras.ops.matmul(W3, a2) + b3)
    return -keras.ops.mean((1 - y.T) * keras.ops.log(1 - p) + y.T * keras.ops.log(p))


def unlike(gradient, axis):
    """How much the neurons' gradients differ, relative to the largest entry."""
    size = np.abs(gradient).max()
    return float(np.ptp(gradient, axis=axis).max() / size) if size else 0.0


first = {name: gradients(cost, *weights)[1:] for name, weights in starts.items()}


def same(name):
    """Whether the three kernels' gradients are the same for all neurons, and whether they vanish."""

    def answer(keras, dW1, dW2, dW3):
        # A neuron is a row of dW1 and of dW2; of dW3 it is an entry.
        alike = [unlike(dW1, 0), unlike(dW2, 0), unlike(dW3, 1)]
        return np.array(
            [[u <= derivative().relative for u in alike], [not d.any() for d in (dW1, dW2, dW3)]]
        )

    return both(answer, *first[name][::2])  # fmt: skip


INITIALIZATION = "Initialization"
lesson.claim(INITIALIZATION, "zero: W x + b is zero for every picture", np.zeros((200, 3)),
             both(lambda keras: keras.ops.matmul(small, zeros[0].T) + zeros[1].T), "13")  # fmt: skip
lesson.claim(INITIALIZATION, "zero: gradients are all the same; those of W1 and W2 vanish",
             np.array([[True, True, True], [True, True, False]]), same("zero"))  # fmt: skip
lesson.claim(INITIALIZATION, "same non-zero value: each neuron gets the exact same gradient",
             np.array([[True, True, True], [False, False, False]]), same("all 0.1"))  # fmt: skip
lesson.claim(INITIALIZATION, "same non-zero value: an activation vector has the same number in all entries", True,
             both(lambda keras: unlike(keras.ops.sigmoid(small @ starts["all 0.1"][0].T), 1) == 0.0))  # fmt: skip
for name in ("N(0, 0.01)", "Xavier"):
    lesson.claim(INITIALIZATION, f"{name}: the gradients of the neurons differ, and none vanishes",
                 np.zeros((2, 3), bool), same(name))  # fmt: skip

# %% [markdown]
# And after a hundred steps of gradient descent? From equal values the three neurons of the first
# layer are still copies of each other: the network has one neuron, three times.

# %%


def hundred_steps(keras):
    """From each start, W1 after a hundred steps on 200 pictures."""
    model = network(keras, 768, alpha=1.0)
    found = {}
    for name, weights in starts.items():
        model.set_weights(to_keras(weights))
        for _ in range(100):
            model.train_on_batch(small, answers)
        found[name] = model.get_weights()[0].T
    return found


later = both(hundred_steps)
figure, axes = plots.figure(3, 4, size=(1.7, 1.75))
for row, (name, weights) in zip(axes, later.scratch.items(), strict=True):
    change = weights - starts[name][0]
    for k, ax in enumerate(row):
        ax.imshow(0.5 + 0.5 * change[k].reshape(16, 16, 3) / (np.abs(change).max() or 1.0))
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_title(f"neuron {k + 1}", fontsize=9, fontweight="normal", loc="center")
    row[0].set_ylabel(name, fontsize=11)
lesson.show("symmetry", figure,
            "What a hundred steps have changed in the weights of each neuron, as a picture (grey: nothing). "
            "From zeros or from equal values, all three learn the same.")  # fmt: skip
for name in starts:
    copies = name in ("zero", "all 0.1")
    differ = later.map(lambda found, name=name: unlike(found[name], 0) > derivative().relative)
    lesson.claim(INITIALIZATION, f"{name}: after 100 steps " + ("all neurons have learned the same thing" if copies else "neurons have learned different things"),
                 not copies, differ)  # fmt: skip

# %% [markdown]
# ### Xavier and He
#
# "Something better than random initialization":
# $$ w^{[l]} \approx N \left(0, \sqrt{\frac{2}{n^{[l]} + n^{[l-1]}}} \right) \tag{14} $$
# The second number is a standard deviation here, not a variance, and so is "the variance
# $\sigma^{(in)}$". This is *Xavier's* initialization (Glorot's, in Keras). *He's*, for ReLU, divides
# by $n^{[l-1]}$ alone, $\sqrt{2 / n^{[l-1]}}$: the slide gives both names to one formula. Keras's
# `glorot_normal` has the same standard deviation, but cuts the tails off; untruncated it is
# `VarianceScaling(1, "fan_avg", "untruncated_normal")`.

# %%
wide = (256, 64)  # Keras's (inputs, outputs)
formula = np.sqrt(2 / sum(wide))
of_a_deviation = Bound(
    SIGMAS / np.sqrt(2 * np.prod(wide)), "six standard deviations of a standard deviation"
)
XAVIER = "Xavier/He Initialization"


def measured(make):
    """The standard deviation of an initializer's draw."""
    return both(lambda keras: np.std(keras.ops.convert_to_numpy(make(keras.initializers)(wide))))


exact = measured(lambda make: make.VarianceScaling(1.0, "fan_avg", "untruncated_normal", seed=1))
lesson.claim(XAVIER, "normal, with standard deviation sqrt(2 / (n_l + n_(l-1)))", formula, exact, "14",
             bound=of_a_deviation)  # fmt: skip
lesson.claim(XAVIER, "Keras's glorot_normal has this standard deviation too", formula,
             measured(lambda make: make.GlorotNormal(seed=1)), "14", bound=of_a_deviation)  # fmt: skip
lesson.claim(XAVIER, "the same formula is He's", formula, measured(lambda make: make.HeNormal(seed=1)), "14",
             bound=of_a_deviation, remark="He's is sqrt(2 / n_(l-1)): by the inputs alone.")  # fmt: skip
lesson.claim(XAVIER, "He's is sqrt(2 / n_(l-1))", np.sqrt(2 / wide[0]),
             measured(lambda make: make.HeNormal(seed=1)), bound=of_a_deviation)  # fmt: skip

# %% [markdown]
# "Encourages $\sigma^{(in)}$ to be similar to $\sigma^{(out)}$." Ten layers, 128 wide: how large is
# what comes out of each? With $N(0, 0.01)$ every layer divides by nine ($\sqrt{128} \cdot 0.01 =
# 0.11$), and nothing is left after ten. Xavier keeps the size where the activation is nearly linear,
# as tanh is around zero; ReLU throws half away, and He's two makes up for it.

# %%
signal = draw.normal(size=(200, 128))
KINDS = {
    "N(0, 0.01), tanh": (lambda make, seed: make.RandomNormal(0.0, 0.01, seed=seed), "tanh"),
    "Xavier, linear": (lambda make, seed: make.GlorotNormal(seed=seed), None),
    "Xavier, tanh": (lambda make, seed: make.GlorotNormal(seed=seed), "tanh"),
    "Xavier, ReLU": (lambda make, seed: make.GlorotNormal(seed=seed), "relu"),
    "He, ReLU": (lambda make, seed: make.HeNormal(seed=seed), "relu"),
}


def sizes_by_depth(keras, initializer, activation):
    """The root mean square after each of ten layers, beginning with the input's."""
    a, found = signal, [1.0]
    for seed in range(10):
        layer = keras.layers.Dense(
            128, activation, kernel_initializer=initializer(keras.initializers, seed)
        )
        a = keras.ops.convert_to_numpy(layer(a))
        found.append(float(np.sqrt(np.mean(a**2))))
    return np.array(found)


by_depth = {
    name: both(lambda keras, kind=kind: sizes_by_depth(keras, *kind))
    for name, kind in KINDS.items()
}
lesson.show("initialization",
            plots.curves(by_depth, title="How large is what comes out?", xlabel="layer", ylabel="root mean square", yscale="log"),
            "Ten layers of 128 neurons: the size of their outputs, by initialization.")  # fmt: skip
lesson.claim(XAVIER, "Xavier: sigma(in) is similar to sigma(out), within a tenth, in every layer", True,
             by_depth["Xavier, linear"].map(lambda s: np.all(np.abs(s[1:] / s[:-1] - 1) < 0.1)))  # fmt: skip
lesson.claim(XAVIER, "better than N(0, 0.01), where each layer leaves a ninth", True,
             by_depth["N(0, 0.01), tanh"].map(lambda s: np.all(s[1:] / s[:-1] < 0.15)))  # fmt: skip
lesson.claim(XAVIER, "with ReLU it is He's that keeps the size, and Xavier's that loses it", True,
             both(lambda keras, he, glorot: 0.5 < he[-1] < 2 and glorot[-1] < 0.1, by_depth["He, ReLU"], by_depth["Xavier, ReLU"]))  # fmt: skip

# %% [markdown]
# ## Loss and update
#
# $$ \mathcal{L}(\hat{y}, y) = -[(1 - y) \log(1 - \hat{y}) + y \log \hat{y}] \tag{15} $$
# For any layer $l$, with the learning rate $\alpha$:
# $$ W^{[l]} = W^{[l]} - \alpha \frac{\partial \mathcal{L}}{\partial W^{[l]}} \tag{16} $$
# $$ b^{[l]} = b^{[l]} - \alpha \frac{\partial \mathcal{L}}{\partial b^{[l]}} \tag{17} $$

# %%
y_hat = g(z3)
L = -((1 - y) * np.log(1 - y_hat) + y * np.log(y_hat))  # (15)
lesson.claim("Loss Function", "log loss of one picture", L[0, 0],
             both(lambda keras: network(keras, weights=six).evaluate(x.T, np.full((1, 1), y), verbose=0)), "15")  # fmt: skip

# %% [markdown]
# ### The gradient of $W^{[3]}$
#
# "We first compute the gradient with respect to $W^{[3]}$: it is closer to the output in terms of
# number of computations." The derivation, line by line as it is printed:
# $$ \frac{\partial \mathcal{L}}{\partial W^{[3]}} = -\frac{\partial}{\partial W^{[3]}} ((1-y)
#    \log(1-\hat{y}) + y \log \hat{y}) \tag{18} $$
# $$ = -(1-y) \frac{\partial}{\partial W^{[3]}} \log(1-g(W^{[3]}a^{[2]} + b^{[3]}))
#    -y \frac{\partial}{\partial W^{[3]}} \log(g(W^{[3]}a^{[2]} + b^{[3]})) \tag{19} $$
# $$ \begin{array}{l} = -(1-y) \frac{1}{1-g(W^{[3]}a^{[2]} + b^{[3]})} (-1) g'(W^{[3]}a^{[2]} +
#    b^{[3]}) a^{[2]T} \\ \quad -y \frac{1}{g(W^{[3]}a^{[2]} + b^{[3]})} g'(W^{[3]}a^{[2]} + b^{[3]})
#    a^{[2]T} \end{array} \tag{20} $$
# $$ = (1 - y) \sigma(W^{[3]} a^{[2]} + b^{[3]}) a^{[2]T} - y (1 - \sigma(W^{[3]} a^{[2]} + b^{[3]}))
#    a^{[2]T} \tag{21} $$
# $$ = (1 - y) a^{[3]} a^{[2]T} - y (1 - a^{[3]}) a^{[2]T} \tag{22} $$
# $$ = (a^{[3]} - y) a^{[2]T} \tag{23} $$
# with
# $$ g' = \sigma' = \sigma(1 - \sigma) \tag{24} $$
# $$ a^{[3]} = \sigma(W^{[3]} a^{[2]} + b^{[3]}) \tag{25} $$
# All six lines are equal, for both labels.


# %%
def g_prime(z):
    """The derivative of the sigmoid."""
    return g(z) * (1 - g(z))  # (24)


def head(keras, W, y):
    """The loss as a function of W3 alone."""
    p = keras.ops.sigmoid(keras.ops.matmul(W, a2) + b3)
    return -keras.ops.sum((1 - y) * keras.ops.log(1 - p) + y * keras.ops.log(p))


def log_of(keras, W, sign):
    """log(g) or log(1 - g) of W a2 + b3."""
    p = keras.ops.sigmoid(keras.ops.matmul(W, a2) + b3)
    return keras.ops.sum(keras.ops.log(p if sign > 0 else 1 - p))


GRADIENT_3 = "Computing dL/dW3"
a3 = g(W3 @ a2 + b3)  # (25)
lesson.claim(GRADIENT_3, "g' = s' = s (1 - s)", g_prime(z1), gradients(lambda keras, z: keras.ops.sigmoid(z), z1)[1], "24")  # fmt: skip


def derivation(y):
    """The six lines, the first two from both engines, the others by hand."""
    line_1 = gradients(functools.partial(head, y=y), W3)[1]  # (18)
    log_1 = gradients(functools.partial(log_of, sign=-1), W3)[1]
    log_2 = gradients(functools.partial(log_of, sign=1), W3)[1]
    line_2 = both(lambda keras, one, two: -(1 - y) * one - y * two, log_1, log_2)  # (19)
    u = W3 @ a2 + b3
    line_3 = -(1 - y) / (1 - g(u)) * (-1) * g_prime(u) @ a2.T - y / g(u) * g_prime(u) @ a2.T  # (20)
    line_4 = (1 - y) * g(u) @ a2.T - y * (1 - g(u)) @ a2.T  # (21)
    line_5 = (1 - y) * a3 @ a2.T - y * (1 - a3) @ a2.T  # (22)
    line_6 = (a3 - y) @ a2.T  # (23)
    return line_1, line_2, np.concatenate([line_3, line_4, line_5, line_6])


for label in (1.0, 0.0):
    one, two, rest = derivation(label)
    lesson.claim(GRADIENT_3, f"lines one and two are equal to the last, (a3 - y) a2^T, for y = {label:.0f}", np.concatenate([rest[-1:]] * 2),
                 both(lambda keras, *lines: np.concatenate(lines), one, two), "18 19 23 25")  # fmt: skip
    lesson.claim(GRADIENT_3, f"and so are lines three to six, for y = {label:.0f}", rest, one.map(lambda line: np.concatenate([line] * 4)),
                 "20 21 22 23")  # fmt: skip


# %%
def loss_of(keras, W1, W2, W3):
    """L where y = 1, as a function of the three weights."""
    a1 = keras.ops.sigmoid(keras.ops.matmul(W1, x) + b1)
    a2 = keras.ops.sigmoid(keras.ops.matmul(W2, a1) + b2)
    p = keras.ops.sigmoid(keras.ops.matmul(W3, a2) + b3)
    return -keras.ops.sum(keras.ops.log(p))


graphs = [operations(loss_of, W1, W2, W3, by=[i]) for i in (2, 1, 0)]
counts = both(lambda keras, *names: np.array([len(n) for n in names]), *graphs)
print(f"operations in the graph of L and dL/dW3, dL/dW2, dL/dW1: {counts:}")
lesson.claim("Optimization", "W3 is closer to the output in number of computations than W2, W2 than W1", True,
             counts.map(lambda c: np.all(np.diff(c) > 0)))  # fmt: skip

# %% [markdown]
# ### The gradient of $W^{[2]}$
#
# The slide builds the chain link by link, a question mark for what is not known yet:
# $$ \frac{\partial \mathcal{L}}{\partial W^{[2]}} = \frac{\partial \mathcal{L}}{\partial ?}
#    \frac{\partial ?}{\partial W^{[2]}} \tag{26} $$
# $$ \frac{\partial \mathcal{L}}{\partial W^{[2]}} = \frac{\partial \mathcal{L}}{\partial a^{[3]}}
#    \frac{\partial a^{[3]}}{\partial ?} \frac{\partial ?}{\partial W^{[2]}} \tag{27} $$
# $$ \frac{\partial \mathcal{L}}{\partial W^{[2]}} = \frac{\partial \mathcal{L}}{\partial a^{[3]}}
#    \frac{\partial a^{[3]}}{\partial z^{[3]}} \frac{\partial z^{[3]}}{\partial ?}
#    \frac{\partial ?}{\partial W^{[2]}} \tag{28} $$
# $$ \frac{\partial \mathcal{L}}{\partial W^{[2]}} = \frac{\partial \mathcal{L}}{\partial a^{[3]}}
#    \frac{\partial a^{[3]}}{\partial z^{[3]}} \frac{\partial z^{[3]}}{\partial a^{[2]}}
#    \frac{\partial a^{[2]}}{\partial W^{[2]}} \quad ? \tag{29} $$
# $$ \frac{\partial \mathcal{L}}{\partial W^{[2]}} = \frac{\partial \mathcal{L}}{\partial a^{[3]}}
#    \frac{\partial a^{[3]}}{\partial z^{[3]}} \frac{\partial z^{[3]}}{\partial a^{[2]}}
#    \frac{\partial a^{[2]}}{\partial z^{[2]}} \frac{\partial z^{[2]}}{\partial W^{[2]}} \tag{30} $$
# With every factor a full Jacobian (a row for each output, a column for each input, vectors and
# matrices flattened), each is a plain product of matrices. The engines compute the Jacobians.


# %%
def through(keras, start, name):
    """From W2, z2, a2, z3 or a3 to all that follows it: z2, a2, z3, a3, L."""
    steps = [
        ("W2", lambda v: keras.ops.matmul(keras.ops.reshape(v, (2, 3)), a1) + b2),
        ("z2", keras.ops.sigmoid),
        ("a2", lambda v: keras.ops.matmul(W3, v) + b3),
        ("z3", keras.ops.sigmoid),
        ("a3", lambda v: -((1 - y) * keras.ops.log(1 - v) + y * keras.ops.log(v))),
    ]
    found, value = {}, start
    for (this, step), after in zip(steps, ("z2", "a2", "z3", "a3", "L"), strict=True):
        if this == name or found:
            value = found[after] = step(value)
    return found


AT = {"W2": W2.reshape(6, 1), "z2": z2, "a2": a2, "z3": z3, "a3": a3}


def D(upper, lower):
    """The Jacobian of one by the other, as a matrix, from both engines."""
    found = jacobian(lambda keras, v: through(keras, v, lower)[upper], AT[lower])
    return found.map(lambda j: j.reshape(j.shape[0], -1))


def chained(*factors):
    """The product of Jacobians, in the shape of W2."""
    return both(lambda keras, *parts: functools.reduce(np.matmul, parts).reshape(2, 3), *factors)


GRADIENT_2 = "Computing dL/dW2"
dW2 = W3.T * g_prime(z2) @ (a3 - y) @ a1.T  # (36)
for links, chain, number in (
    ("dL/da3 da3/dW2", chained(D("L", "a3"), D("a3", "W2")), "26"),  # (26)
    ("dL/da3 da3/dz3 dz3/dW2", chained(D("L", "a3"), D("a3", "z3"), D("z3", "W2")), "27"),  # (27)
    ("dL/da3 da3/dz3 dz3/da2 da2/dW2", chained(D("L", "a3"), D("a3", "z3"), D("z3", "a2"), D("a2", "W2")), "28 29"),  # (28) (29)
    ("dL/da3 da3/dz3 dz3/da2 da2/dz2 dz2/dW2", chained(D("L", "a3"), D("a3", "z3"), D("z3", "a2"), D("a2", "z2"), D("z2", "W2")), "30"),  # (30)
):  # fmt: skip
    lesson.claim(GRADIENT_2, links, dW2, chain, number)

# %% [markdown]
# "Recall" (a transpose is lost on the way from (23)):
# $$ \frac{\partial\mathcal{L}}{\partial W^{[3]}} = (a^{[3]} - y)a^{[2]} \tag{31} $$
# $$ a^{[2]} = \partial z^{[3]}/\partial W^{[3]} \tag{32} $$
# $$ (a^{[3]} - y) = \partial\mathcal{L}/\partial z^{[3]} \tag{33} $$
# Substituted:
# $$ \frac{\partial\mathcal{L}}{\partial W^{[2]}} = \underbrace{\frac{\partial\mathcal{L}}{\partial
#    a^{[3]}} \frac{\partial a^{[3]}}{\partial z^{[3]}}}_{(a^{[3]} - y)} \underbrace{\frac{\partial
#    z^{[3]}}{\partial a^{[2]}}}_{W^{[3]}} \underbrace{\frac{\partial a^{[2]}}{\partial
#    z^{[2]}}}_{g'(z^{[2]})} \underbrace{\frac{\partial z^{[2]}}{\partial W^{[2]}}}_{a^{[1]}} =
#    (a^{[3]} - y)W^{[3]}g'(z^{[2]})a^{[1]} \tag{34} $$
# "The order of matrix multiplication is not clear. We must reorder":
# $$ \underbrace{\frac{\partial \mathcal{L}}{\partial W^{[2]}}}_{2 \times 3} = \underbrace{(a^{[3]} -
#    y)}_{1 \times 1} \underbrace{W^{[3]}}_{1 \times 2} \underbrace{g'(z^{[2]})}_{2 \times 1}
#    \underbrace{a^{[1]}}_{3 \times 1} \tag{35} $$
# $$ \underbrace{\frac{\partial \mathcal{L}}{\partial W^{[2]}}}_{2 \times 3} =
#    \underbrace{W^{[3]T}}_{2 \times 1} \circ \underbrace{g'(z^{[2]})}_{2 \times 1}
#    \underbrace{(a^{[3]} - y)}_{1 \times 1} \underbrace{a^{[1]T}}_{1 \times 3} \tag{36} $$
# Where does the $\circ$ come from? $\partial a^{[2]} / \partial z^{[2]}$ is a diagonal matrix, and a
# diagonal matrix times a column is an entry-by-entry product.


# %%
def product(*factors):
    """The matrix product from left to right, or where it fails."""
    result = factors[0]
    for factor in factors[1:]:
        if result.shape[1] != factor.shape[0]:
            return f"no product: {result.shape} x {factor.shape}"
        result = result @ factor
    return result


def one_loss(keras, *weights):
    """The loss of the one picture."""
    return cost(keras, *weights, x=x.T, y=np.full((1, 1), y))


_, dW1_engines, db1_engines, dW2_engines, db2_engines, dW3_engines, db3_engines = gradients(
    one_loss, *six
)
lesson.claim(GRADIENT_2, "dL/dW3 = (a3 - y) a2", (a3 - y) * a2, dW3_engines, "31",  # (31)
             remark="A transpose is lost: (a3 - y) a2^T, 1 x 2 like W3, as two slides before.")  # fmt: skip
lesson.claim(GRADIENT_2, "dL/dW3 = (a3 - y) a2^T", (a3 - y) @ a2.T, dW3_engines, "23")
dz3_dW3 = a2.T  # (32)
lesson.claim(GRADIENT_2, "a2 = dz3/dW3", dz3_dW3, jacobian(lambda keras, W: keras.ops.matmul(W, a2)[0, 0], W3), "32")  # fmt: skip
lesson.claim(GRADIENT_2, "a3 - y = dL/dz3", a3 - y, D("L", "z3"), "33")  # (33)
lesson.claim(GRADIENT_2, "the four factors under the braces: a3 - y, W3, g'(z2)", np.concatenate([(a3 - y)[0], W3[0], g_prime(z2)[:, 0]]),
             both(lambda keras, L_a3, a3_z3, z3_a2, a2_z2: np.concatenate([(L_a3 @ a3_z3)[0], z3_a2[0], np.diag(a2_z2)]),
                  D("L", "a3"), D("a3", "z3"), D("z3", "a2"), D("a2", "z2")), "34")  # fmt: skip
lesson.claim(GRADIENT_2, "(a3 - y) W3 g'(z2) a1, multiplied in this order",
             product(a3 - y, W3, g_prime(z2), a1), dW2_engines, "34 35",  # (34) (35)
             remark="As the slide says itself, the order is to be changed: (36).")  # fmt: skip
lesson.claim(GRADIENT_2, "W3^T o g'(z2) (a3 - y) a1^T", dW2, dW2_engines, "36")

# %% [markdown]
# ### The gradient of $W^{[1]}$: the exercise, solved
#
# "Exercise (next week). It is important to use intermediate results." The chain goes on where the
# last one turned off:
# $$ \frac{\partial \mathcal{L}}{\partial W^{[1]}} = \frac{\partial \mathcal{L}}{\partial z^{[2]}}
#    \frac{\partial z^{[2]}}{\partial a^{[1]}} \frac{\partial a^{[1]}}{\partial z^{[1]}}
#    \frac{\partial z^{[1]}}{\partial W^{[1]}} \tag{37} $$
# The intermediate results are the three $\delta^{[l]} = \partial \mathcal{L} / \partial z^{[l]}$;
# each comes from the next one:
# $$ \delta^{[3]} = a^{[3]} - y, \quad \delta^{[2]} = W^{[3]T} \delta^{[3]} \circ g'(z^{[2]}), \quad
#    \delta^{[1]} = W^{[2]T} \delta^{[2]} \circ g'(z^{[1]}) \tag{38} $$
# and with them every gradient of the network:
# $$ \underbrace{\frac{\partial \mathcal{L}}{\partial W^{[1]}}}_{3 \times n} =
#    \underbrace{\delta^{[1]}}_{3 \times 1} \underbrace{x^{T}}_{1 \times n} \tag{39} $$
# $$ \frac{\partial \mathcal{L}}{\partial b^{[l]}} = \delta^{[l]} \tag{40} $$

# %%
delta3 = a3 - y  # (38)
delta2 = W3.T @ delta3 * g_prime(z2)  # (38)
delta1 = W2.T @ delta2 * g_prime(z1)  # (37) (38)
dW1 = delta1 @ x.T  # (39)
db1, db2, db3 = delta1, delta2, delta3  # (40)
EXERCISE = "Computing dL/dW1"
lesson.claim(
    EXERCISE, "the exercise: dL/dW1 = (W2^T delta2 o g'(z1)) x^T", dW1, dW1_engines, "37 38 39"
)
lesson.claim(
    EXERCISE,
    "with the intermediate results: dL/dW2 = delta2 a1^T",
    delta2 @ a1.T,
    dW2_engines,
    "36 38",
)
for says, bias, engines in (
    ("db1", db1, db1_engines), ("db2", db2, db2_engines), ("db3", db3, db3_engines),
):  # fmt: skip
    lesson.claim(EXERCISE, f"{says} = delta{says[-1]}", bias, engines, "40")


# %% [markdown]
# One update of all six, (16) and (17), and the same by `train_on_batch`:

# %%
alpha = 0.5
slopes = [dW1, db1, dW2, db2, (a3 - y) @ a2.T, db3]
weights_after = [w - alpha * d for w, d in zip(six[::2], slopes[::2], strict=True)]  # (16)
biases_after = [b - alpha * d for b, d in zip(six[1::2], slopes[1::2], strict=True)]  # (17)


def flat_weights(parameters):
    """All numbers in one vector."""
    return np.concatenate([p.ravel() for p in parameters])


def updated(keras):
    """The six parameters after one step, by Keras."""
    model = network(keras, weights=six, alpha=alpha)
    model.train_on_batch(x.T, np.full((1, 1), y))
    after = to_lecture(model.get_weights())
    return flat_weights([*after[::2], *after[1::2]])


lesson.claim("Loss Function", "W = W - alpha dL/dW and b = b - alpha dL/db, in all layers",
             flat_weights([*weights_after, *biases_after]), both(updated), "16 17")  # fmt: skip

# %% [markdown]
# The network as a computational graph, and neuron by neuron: values forward in blue, gradients
# backward in orange. Here with two inputs, for the picture's sake.

# %%
two = x[:2]
W1_two = W1[:, :2]
names = {
    name: ops.Symbol.leaf(name, shape=value.shape)
    for name, value in {
        "x": two,
        "W1": W1_two,
        "b1": b1,
        "W2": W2,
        "b2": b2,
        "W3": W3,
        "b3": b3,
    }.items()
}
A = names["x"]
for layer in "123":
    Z = (names[f"W{layer}"] @ A + names[f"b{layer}"]).named(f"z{layer}")
    A = ops.sigmoid(Z).named(f"a{layer}")
drawn_loss = ops.negative(ops.log(A)).named("L")
feeds = dict(zip(names.values(), (two, W1_two, b1, W2, b2, W3, b3), strict=True))
lesson.show("graph", ops.draw_values(drawn_loss, feeds, title="3-2-1, forwards and backwards: L = -log a3"),
            "The graph of the loss (y = 1). Above each edge the value, below it the gradient.")  # fmt: skip

values, layers, after = [two], [], {}
for W, b in ((W1_two, b1), (W2, b2), (W3, b3)):
    values.append(g(W @ values[-1] + b))
back = values[3] - y  # delta3
for W, b, before, now in reversed(
    list(zip((W1_two, W2, W3), (b1, b2, b3), values, values[1:], strict=False))
):
    delta = back if now is values[3] else back * now * (1 - now)
    da = delta / (now * (1 - now))
    layers.insert(
        0,
        neurons.LayerNumbers(
            W.T, (W @ before + b)[:, 0], now[:, 0], before @ delta.T, delta[:, 0], da[:, 0]
        ),
    )
    back = W.T @ delta
lesson.show("neurons", neurons.draw_neurons(two[:, 0], layers, "Three neurons, two, one"),
            "On the edges weights and their gradients, in the circles activations; beside them z, dL/da and dL/dz.")  # fmt: skip
lesson.show("neurons-steps", neurons.neuron_frames(two[:, 0], layers, "Forward propagation, then backpropagation"),
            "The same, layer by layer.")  # fmt: skip

# %% [markdown]
# ## Gradient descent, stochastic, in mini-batches
#
# $$ W^{[l]} = W^{[l]} - \sigma \frac{\partial J}{\partial W^{[l]}} \tag{41} $$
# ($\sigma$ is the learning rate here, $\alpha$ before and after.) The cost is the mean over all $m$
# examples, over the $B$ of a mini-batch, or, in SGD, the loss of a single one:
# $$ J = \frac{1}{m} \sum_{i=1}^m \mathcal{L}^{(i)} \tag{42} $$
# $$ J_{mb} = \frac{1}{B} \sum_{i=1}^B \mathcal{L}^{(i)} \tag{43} $$

# %%
seeing = starts["Xavier"]
DESCENT = "Optimization: Gradient descent"


def losses_of(keras, some):
    """The cost that `evaluate` gives on some of the pictures."""
    return network(keras, 768, seeing).evaluate(
        small[some], answers[some], batch_size=200, verbose=0
    )


def losses_by_hand(some):
    """The loss L of each of `some` pictures."""
    a = small[some].T
    for W, b in zip(seeing[::2], seeing[1::2], strict=True):
        a = g(W @ a + b)
    t = answers[some].T
    return -((1 - t) * np.log(1 - a) + t * np.log(a))


everything, batch = np.arange(200), np.arange(40, 72)
J = np.sum(losses_by_hand(everything)) / 200  # (42)
J_mb = np.sum(losses_by_hand(batch)) / 32  # (43)
lesson.claim(
    DESCENT,
    "J is the mean loss of all m examples",
    J,
    both(lambda keras: losses_of(keras, everything)),
    "42",
)
lesson.claim(
    DESCENT,
    "J_mb is the mean loss of the B examples of a mini-batch",
    J_mb,
    both(lambda keras: losses_of(keras, batch)),
    "43",
)


def per_example(keras):
    """The gradient of every picture's own loss, one row each: (38) and (39) for all at once."""
    o = keras.ops
    a1 = o.sigmoid(o.matmul(small, seeing[0].T) + seeing[1].T)
    a2 = o.sigmoid(o.matmul(a1, seeing[2].T) + seeing[3].T)
    a3 = o.sigmoid(o.matmul(a2, seeing[4].T) + seeing[5].T)
    d3 = a3 - answers
    d2 = o.matmul(d3, seeing[4]) * a2 * (1 - a2)
    d1 = o.matmul(d2, seeing[2]) * a1 * (1 - a1)
    pairs = ((d1, small), (d2, a1), (d3, a2))
    parts = [
        part for d, a in pairs for part in (o.reshape(d[:, :, None] * a[:, None, :], (200, -1)), d)
    ]
    return o.concatenate(parts, axis=1)


rows = both(per_example)
full = both(lambda keras, *parts: flat_weights(parts), *gradients(cost, *seeing)[1:])
sigma = 0.5
one_step = flat_weights(seeing) - sigma * rows.scratch.mean(axis=0)  # (41)


def full_step(keras):
    """All parameters after one step on all pictures."""
    model = network(keras, 768, seeing, alpha=sigma)
    model.train_on_batch(small, answers)
    return flat_weights(to_lecture(model.get_weights()))


lesson.claim(DESCENT, "W = W - s dJ/dW, s being the learning rate", one_step, both(full_step), "41")
lesson.claim(DESCENT, "the gradient of J is the mean of the gradients of the L_i", full.scratch,
             rows.map(lambda r: r.mean(axis=0)), "42")  # fmt: skip

# %% [markdown]
# "GD gives more accurate gradients whereas $\mathcal{L}^{(i)}$ may be noisy." How noisy: 2,000
# mini-batches of each size, and the distance of their gradients from the gradient of $J$, relative to
# its length. It falls as $1/\sqrt{B}$: four times the examples, half the noise. And for one picture
# it is larger than the gradient itself.

# %%
BATCHES = [1, 4, 16, 64]
choices = {B: draw.integers(0, 200, (2000, B)) for B in BATCHES}


def noise(keras, rows):
    """Root mean square distance of a mini-batch's gradient, relative to the length of the full one."""
    centred = rows - rows.mean(axis=0)
    # Distances are scalar products: the 200 x 200 of them serve all batches.
    gram = centred @ centred.T
    length = np.linalg.norm(rows.mean(axis=0))
    return np.array([
        np.sqrt(np.mean([gram[np.ix_(some, some)].mean() for some in choices[B]])) / length for B in BATCHES
    ])  # fmt: skip


noises = both(noise, rows)
lesson.claim(DESCENT, "a single L_i is noisy, more than its gradient is long; J is not", True,
             noises.map(lambda s: s[0] > 1))  # fmt: skip
lesson.claim(DESCENT, "four times the examples in a mini-batch, half the noise (within a tenth)", True,
             noises.map(lambda s: np.all(np.abs(s[:-1] / s[1:] / 2 - 1) < 0.1)))  # fmt: skip
EPOCHS = 6
WAYS = {"GD, all 200": (200, 1.0), "mini-batches of 20": (20, 0.5), "SGD, one by one": (1, 0.05)}


def by_epochs(keras, batch_size, alpha):
    """The cost J before training and after each epoch, in which every picture is seen once."""
    model = network(keras, 768, seeing, alpha=alpha)
    found = [float(model.test_on_batch(small, answers))]
    for epoch in range(EPOCHS):
        for some in np.random.default_rng(epoch).permutation(200).reshape(-1, batch_size):
            model.train_on_batch(small[some], answers[some])
        found.append(float(model.test_on_batch(small, answers)))
    return np.array(found)


falls = {name: both(lambda keras, way=way: by_epochs(keras, *way)) for name, way in WAYS.items()}
figure, ((left, right),) = plots.figure(2)
plots.curves({"measured": noises, "1/sqrt(B)": noises.scratch[0] / np.sqrt(BATCHES)}, axes=left, x=BATCHES, title="Noise of the gradient",
             xlabel="examples in a batch, B", ylabel="relative to its length", xscale="log", yscale="log")  # fmt: skip
plots.curves(falls, axes=right, title="The cost J", xlabel="epoch", ylabel="J")
left.set_xticks(BATCHES, BATCHES)
left.set_yticks([2, 4, 8], [2, 4, 8])
left.minorticks_off()
lesson.show("batches", figure, "Left: how far a mini-batch's gradient is from that of J. Right: the cost, epoch by epoch, "
            "on 200 pictures; an epoch is one step of GD, 10 of mini-batches, 200 of SGD.")  # fmt: skip
lesson.claim("Optimization", "SGD lowers the cost further in an epoch than GD, noisy as it is", True,
             both(lambda keras, gd, sgd: sgd[-1] < gd[-1], falls["GD, all 200"], falls["SGD, one by one"]))  # fmt: skip
per_picture = 12_288 + 3 + 2 + 1
print(
    f"to keep for the backward pass: {8 * per_picture * 10**6 / 1e9:.0f} GB for a million pictures, {8 * per_picture * 32 / 1e6:.1f} MB for 32"
)
lesson.claim(DESCENT, "GD must hold all activations of all examples at once: n + 6 numbers each", 12_288 + 6,
             both(lambda keras: 12_288 + sum(layer.output.shape[1] for layer in network(keras, 12_288).layers)))  # fmt: skip

# %% [markdown]
# ## 96 % in training, 64 % in the test
#
# "We evaluate the trained model and observe that it achieves 96 % accuracy on the training set but
# only 64 % on the testing set." To make this happen: a bad camera (strong noise on every pixel of
# the pictures, 16 x 16), only 100 pictures to learn from, and a network of six hidden layers. Then
# the slide's three solutions: **collecting more data** (all 1,400 pictures), **employing
# regularization** (L2), **making the model shallower** (one hidden layer instead of six). The
# test accuracy is on 600 pictures that no network has seen.

# %%


def bad_camera(images):
    """The images as 16 x 16 pixels, with noise."""
    small = images.astype("float64").reshape(len(images), 16, 4, 16, 4, 3).mean(axis=(2, 4))
    return (small + 0.8 * draw.normal(size=small.shape)).reshape(len(images), -1)


x_camera, y_camera = bad_camera(pictures.x_train), pictures.y_train.reshape(-1, 1)
x_unseen = bad_camera(np.concatenate([pictures.x_valid, pictures.x_test]))
y_unseen = np.concatenate([pictures.y_valid, pictures.y_test]).reshape(-1, 1)
OVERFITTING = {"count": 100, "depth": 6, "penalty": 0.0, "steps": 160}
CURES = {
    "as it is": {},
    "more data": {"count": 1400, "steps": 240},
    "L2": {"penalty": 0.01},
    "shallower": {"depth": 1},
}


def diagnosed(keras, seed, count, depth, penalty, steps):
    """Accuracy on the training pictures and on the unseen, and the length of all kernels."""
    keras.utils.set_random_seed(seed)
    hidden = [
        keras.layers.Dense(
            32, activation="relu", kernel_regularizer=keras.regularizers.L2(penalty / 2)
        )
        for _ in range(depth)
    ]
    model = keras.Sequential(
        [keras.Input(shape=(768,)), *hidden, keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.003))
    shuffle = np.random.default_rng(seed)
    for _ in range(steps):
        some = shuffle.integers(0, count, 32)
        model.train_on_batch(x_camera[some], y_camera[some])
    seen, unseen = (
        np.mean((keras.ops.convert_to_numpy(model(images)) > 0.5) == labels)
        for images, labels in ((x_camera[:count], y_camera[:count]), (x_unseen, y_unseen))
    )
    length = np.linalg.norm(flat_weights(model.get_weights()[::2]))
    return np.array([seen, unseen, length])


patient = {
    name: both(lambda keras, change=change: diagnosed(keras, 1, **{**OVERFITTING, **change}))
    for name, change in CURES.items()
}
print("in scratch, from three seeds          training       test")
for name, change in CURES.items():
    three = np.array(
        [diagnosed(scratch, seed, **{**OVERFITTING, **change}) for seed in range(1, 4)]
    )
    print(
        f"{name:12}"
        + "".join(
            f"   {m:.1%} +- {s:.1%}"
            for m, s in zip(three.mean(axis=0)[:2], three.std(axis=0, ddof=1)[:2], strict=True)
        )
    )
lesson.show("overfitting",
            plots.bars({name: {"training": found.scratch[0], "test": found.scratch[1]} for name, found in patient.items()},
                       title="96 % and 64 %, and three cures", ylabel="accuracy", ylim=(0, 1.12)),
            "An overfitted network, and what more data, L2 and fewer layers make of it (seed 1).")  # fmt: skip
lesson.claim("Backpropagation", "a binary prediction says whether there is a ball: right for more than 7 of 10 new pictures, bad camera and all",
             True, patient["more data"].map(lambda s: s[1] > 0.7))  # fmt: skip
ANALYSIS = "Parameters Analysis"
lesson.claim(ANALYSIS, "at least 96 % on the training set, but 64 % or little more on the test set (two points)", True,
             patient["as it is"].map(lambda s: s[0] >= 0.96 and s[1] <= 0.66))  # fmt: skip
for name, solution in (("more data", "collecting more data"), ("L2", "employing regularization"), ("shallower", "making the model shallower")):  # fmt: skip
    lesson.claim(ANALYSIS, f"{solution} raises the test accuracy", True,
                 both(lambda keras, before, after: after[1] > before[1], patient["as it is"], patient[name]))  # fmt: skip

# %% [markdown]
# ## L2 regularization
#
# $$ J_{L2} = J + \frac{\lambda}{2} \|W\|^2 \tag{44} $$
# $$ = J + \frac{\lambda}{2} \sum_{ij} |W_{ij}|^2 \tag{45} $$
# $$ = J + \frac{\lambda}{2} W^T W \tag{46} $$
# "$W$ contains all the weight matrices". In the last line it must be one long column of all weights:
# for a matrix, $W^T W$ is a matrix. The update:
# $$ W = W - \alpha \frac{\partial J}{\partial W} - \alpha \frac{\lambda}{2} \frac{\partial W^T
#    W}{\partial W} \tag{47} $$
# $$ = (1 - \alpha \lambda) W - \alpha \frac{\partial J}{\partial W} \tag{48} $$
# The factor fits the cost as printed: the 2 of the derivative cancels the 1/2. Keras's `L2(c)` adds
# $c \|W\|^2$, *without* the 1/2: so the lecture's $\lambda$ is Keras's `L2(λ / 2)`, and with
# `L2(λ)` the factor is $1 - 2 \alpha \lambda$. A third way to the same update is the optimizer's
# `weight_decay=λ`, which multiplies by $1 - \alpha \lambda$ without touching the cost. (Here it
# leaves out the biases, as L2 does.)

# %%
lam, alpha = 0.125, 0.5
kernels = [W1, W2, W3]
W_column = flat_weights(kernels)[:, None]
norm_squared = np.linalg.norm(W_column) ** 2
by_norm = L[0, 0] + lam / 2 * norm_squared  # (44)
by_sum = L[0, 0] + lam / 2 * sum(np.sum(np.abs(W) ** 2) for W in kernels)  # (45)
by_product = (L + lam / 2 * W_column.T @ W_column)[0, 0]  # (46)
target = np.full((1, 1), y)


def penalized(keras, c):
    """The cost, and the kernels after one step, with Keras's L2(c)."""
    model = network(keras, weights=six, alpha=alpha, l2=c)
    cost = model.evaluate(x.T, target, verbose=0)
    model.train_on_batch(x.T, target)
    return cost, flat_weights(to_lecture(model.get_weights())[::2])


def decayed(keras):
    """The kernels after one step with weight decay instead."""
    model = network(keras, weights=six)
    optimizer = keras.optimizers.SGD(alpha, weight_decay=lam)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    model.compile(loss="binary_crossentropy", optimizer=optimizer)
    model.train_on_batch(x.T, target)
    return flat_weights(to_lecture(model.get_weights())[::2])


REGULARIZATION = "L2 Regularization"
halved = both(lambda keras: penalized(keras, lam / 2))
for says, value, number in (
    ("J + lambda/2 ||W||^2", by_norm, "44"),
    ("J + lambda/2 sum of |W_ij|^2", by_sum, "45"),
    ("J + lambda/2 W^T W, W one column", by_product, "46"),
):
    lesson.claim(
        REGULARIZATION, f"{says}: Keras's L2(lambda / 2)", value, halved.map(lambda h: h[0]), number
    )
lesson.claim(REGULARIZATION, "J + lambda/2 W^T W, W a weight matrix", f"no sum: a number and {(W1.T @ W1).shape}",
             halved.map(lambda h: h[0]), "46", remark="One column of all weights is meant; for a matrix, W^T W is a matrix.")  # fmt: skip
_, penalty_slope = gradients(lambda keras, W: keras.ops.sum(W * W), W_column[:, 0])
dJ = flat_weights([dW1, dW2, (a3 - y) @ a2.T])
W_all = W_column[:, 0]
in_full = penalty_slope.map(lambda d: W_all - alpha * dJ - alpha * lam / 2 * d)  # (47)
shrunk = (1 - alpha * lam) * W_all - alpha * dJ  # (48)
lesson.claim(
    REGULARIZATION,
    "W - alpha dJ/dW - alpha lambda/2 d(W^T W)/dW = (1 - alpha lambda) W - alpha dJ/dW",
    shrunk,
    in_full,
    "47 48",
)
lesson.claim(
    REGULARIZATION,
    "the factor 1 - alpha lambda fits the cost as printed: L2(lambda / 2)",
    shrunk,
    halved.map(lambda h: h[1]),
    "48",
)
lesson.claim(REGULARIZATION, "Keras's own L2(lambda) has the factor 1 - 2 alpha lambda", (1 - 2 * alpha * lam) * W_all - alpha * dJ,
             both(lambda keras: penalized(keras, lam)[1]))  # fmt: skip
lesson.claim(
    REGULARIZATION, "SGD(weight_decay=lambda) makes the same update", shrunk, both(decayed), "48"
)

# %% [markdown]
# What the slide says of it in words (in the first line the verb is missing, "did not *have* the
# $(1 - \alpha\lambda)W$ term"):

# %%
plain = both(lambda keras: penalized(keras, 0.0))
lesson.claim(
    REGULARIZATION,
    "without it there is no (1 - alpha lambda) W",
    W_all - alpha * dJ,
    plain.map(lambda p: p[1]),
)
lesson.claim(REGULARIZATION, "every update includes a penalization that depends on W: alpha lambda W", alpha * lam * W_all,
             both(lambda keras, p, h: p[1] - h[1], plain, halved))  # fmt: skip
lesson.claim(
    REGULARIZATION,
    "this penalization increases the cost",
    True,
    both(lambda keras, p, h: h[0] > p[0], plain, halved),
)
twice = both(lambda keras: penalized(keras, lam))
lesson.claim(REGULARIZATION, "a larger lambda means more regularization: shorter weights after a step", True,
             both(lambda keras, *runs: np.all(np.diff([np.linalg.norm(w) for _, w in runs]) < 0), plain, halved, twice))  # fmt: skip
lesson.claim(REGULARIZATION, "and encourages parameters to be small in magnitude: all weights, after training", True,
             both(lambda keras, before, after: after[2] < before[2], patient["as it is"], patient["L2"]))  # fmt: skip
lesson.claim(REGULARIZATION, "this is a way to reduce overfitting: training and test come closer", True,
             both(lambda keras, before, after: after[0] - after[1] < before[0] - before[1], patient["as it is"], patient["L2"]))  # fmt: skip
ours, *others = patient["as it is"]
allowed = trajectory(OVERFITTING["steps"], KAPPA["adam"]).relative
for theirs in others:
    print(
        f"after {OVERFITTING['steps']} steps of Adam the engines are {distance(ours, theirs):.1e} apart, where {allowed:.1e} is allowed"
    )

# %%
lesson.finish()
