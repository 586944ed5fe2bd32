"""Loss functions, gradient descent, backpropagation: from a prediction to a trained network.

python -m examples.lectures.loss_and_descent
"""

# %% [markdown]
# # Loss functions, gradient descent, backpropagation
#
# *Introduction to deep learning*, session 2 (Sherrie Wang, ICME Summer Workshops 2021). How a
# network is judged, which way is down, and how the gradient gets from the loss to every weight.

# %%
import numpy as np

from examples.lectures import LECTURES
from examples.lectures.kit import Lesson, both, gradients, plots
from keras_models import fashion_mnist
from parity_tests.harness.tolerances import LAMBDA_FAILS, UNIT_ROUNDOFF, Bound, trajectory
from scratch import ops

lesson = Lesson("loss_and_descent", LECTURES["loss_and_descent"])
draw = np.random.default_rng(2)
images = fashion_mnist.data()

# %% [markdown]
# ## Poll: the weight matrix
#
# *The input is a 32-dimensional vector, the output a probability distribution across 8 classes. The
# weight matrix should have dimension ... A. 32x1, B. 8x32, C. 32x8, D. 32x32?*
#
# **B**, if the layer is $\mathbf{W}\mathbf{x}$ with a column $\mathbf{x}$, as in this lecture. Keras
# multiplies rows from the left, $\mathbf{x}\mathbf{W}$, and its kernel is C, the transpose. (Read
# strictly, a hidden layer may have any width $h$: $h$ x 32, then 8 x $h$. Only with the output
# layer's 8 units is there one answer.)

# %%
OPTIONS = {"A": (32, 1), "B": (8, 32), "C": (32, 8), "D": (32, 32)}


def kernel(keras):
    """The weights of a layer from 32 inputs to 8 probabilities."""
    return keras.Sequential(
        [keras.Input(shape=(32,)), keras.layers.Dense(8, activation="softmax")]
    ).get_weights()[0]


fitting = [
    name for name, (rows, columns) in OPTIONS.items()
    if columns == 32 and (np.ones((rows, columns)) @ np.ones(32)).shape == (8,)
]  # fmt: skip
names = {shape: name for name, shape in OPTIONS.items()}
lesson.claim("Poll: Weight matrix", "with W x, the weight matrix is B, 8 x 32", "".join(fitting),
             both(lambda keras: names[kernel(keras).T.shape]))  # fmt: skip
lesson.claim("Poll: Weight matrix", "with Keras's x W it is C, 32 x 8", "C",
             both(lambda keras: names[kernel(keras).shape]))  # fmt: skip

# %% [markdown]
# ## What is trained
#
# The slide's layer, with an activation $g$; here ReLU, which changes nothing, because all three
# numbers are positive. Weights and biases are the trainable parameters: $9 + 3$.
# $$ g \left(\begin{pmatrix} 2 & 4 & 2 \\ 1 & 3 & 7 \\ 0 & 7 & 3 \end{pmatrix}
#    \begin{pmatrix} 1 \\ 3 \\ 2 \end{pmatrix} + \begin{pmatrix} -3 \\ 0 \\ 2 \end{pmatrix}
#    \right) \tag{1} $$
# Training turns a dataset into the weights and biases
# $$ \begin{pmatrix} 2 & 4 & 2 \\ 1 & 3 & 7 \\ 0 & 7 & 3 \end{pmatrix}
#    \begin{pmatrix} -3 \\ 0 \\ 2 \end{pmatrix} \tag{2} $$

# %%
W, b = np.array([[2.0, 4, 2], [1, 3, 7], [0, 7, 3]]), np.array([-3.0, 0, 2])  # (2)
layer = np.maximum(0, W @ np.array([1.0, 3, 2]) + b)  # (1)


def slide_layer(keras):
    """The layer with the slide's weights, transposed."""
    model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(3, activation="relu")])
    model.set_weights([W.T, b])
    return model


lesson.claim("Training neural networks", "g(W x + b) of the numbers on the slide", layer,
             both(lambda keras: slide_layer(keras).predict([[1.0, 3, 2]] * np.ones((1, 1)), verbose=0)[0]), "1")  # fmt: skip
lesson.claim("Training neural networks", "weights and biases are the trainable parameters: 9 + 3",
             W.size + b.size, both(lambda keras: slide_layer(keras).count_params()), "2")  # fmt: skip

# %% [markdown]
# Supervised learning needs labels. The slides show MNIST, 60,000 images of 28 x 28 pixels, flattened
# to 60,000 x 784, with labels one-hot encoded to 60,000 x 10. Fashion-MNIST has the same format.

# %%
pixels = np.concatenate([images.x_train, images.x_valid])
labels = np.concatenate([images.y_train, images.y_valid])
lesson.claim(
    "Supervised learning", "60,000 x 784 pixels and 60,000 x 10 one-hot labels",
    np.array([60_000, 784, 60_000, 10]),
    both(lambda keras: np.array([*keras.ops.reshape(pixels[:, ::1], (len(pixels), -1)).shape,
                                 *keras.utils.to_categorical(labels).shape])),
)  # fmt: skip

# %% [markdown]
# ## Which network is better?
#
# $$ \text{softmax} \left(\begin{pmatrix} 2 & 1 \\ -1 & 0 \end{pmatrix} \begin{pmatrix} 1 \\ 1
#    \end{pmatrix} \right) = \begin{pmatrix} 0.98 \\ 0.02 \end{pmatrix} \tag{3} $$
# $$ \text{softmax} \left(\begin{pmatrix} 0 & -1 \\ 1 & 0 \end{pmatrix} \begin{pmatrix} 1 \\ 1
#    \end{pmatrix} \right) = \begin{pmatrix} 0.12 \\ 0.88 \end{pmatrix} \tag{4} $$
# The true label is $\mathbf{y} = \begin{pmatrix} 1 \\ 0 \end{pmatrix}$. Both are printed as they
# round: $e^3 / (e^3 + e^{-1}) = 0.98201$, and $e^{-1} / (e^{-1} + e) = 0.11920$, with 0.88080 beside it.


# %%
def softmax(z):
    """Exponentials, divided by their sum."""
    return np.exp(z) / np.exp(z).sum()


ones = np.array([1.0, 1.0])
W1, W2 = np.array([[2.0, 1], [-1, 0]]), np.array([[0.0, -1], [1, 0]])
first = softmax(W1 @ ones)  # (3)
second = softmax(W2 @ ones)  # (4)
print(f"network #1: {first}   network #2: {second}")
answers = [both(lambda keras, W=W: keras.ops.softmax(keras.ops.matmul(W, ones))) for W in (W1, W2)]
lesson.claim("The goal of training", "network #1 predicts (0.98, 0.02)", np.array([0.98, 0.02]),
             answers[0], "3", decimals=2)  # fmt: skip
lesson.claim("The goal of training", "network #2 predicts (0.12, 0.88)", np.array([0.12, 0.88]),
             answers[1], "4", decimals=2)  # fmt: skip
y = np.array([1.0, 0.0])
losses = [both(lambda keras, p: keras.losses.categorical_crossentropy(y, p), p) for p in answers]
lesson.claim("The goal of training", "we prefer network #1 to #2: its loss is lower", True,
             both(lambda keras, one, two: one < two, *losses))  # fmt: skip

# %% [markdown]
# ## Optimization: accuracy, or a proxy for it
#
# $$ \max_{\mathbf{W}_i, \mathbf{b}_i} \text{accuracy}(\text{DNN}(\mathbf{W}_i, \mathbf{b}_i))
#    \tag{5} $$
# Accuracy is the fraction of examples that the model predicts correctly. It is not continuous: along
# any line through the weights it jumps, by $1/n$ at least, however small the step. The loss is a
# continuous proxy.
# $$ \min_{\mathbf{W}_i, \mathbf{b}_i} \text{cost}(\text{DNN}(\mathbf{W}_i, \mathbf{b}_i)) \tag{6} $$
# often written $\min_{\mathbf{W}_i, \mathbf{b}_i} \mathcal{J}(\mathbf{W}_i, \mathbf{b}_i)$: the cost
# is the average loss over the training examples.

# %%
few_x = draw.normal(size=(12, 2))
few_y = (few_x[:, 0] + 0.3 * draw.normal(size=12) > 0).astype(float)
line = np.linspace(-3, 3, 241)  # of the weight of the second input


def judged(keras, weight):
    """Accuracy and cost of a linear classifier, its first weight 1 and its second `weight`."""
    p = keras.ops.sigmoid(few_x[:, :1] + weight * few_x[:, 1:])
    accuracy = keras.metrics.binary_accuracy(few_y[:, None], p)  # (5)
    cost = keras.losses.binary_crossentropy(few_y[:, None], p)  # (6)
    return np.array([np.mean(accuracy), np.mean(cost)])


def largest_jumps(keras, points):
    """The largest change of accuracy and of cost from one point of the line to the next."""
    return np.abs(np.diff([judged(keras, w) for w in points], axis=0)).max(axis=0)


along = both(lambda keras: np.array([judged(keras, w) for w in line]))
jump = line[np.argmax(np.abs(np.diff(along.scratch[:, 0])))]
coarse, fine = (
    both(lambda keras, n=n: largest_jumps(keras, np.linspace(jump, jump + 0.025, n)))
    for n in (2, 33)
)
lesson.claim(
    "Optimization formulation", "accuracy jumps as far in a step 32 times as short; the cost does not",
    np.array([True, True]),
    both(lambda keras, c, f: np.array([f[0] == c[0] > 0, f[1] < c[1] / 16]), coarse, fine), "5 6",
)  # fmt: skip
lesson.show(
    "accuracy-and-cost",
    plots.curves(
        {"accuracy": along.map(lambda a: a[:, 0]), "cost (cross-entropy)": along.map(lambda a: a[:, 1])},
        x=line, title="Accuracy jumps, the cost does not", xlabel="one weight", ylabel="",
    ),
    "A linear classifier on twelve points, as one of its weights changes.",
)  # fmt: skip

# %% [markdown]
# ## Cross-entropy loss
#
# $$ \text{True label } \mathbf{y} = \begin{pmatrix} 0 \\ 1 \\ 0 \end{pmatrix} \quad
#    \text{Predicted probabilities} = \begin{pmatrix} 0.2 \\ 0.7 \\ 0.1 \end{pmatrix} \tag{7} $$
# $$ -\log(0.7) = 0.35 \tag{8} $$
# $$ \text{Predicted probabilities} = \begin{pmatrix} 0.6 \\ 0.1 \\ 0.3 \end{pmatrix} \tag{9} $$
# $$ -\log(0.1) = 2.3 \tag{10} $$
# $$ \text{CE}(\mathbf{y}, \hat{\mathbf{y}}) = - \sum_i y_i \log \hat{y}_i \tag{11} $$
# $-\log(0.7) = 0.35667$ rounds to 0.36: the slide cuts it off at 0.35. "In English, we want to
# reward the neural network for predicting class 2 with higher probability": the gradient by the
# scores is $\hat{\mathbf{y}} - \mathbf{y}$, which a step downhill turns into "class 2 up, the others
# down".

# %%
y_true = np.array([0.0, 1, 0])  # (7)
confident = np.array([0.2, 0.7, 0.1])  # (7)
mistaken = np.array([0.6, 0.1, 0.3])  # (9)


def cross_entropy(y, y_hat):
    """The cross-entropy of one example."""
    return -np.sum(y * np.log(y_hat))  # (11)


right, wrong = (
    both(lambda keras, p=p: keras.losses.categorical_crossentropy(y_true, p))
    for p in (confident, mistaken)
)
print(f"-log(0.7) = {-np.log(0.7):.5f}, -log(0.1) = {-np.log(0.1):.5f}")  # (8) (10)
lesson.claim("Cross entropy loss", "-log(0.7) = 0.35", 0.35, right, "7 8", decimals=2,
             remark="0.35667 rounds to 0.36; the slide cuts off.")  # fmt: skip
lesson.claim("Cross entropy loss", "-log(0.1) = 2.3", 2.3, wrong, "9 10", decimals=1)
lesson.claim("Cross entropy loss", "CE is minus the sum of y_i log y_hat_i",
             np.array([cross_entropy(y_true, confident), cross_entropy(y_true, mistaken)]),
             both(lambda keras, a, b: np.array([a, b]), right, wrong), "11")  # fmt: skip
_, by_scores = gradients(
    lambda keras, z: keras.losses.categorical_crossentropy(y_true, z, from_logits=True),
    np.log(confident),
)
lesson.claim("Loss functions", "rewards class 2 alone: the gradient by the scores is y_hat - y",
             confident - y_true, by_scores)  # fmt: skip
pair = np.stack([confident, mistaken])
lesson.claim("Cost function", "cost is the average loss over the training examples",
             np.mean([cross_entropy(y_true, p) for p in pair]),
             both(lambda keras: keras.losses.CategoricalCrossentropy()(np.tile(y_true, (2, 1)), pair)))  # fmt: skip

# %% [markdown]
# ## What are gradients?
#
# $$ \nabla f(x, y, z) = \begin{bmatrix} \frac{\partial f}{\partial x} \\ \frac{\partial f}{\partial y}
#    \\ \frac{\partial f}{\partial z} \end{bmatrix} \tag{12} $$
# The slide moves one weight by 0.01, and the cost falls by 0.05:
# $$ J = 4.50 \tag{13} $$
# $$ \downarrow 0.05 \tag{14} $$
# $$ \text{Gradient} = \frac{\partial J}{\partial w_i} = \frac{-0.05}{0.01} = -5 \tag{15} $$
# A linear unit with the square loss has just these numbers: $J = \frac{1}{2}(y - w \cdot x)^2$ with
# an error of 3, and a first input of 5/3. Below, the table of small differences for all three
# weights; each needs a forward pass of its own.

# %%
inputs, weights, wanted = np.array([5 / 3, -1.0, 2.0]), np.array([0.6, 1.0, -0.5]), 2.0


def J(keras, w):
    """The cost J of the weights w."""
    return 0.5 * keras.ops.square(wanted - keras.ops.sum(w * inputs))


def small_differences(keras):
    """For each weight: J, its change when the weight grows by 0.01, and the quotient."""
    rows = []
    for i in range(3):
        before = float(J(keras, weights))  # (13)
        change = float(J(keras, weights + 0.01 * np.eye(3)[i])) - before  # (14)
        rows.append([before, change, change / 0.01])  # (15)
    return np.array(rows)


table = both(small_differences)
cost, gradient = gradients(J, weights)  # (12)
print("weight   + 0.01       J     change   change / 0.01   gradient")
for w_i, (before, change, quotient), exact in zip(weights, table.scratch, gradient.scratch, strict=True):  # fmt: skip
    print(f"{w_i:6.2f}   {w_i + 0.01:6.2f}   {before:5.2f}   {change:+8.4f}   {quotient:13.3f}   {exact:8.3f}")  # fmt: skip
WHAT = "What are gradients?"
lesson.claim(WHAT, "J = 4.50", 4.50, cost, "13", decimals=2)
lesson.claim(WHAT, "the cost falls by 0.05", -0.05, table.map(lambda t: t[0, 1]), "14", decimals=2)
lesson.claim(WHAT, "gradient = -0.05 / 0.01 = -5", -5, table.map(lambda t: t[0, 2]), "15", decimals=0)  # fmt: skip
lesson.claim(WHAT, "the gradient holds the partial derivative of every weight", -3 * inputs, gradient, "12")  # fmt: skip
whole_unit = both(lambda keras: J(keras, weights + np.eye(3)[0]) - J(keras, weights))
lesson.claim(
    WHAT, "a partial derivative is what the cost changes by when the weight changes by one unit",
    -5.0, whole_unit,
    remark=f"For a small change, as the slide's next line says; one whole unit changes it by {whole_unit.scratch:.2f}.",
)  # fmt: skip

# %% [markdown]
# ### The linear approximation
#
# For a function $F(x, y, z)$ with partial derivatives $F_x$, $F_y$, $F_z$:
# $$ F(x + \Delta x, y, z) \approx F(x, y, z) + F_x \Delta x \tag{16} $$
# $$ F(x, y + \Delta y, z) \approx F(x, y, z) + F_y \Delta y \tag{17} $$
# $$ F(x, y, z + \Delta z) \approx F(x, y, z) + F_z \Delta z \tag{18} $$
# $$ F(x + \Delta x, y + \Delta y, z + \Delta z) \approx F(x, y, z) + F_x \Delta x + F_y \Delta y +
#    F_z \Delta z \tag{19} $$
# What is left out is of second order: halve the step, and a quarter of the error remains.

# %%
here = np.array([0.7, -0.4, 1.2])


def F(keras, v):
    """Some function of x, y, z."""
    return keras.ops.exp(v[0]) * v[1] * v[1] + keras.ops.sin(v[2] * v[0]) + v[1] / v[2]


def remaining(keras, value, slope, step):
    """The errors of the four approximations, for steps of `step`."""
    x, y, z = step * np.eye(3)
    F_x, F_y, F_z = slope
    return np.array(
        [
            F(keras, here + x) - (value + F_x * step),  # (16)
            F(keras, here + y) - (value + F_y * step),  # (17)
            F(keras, here + z) - (value + F_z * step),  # (18)
            F(keras, here + x + y + z) - (value + F_x * step + F_y * step + F_z * step),  # (19)
        ]
    )


ratios = both(
    lambda keras, *F_and_slope: remaining(keras, *F_and_slope, 0.002) / remaining(keras, *F_and_slope, 0.001),
    *gradients(F, here),
)  # fmt: skip
lesson.claim(
    "Linear approximation to the cost function",
    "F changes by the gradient times the step; of the error, half the step leaves a quarter",
    np.full(4, 4.0), ratios, "16 17 18 19", decimals=1,
    bound=Bound(
        LAMBDA_FAILS * UNIT_ROUNDOFF["float64"] / 0.001**2,
        "differences of nearly equal numbers: 8 u divided by the square of the step",
    ),
)  # fmt: skip

# %% [markdown]
# ## Gradient descent
#
# 1. Start with random weights. 2. Compute the gradient of the cost. 3. Update the weights so that the
# cost decreases. 4. Repeat 2 and 3. "Go downhill according to the linear approximation, but not by
# too much":
# $$ w' = w - \alpha g \tag{20} $$

# %%
bowl_x = draw.normal(size=(60, 2)) * [1.0, 0.5]
bowl_y = bowl_x @ [1.0, 0.5] + 0.1 * draw.normal(size=60)
start = np.array([-1.5, 2.0])


def bowl(a, b):
    """The cost of a linear unit with the weights a and b."""
    return np.mean(
        (a[..., None] * bowl_x[:, 0] + b[..., None] * bowl_x[:, 1] - bowl_y) ** 2, axis=-1
    )


def descend(keras, optimizer, steps, batch=60):
    """The weights of a linear unit, step by step, and the cost before each step."""
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([start[:, None]])
    model.compile(loss="mse", optimizer=optimizer)
    route, costs = [start], []
    for step in range(steps):
        some = np.arange(step * batch, (step + 1) * batch) % 60
        costs.append(float(model.train_on_batch(bowl_x[some], bowl_y[some])))
        route.append(model.get_weights()[0][:, 0])
    return np.array(route), np.array(costs)


route = [start]
for _ in range(40):
    g = 2 / 60 * bowl_x.T @ (bowl_x @ route[-1] - bowl_y)
    route.append(route[-1] - 0.25 * g)  # (20)
descended = both(lambda keras: descend(keras, keras.optimizers.SGD(0.25), 40))
too_far = both(lambda keras: descend(keras, keras.optimizers.SGD(1.1), 12))
lesson.claim("Gradient descent", "w' = w - alpha g, forty times", np.array(route),
             descended.map(lambda d: d[0]), "20", bound=trajectory(40))  # fmt: skip
lesson.claim("How do we solve the optimization problem?", "each update decreases the cost", True,
             descended.map(lambda d: np.all(np.diff(d[1]) < 0)))  # fmt: skip
lesson.claim("Gradient descent", "but not by too much: with a learning rate of 1.1 the cost grows",
             True, too_far.map(lambda d: d[1][-1] > d[1][0]))  # fmt: skip

figure, ((left, right),) = plots.figure(2, size=(5.4, 4.2))
plots.paths(
    bowl, (-3, 6.4, -2.6, 2.6),
    {"rate 0.25": descended.map(lambda d: d[0]), "rate 1.1": too_far.map(lambda d: d[0][:6])},
    axes=left, title="Downhill, and too far", xlabel="$w_1$", ylabel="$w_2$",
)  # fmt: skip
sizes = np.linspace(0, 1.3, 60)
g = 2 / 60 * bowl_x.T @ (bowl_x @ start - bowl_y)
plots.curves(
    {"the cost": bowl(*(start - sizes[:, None] * g).T),
     "its linear approximation": bowl(*start) - sizes * np.sum(g**2)},
    axes=right, x=sizes, title="One step of every size", xlabel="learning rate",
    ylabel="cost after the step", ylim=(-1, 6),
)  # fmt: skip
lesson.show(
    "gradient-descent", figure,
    "The cost of a linear unit. Left: its contour lines and the steps. Right: what one step gains, "
    "and what the linear approximation promised.",
)  # fmt: skip

# %% [markdown]
# ## Backpropagation: how to compute gradients
#
# "Numerically approximating gradients is too slow": it takes a forward pass for every weight, and
# backpropagation one for all. Or by hand, like this?
# $$ \frac{d}{dx} \sqrt{\sqrt{(x-1)(x+2)} + 1} \tag{21} $$
# $$ = \frac{d}{dx} \left\{ \left[(x-1)(x+2) \right]^{\frac{1}{2}} + 1 \right\}^{\frac{1}{2}}
#    \tag{22} $$
# $$ = \frac{1}{2} \left\{ \left[(x-1)(x+2) \right]^{\frac{1}{2}} + 1 \right\}^{\frac{1}{2}-1}
#    \frac{d}{dx} \left\{ \left[(x-1)(x+2) \right]^{\frac{1}{2}} + 1 \right\} \tag{23} $$
# $$ = \frac{1}{2} \left\{ \left[(x-1)(x+2) \right]^{\frac{1}{2}} + 1 \right\}^{\frac{1}{2}-1}
#    \frac{1}{2} \left[(x-1)(x+2) \right]^{\frac{1}{2}-1} \frac{d}{dx} [(x-1)(x+2)] \tag{24} $$
# $$ = \frac{1}{2} \left\{ \left[(x-1)(x+2) \right]^{\frac{1}{2}} + 1 \right\}^{\frac{1}{2}-1}
#    \frac{1}{2} \left[(x-1)(x+2) \right]^{\frac{1}{2}-1} \left\{ \left[\frac{d}{dx} (x-1) \right]
#    (x+2) + (x-1) \left[\frac{d}{dx} (x+2) \right] \right\} \tag{25} $$
# Every line is right: each is computed below, and the derivative that is still open in it by the
# engines.

# %%
at = 1.7


def d_dx(function):
    """The derivative of `function(keras, x)` at x, from both engines."""
    return gradients(function, at)[1]


def under_root(keras, x):
    """The expression under the outer root."""
    return keras.ops.sqrt((x - 1) * (x + 2)) + 1


outer = 0.5 * (((at - 1) * (at + 2)) ** 0.5 + 1) ** (0.5 - 1)
inner = 0.5 * ((at - 1) * (at + 2)) ** (0.5 - 1)
line_2 = d_dx(lambda keras, x: keras.ops.sqrt(under_root(keras, x)))  # (21) (22)
line_3 = d_dx(under_root).map(lambda rest: outer * rest)  # (23)
line_4 = d_dx(lambda keras, x: (x - 1) * (x + 2)).map(lambda rest: outer * inner * rest)  # (24)
line_5 = outer * inner * (1 * (at + 2) + (at - 1) * 1)  # (25)
lesson.claim("...like this?", "all lines of the long derivative are equal", np.full(3, line_5),
             both(lambda keras, *lines: np.array(lines), line_2, line_3, line_4), "21 22 23 24 25")  # fmt: skip

passes = []  # which engine has made a forward pass


def counted(keras, w):
    """A cost of 50 weights that counts its forward passes."""
    passes.append(keras)
    return keras.ops.mean(keras.ops.square(keras.ops.tanh(w * np.arange(50.0)) - 0.5))


def forward_passes(keras):
    """How many forward passes the small differences of 50 weights take."""
    passes.clear()
    w50 = np.full(50, 0.1)
    start = counted(keras, w50)
    [(counted(keras, w50 + 0.001 * e) - start) / 0.001 for e in np.eye(50)]
    return len(passes)


by_differences = both(forward_passes)
passes.clear()
gradients(counted, np.full(50, 0.1))
lesson.claim(
    "How to compute gradients", "50 weights: 51 forward passes numerically, 1 with the chain rule",
    np.array([51, 1]),
    both(lambda keras, many: np.array([many, passes.count(keras)]), by_differences),
)  # fmt: skip

# %% [markdown]
# ### Computational graphs
#
# $$ x + y = q \tag{26} $$
# $$ q + 1 = z \tag{27} $$
# $$ z \times r = f \tag{28} $$
# "We can find $\frac{\partial f}{\partial x}$ by chaining together derivatives at each operation":
# $$ \frac{\partial q}{\partial x} = 1 \quad \frac{\partial q}{\partial y} = 1 \tag{29} $$
# $$ \frac{dz}{dq} = 1 \tag{30} $$
# $$ \frac{\partial z}{\partial x} = \frac{dz}{dq} \frac{\partial q}{\partial x} = 1 \tag{31} $$
# $$ \frac{\partial f}{\partial z} = r \quad \frac{\partial f}{\partial r} = z \tag{32} $$
# $$ \frac{\partial f}{\partial x} = \frac{\partial f}{\partial z} \frac{dz}{dq} \frac{\partial q}
#    {\partial x} = r \tag{33} $$
# The slide's numbers are in its picture, which we do not have; here $x = -2$, $y = 5$, $r = 3$.

# %%
x, y, r = -2.0, 5.0, 3.0
q = x + y  # (26)
z = q + 1  # (27)
f = z * r  # (28)
dq_dx = dq_dy = 1.0  # (29)
dz_dq = 1.0  # (30)
dz_dx = dz_dq * dq_dx  # (31)
df_dz, df_dr = r, z  # (32)
df_dx = df_dz * dz_dq * dq_dx  # (33)
GRAPH = "Gradients on computational graphs"
_, *dq = gradients(lambda keras, x, y: x + y, x, y)
_, dz = gradients(lambda keras, q: q + 1, q)
_, dzx = gradients(lambda keras, x: x + y + 1, x)
_, *df_zr = gradients(lambda keras, z, r: z * r, z, r)
value, *df = gradients(lambda keras, x, y, r: (x + y + 1) * r, x, y, r)
for says, slide_values, engines, formulas in (
    ("f = (x + y + 1) r", [f], [value], "26 27 28"),
    ("dq/dx = 1, dq/dy = 1", [dq_dx, dq_dy], dq, "29"),
    ("dz/dq = 1, dz/dx = dz/dq dq/dx = 1", [dz_dq, dz_dx], [dz, dzx], "30 31"),
    ("df/dz = r, df/dr = z", [df_dz, df_dr], df_zr, "32"),
    ("df/dx = df/dz dz/dq dq/dx = r; df/dy too, and df/dr = z", [df_dx, df_dx, z], df, "33"),
):
    lesson.claim(GRAPH, says, np.array(slide_values), both(lambda keras, *parts: np.array(parts), *engines), formulas)  # fmt: skip

# %%
names = {name: ops.Symbol.leaf(name, shape=()) for name in ("x", "y", "r")}
f_symbol = (((names["x"] + names["y"]).named("q") + 1).named("z") * names["r"]).named("f")
feeds = dict(zip(names.values(), (x, y, r), strict=True))
lesson.show("graph", ops.draw_values(f_symbol, feeds, title="f = (x + y + 1) r"),
            "Each circle denotes an operation. Above the edges the forward pass, below the backward pass.")  # fmt: skip
lesson.show("graph-steps", ops.draw_frames(f_symbol, feeds, title="f = (x + y + 1) r"),
            "The small example, step by step: the forward pass, then the backward pass.")  # fmt: skip

# %% [markdown]
# ### Gradients are highly local: three gates
#
# The add gate hands its gradient on, the multiply gate swaps its inputs, the max gate chooses.
# $$ \frac{\partial f}{\partial x} = 1 \quad \frac{\partial f}{\partial y} = 1 \tag{34} $$
# $$ \frac{\partial f}{\partial x} = y \quad \frac{\partial f}{\partial y} = x \tag{35} $$
# $$ \frac{\partial f}{\partial x} = \mathbf{1}\{x \geq y\} \tag{36} $$
# $$ \frac{\partial f}{\partial y} = \mathbf{1}\{y \geq x\} \tag{37} $$
# At $x = y$ the max gate as printed hands the whole gradient to *both*. The engines give it to the
# first, so that it is passed on once.

# %%
GATES = "In backprop, gradients are highly local"


def gate(operation, x, y):
    """The two derivatives of `operation(keras, x, y)`, from both engines."""
    return both(lambda keras, *parts: np.array(parts), *gradients(operation, x, y)[1:])


def maximum(keras, x, y):
    """The max gate: the larger of x and y."""
    return keras.ops.maximum(x, y)


def max_gate(x, y):
    """The derivatives of the max gate with respect to x and y, as printed."""
    return np.array([x >= y, y >= x], float)  # (36) (37)


add_gate = np.array([1.0, 1.0])  # (34)
multiply_gate = np.array([y, x])  # (35)
lesson.claim(GATES, "add: 1 and 1", add_gate, gate(lambda keras, x, y: x + y, x, y), "34")
lesson.claim(GATES, "multiply: y and x", multiply_gate, gate(lambda keras, x, y: x * y, x, y), "35")
lesson.claim(GATES, "max: 1{x >= y} and 1{y >= x}", max_gate(x, y), gate(maximum, x, y), "36 37")
lesson.claim(GATES, "max where x = y: 1 and 1", max_gate(3.0, 3.0), gate(maximum, 3.0, 3.0), "36 37",
             remark="One of the two must be strict; the engines hand the gradient to the first.")  # fmt: skip

# %% [markdown]
# ### A larger example with numbers
#
# $$ F(x_1, x_2, x_3) = \max(w_1x_1 + w_2x_2, x_3) \tag{38} $$
# Its numbers are in the picture too; here are some of both kinds: the sum wins, and $x_3$ wins.

# %%
LARGER = "A larger example with numbers"


def larger(keras, w1, w2, x1, x2, x3):
    """F = max(w1 x1 + w2 x2, x3)."""
    return keras.ops.maximum(w1 * x1 + w2 * x2, x3)  # (38)


for who, numbers in (("the sum", (2.0, -1.0, 3.0, 4.0, 1.0)), ("x3", (2.0, -1.0, 3.0, 4.0, 7.0))):
    w1, w2, x1, x2, x3 = numbers
    won = float(w1 * x1 + w2 * x2 >= x3)
    by_hand = np.array(
        [max(w1 * x1 + w2 * x2, x3), won * x1, won * x2, won * w1, won * w2, 1 - won]
    )
    found = both(lambda keras, *parts: np.array(parts), *gradients(larger, *numbers))
    lesson.claim(LARGER, f"F and its five derivatives, where {who} wins", by_hand, found, "38")
    leaves = [ops.Symbol.leaf(name, shape=()) for name in ("w1", "w2", "x1", "x2", "x3")]
    F_symbol = ops.maximum(leaves[0] * leaves[2] + leaves[1] * leaves[3], leaves[4]).named("F")
    lesson.show(f"larger-{who.split()[-1]}",
                ops.draw_values(F_symbol, dict(zip(leaves, numbers, strict=True)), title=f"max(w1 x1 + w2 x2, x3): {who} wins"),
                "The max gate lets the gradient through to the winner, and nothing to the loser.")  # fmt: skip

# %% [markdown]
# **Note 1: cache forward pass variables.** The gradient of a multiply gate needs the gate's inputs.
# Kept from the forward pass, they serve all derivatives; without the cache, each derivative would
# need a forward pass of its own.


# %%
def counted_larger(keras, *numbers):
    """F as `larger` computes it; counts the forward passes."""
    passes.append(keras)
    return larger(keras, *numbers)


passes.clear()
gradients(counted_larger, *numbers)
cached = both(passes.count)
passes.clear()
for i in range(5):
    gradients(
        lambda keras, v, i=i: counted_larger(keras, *numbers[:i], v, *numbers[i + 1 :]), numbers[i]
    )
apart = both(passes.count)
lesson.claim(
    "Note 1: Cache forward pass variables", "one forward pass serves all five derivatives, instead of five",
    np.array([1, 5]), both(lambda keras, *counts: np.array(counts), cached, apart),
)  # fmt: skip

# %% [markdown]
# **Note 2: gradients add when a variable appears multiple times.**
# $$ \frac{\partial F}{\partial w_1} = \frac{\partial F}{\partial z_1} \frac{\partial z_1}{\partial
#    w_1} + \frac{\partial F}{\partial z_2} \frac{\partial z_2}{\partial w_1} \tag{39} $$
# the multivariable chain rule. Here $z_1 = w_1 x_1$, $z_2 = w_1 x_2$ and $F = z_1 z_2$.

# %%
w1, x1, x2 = 3.0, 2.0, -1.0
dF_dz1, dF_dz2, dz1_dw1, dz2_dw1 = w1 * x2, w1 * x1, x1, x2
dF_dw1 = dF_dz1 * dz1_dw1 + dF_dz2 * dz2_dw1  # (39)
_, twice = gradients(lambda keras, w: (w * x1) * (w * x2), w1)
lesson.claim("Note 2: Gradients add when a variable appears multiple times",
             "dF/dw1 is the sum over both paths", dF_dw1, twice, "39")  # fmt: skip
w_symbol, *x_symbols = (ops.Symbol.leaf(name, shape=()) for name in ("w1", "x1", "x2"))
F_symbol = ((w_symbol * x_symbols[0]).named("z1") * (w_symbol * x_symbols[1]).named("z2")).named(
    "F"
)
lesson.show(
    "used-twice",
    ops.draw_values(F_symbol, {w_symbol: w1, x_symbols[0]: x1, x_symbols[1]: x2}, title="w1 is used twice"),
    "Both edges bring a gradient back to w1; their sum stands beneath it.",
)  # fmt: skip

# %% [markdown]
# **Note 3: backprop through matrix multiplication.**
# $$ AB = C \tag{40} $$
# $$ dA = dC \times B^T \tag{41} $$
# $$ dB = dC \times A^T \tag{42} $$
# "Check matrix dimensions to verify": with $A$ 2 x 3 and $B$ 3 x 4, $dC$ is 2 x 4 and $A^T$ 3 x 2.
# There is no product $dC \times A^T$; the order must be $dB = A^T \times dC$. For square matrices
# there is one, and it is wrong all the same.

# %%
A, B, dC = draw.normal(size=(2, 3)), draw.normal(size=(3, 4)), draw.normal(size=(2, 4))


def product(a, b):
    """The matrix product, or why there is none."""
    return a @ b if a.shape[1] == b.shape[0] else f"no product: {a.shape} x {b.shape}"


def through(A, B, dC):
    """C, dA and dB from the engines."""
    C = both(lambda keras: keras.ops.matmul(A, B))
    return C, *gradients(lambda keras, A, B: keras.ops.sum(keras.ops.matmul(A, B) * dC), A, B)[1:]


MATRIX = "Note 3: Backprop through matrix multiplication"
C, dA, dB = through(A, B, dC)
lesson.claim(MATRIX, "AB = C", A @ B, C, "40")  # (40)
lesson.claim(MATRIX, "dA = dC x B^T", dC @ B.T, dA, "41")  # (41)
lesson.claim(MATRIX, "dB = dC x A^T", product(dC, A.T), dB, "42",  # (42)
             remark="The order: dB = A^T x dC, 3 x 2 times 2 x 4.")  # fmt: skip
lesson.claim(MATRIX, "dB = A^T x dC", A.T @ dC, dB)
square, square_dC = draw.normal(size=(3, 3)), draw.normal(size=(3, 3))
lesson.claim(MATRIX, "dB = dC x A^T, where all three are square", square_dC @ square.T,
             through(square, square, square_dC)[2], "42",
             remark="The dimensions fit, the numbers do not: dB = A^T x dC.")  # fmt: skip

# %% [markdown]
# ## Poll: what happens when the gradient passes through the ReLU function?
#
# *A. It stays the same. B. It is multiplied by a constant. C. It becomes zero. D. It either stays
# the same or is zeroed. E. None of the above.* Each answer is tested on 1,000 random inputs.

# %%
z_in, dy = draw.normal(size=1000), draw.normal(size=1000)
_, dx = gradients(lambda keras, z: keras.ops.sum(keras.ops.relu(z) * dy), z_in)


def true_answers(dx):
    """The letters of those answers that are true."""
    same, zero = dx == dy, dx == 0
    statements = {
        "A": same.all(), "B": np.ptp(dx / dy) == 0, "C": zero.all(),
        "D": np.all(same | zero) and not (same.all() or zero.all()),
    }  # fmt: skip
    return "".join(letter for letter, true in statements.items() if true) or "E"


lesson.claim("Poll: What happens when the gradient passes through the ReLU function?",
             "D: it either stays the same or is zeroed", "D", dx.map(true_answers))  # fmt: skip

# %% [markdown]
# ## Stochastic gradient descent
#
# Gradient descent passes through all training examples before it takes one step. SGD takes a step
# for each **batch**; once through the training set is an **epoch**. "Adam" is very commonly used.

# %%
EPOCHS, BATCH = 4, 32


def steps_taken(keras):
    """By `fit`, on 1,000 examples: in full batches, and in batches of 32."""
    counts = []
    for batch in (1000, BATCH):
        model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
        model.compile(loss="mse", optimizer="sgd")
        model.fit(
            np.ones((1000, 1)), np.ones((1000, 1)), batch_size=batch, epochs=EPOCHS, verbose=0
        )
        counts.append(int(model.optimizer.iterations))
    return np.array(counts)


lesson.claim(
    "Stochastic gradient descent", "an epoch is one step of GD, and of SGD as many as there are batches",
    np.array([EPOCHS, EPOCHS * -(-1000 // BATCH)]), both(steps_taken),
)  # fmt: skip
walks = {
    "gradient descent, 15 steps": both(lambda keras: descend(keras, keras.optimizers.SGD(0.25), 15)[0]),
    "SGD, batches of 4, 15 steps": both(lambda keras: descend(keras, keras.optimizers.SGD(0.25), 15, 4)[0]),
    "Adam, batches of 4, 15 steps": both(lambda keras: descend(keras, keras.optimizers.Adam(0.4), 15, 4)[0]),
}  # fmt: skip
lesson.show(
    "sgd", plots.paths(bowl, (-3, 3.6, -2.6, 2.6), walks, title="All examples for a step, or four", xlabel="$w_1$", ylabel="$w_2$"),
    "One epoch of batches of four (15 steps), beside 15 steps of full gradient descent, which read the data 15 times.",
)  # fmt: skip

# %% [markdown]
# ## When to stop, and on what data
#
# "Until convergence, when the loss no longer changes much." `EarlyStopping` is that rule; both
# libraries stop after the same epoch.

# %%


def stopped(keras):
    """After how many epochs the loss has not fallen by 0.001 three times in a row."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.05))
    stop = keras.callbacks.EarlyStopping("loss", min_delta=0.001, patience=3)
    history = model.fit(bowl_x, bowl_y, batch_size=20, epochs=60, callbacks=[stop], verbose=0)
    return np.array(history.history["loss"])


curve = both(stopped)
print(f"epochs until it stopped: {curve.map(len)}")
lesson.claim(
    "When to stop training neural network?", "until convergence, when the loss no longer changes much",
    True, curve.map(lambda losses: len(losses) < 60 and losses[-4] - losses[-1] < 0.003),
)  # fmt: skip

# %% [markdown]
# A portion of the data is set aside. The training set trains the weights, the validation set tunes
# hyperparameters, the test set is used once, at the end.
#
# **Poll: data splits.** *Learning rates {0.1, 0.01, 0.001, 0.0001}: which split should I use to
# evaluate which one is best? A. Train, B. Validation, C. Test.* **B**: the training set has been
# used to fit the weights, and a test set that has helped to choose no longer tells how well the
# choice does on data it has not seen. So here: the rate is chosen on the validation images, and the
# test images are looked at once, for that rate alone.

# %%
RATES = [0.1, 0.01, 0.001, 0.0001]
SPLITS = {
    "train": (images.x_train[:2000], images.y_train[:2000]),
    "validation": (images.x_valid[:2000], images.y_valid[:2000]),
    "test": (images.x_test[:2000], images.y_test[:2000]),
}


def accuracy(keras, model, split):
    """The share of a split that is answered rightly."""
    pixels, right = SPLITS[split]
    return np.mean(np.argmax(keras.ops.convert_to_numpy(model(pixels)), axis=1) == right)


def search(keras):
    """For each rate the accuracy on the training and validation images; then the test, once."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd")
    start, trained, seen = model.get_weights(), [], []
    for rate in RATES:
        model.set_weights(start)
        model.optimizer.learning_rate = rate
        model.fit(*SPLITS["train"], epochs=5, verbose=0)
        trained.append(model.get_weights())
        seen.append([accuracy(keras, model, split) for split in ("train", "validation")])
    best = int(np.argmax(np.array(seen)[:, 1]))
    model.set_weights(trained[best])
    return np.array(seen), RATES[best], accuracy(keras, model, "test")


searched = both(search)
for rate, (train, valid) in zip(RATES, searched.scratch[0], strict=True):
    print(f"learning rate {rate:<6}   train {train:.3f}   validation {valid:.3f}")
print(f"chosen: {searched.scratch[1]}, and on the test images, once: {searched.scratch[2]:.3f}")
lesson.claim("Poll: Data splits", "B: the validation split says which learning rate is best: 0.1 here", 0.1,
             searched.map(lambda s: s[1]))  # fmt: skip
lesson.claim(
    "Training, validation, and test sets", "the training accuracy flatters; validation and test are close",
    True, searched.map(lambda s: s[0][0, 0] > s[0][0, 1] and abs(s[2] - s[0][0, 1]) < s[0][0, 0] - s[0][0, 1]),
)  # fmt: skip
lesson.show(
    "learning-rates",
    plots.bars({f"{rate:g}": dict(zip(("train", "validation"), row, strict=True)) for rate, row in zip(RATES, searched.scratch[0], strict=True)},
               title="The learning-rate search", xlabel="learning rate", ylabel="accuracy", ylim=(0, 1)),
    "2,000 images, five epochs of SGD. The validation accuracy decides.",
)  # fmt: skip

# %% [markdown]
# ## The training loop
#
# 1. Sample a batch. 2. Forward pass. 3. Compute loss. 4. Backpropagate. 5. Final gradient on the
# batch, update weights. 6. Repeat. Written out for a softmax layer, and `fit`: the same weights.

# %%
loop_x, loop_y = images.x_train[:320].reshape(320, -1).astype("float64"), images.y_train[:320]
W_start = 0.01 * draw.normal(size=(784, 10))


def loop(alpha=0.1, batch=32):
    """The six steps of the training loop, for one epoch."""
    W, b = W_start.copy(), np.zeros(10)
    for first in range(0, len(loop_x), batch):
        x, labels = loop_x[first : first + batch], loop_y[first : first + batch]  # 1
        z = x @ W + b  # 2
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        batch_loss = -np.log(p[np.arange(batch), labels]).mean()  # 3
        dz = (p - np.eye(10)[labels]) / batch  # 4
        W, b = W - alpha * x.T @ dz, b - alpha * dz.sum(axis=0)  # 5
    return W, batch_loss  # 6


def loop_by(keras):
    """The weights after an epoch of `fit`."""
    model = keras.Sequential(
        [keras.Input(shape=(784,)), keras.layers.Dense(10, activation="softmax")]
    )
    model.set_weights([W_start, np.zeros(10)])
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.SGD(0.1))
    model.fit(loop_x, loop_y, batch_size=32, shuffle=False, verbose=0)
    return model.get_weights()[0]


lesson.claim("Training loop", "the six steps are what fit does", loop()[0], both(loop_by), bound=trajectory(10))  # fmt: skip

# %% [markdown]
# ## A complete example
#
# The slides close with two demos in the browser, a small network that learns XOR and the TensorFlow
# Playground (`training_deep_nets` has its circle). Here is XOR, in the workflow of the lecture: split
# the data, choose architecture and hyperparameters, train while watching the validation set.

# %%
points = draw.uniform(-1, 1, (400, 2))
opposite = (points[:, 0] * points[:, 1] < 0).astype(float)
grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 50)] * 2), axis=-1).reshape(-1, 2)


def xor(keras):
    """The history of a small network, its test accuracy, and its answers over the square."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input(shape=(2,)),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.05), metrics=["accuracy"]
    )
    history = model.fit(points[:280], opposite[:280], batch_size=16, epochs=30, verbose=0,
                        validation_data=(points[280:320], opposite[280:320]))  # fmt: skip
    test = model.evaluate(points[320:], opposite[320:], verbose=0, return_dict=True)["accuracy"]
    return (
        history.history,
        float(test),
        model.predict(grid, batch_size=2500, verbose=0).reshape(50, 50),
    )


learned = both(xor)
lesson.claim("A complete example", "a small network learns XOR: more than 9 of 10 test points", True,
             learned.map(lambda found: found[1] > 0.9))  # fmt: skip
lesson.show("xor", plots.regions(learned.map(lambda found: found[2]).by_name(), points, opposite, 1.0),
            "XOR: what the network answers over the square, and the points.")  # fmt: skip
lesson.show(
    "xor-history",
    plots.curves({name: learned.map(lambda found, name=name: np.array(found[0][name])) for name in ("loss", "val_loss")},
                 title="Watching the validation set", xlabel="epoch", ylabel="loss"),
    "Training and validation loss, epoch by epoch.",
)  # fmt: skip

# %%
lesson.finish()
