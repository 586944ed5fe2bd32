"""Convolutional networks: windows as rows, the flipped kernel, pooling, receptive fields, few data.

python -m examples.lectures.convolution
"""

# %% [markdown]
# # Convolutional networks
#
# What follows backpropagation in every course: layers that look at small windows of a picture, with
# the same weights for all of them. Forwards it is one matrix product; backwards it is a convolution
# again, with the kernel turned by half a circle. All of it in `scratch`, which is NumPy, and, where
# TensorFlow is installed, in tf.keras too. A line of code that ends in `# (7)` is formula (7).

# %%
import numpy as np

import scratch
from examples.lectures import LECTURES
from examples.lectures.kit import Lesson, both, gradients, jacobian, plots
from keras_models import cnn, fashion_mnist
from parity_tests.harness.tolerances import KAPPA, trajectory
from scratch import ops

lesson = Lesson("convolution", LECTURES["convolution"])
draw = np.random.default_rng(1)

# %% [markdown]
# ## A kernel slides over a picture
#
# One picture $x$ of one channel and a kernel $k$ of $3 \times 3$ weights. At each place the kernel
# lies upon a window of the picture; products are summed:
# $$ y_{ij} = \sum_{u,v} k_{uv} \, x_{i+u,\,j+v} \tag{1} $$
# In mathematics this is *cross-correlation*. A convolution runs through the kernel backwards:
# $$ (k * x)_{ij} = \sum_{u,v} k_{uv} \, x_{i-u,\,j-v} \tag{2} $$
# which, where kernel and window overlap whole, is (1) with a kernel turned by half a circle:
# $$ \check{k}_{uv} = k_{k_h - 1 - u,\; k_w - 1 - v} \tag{3} $$
# Textbooks print (2) for what a convolutional network does. Keras, like all others, computes (1) and
# calls it a convolution: its weights are learned, and may lie either way. The flipped kernel returns in the gradient.

# %%
x = draw.normal(size=(6, 6))
k = draw.normal(size=(3, 3))
taps = list(np.ndindex(3, 3))  # u, v
y = np.zeros((4, 4))
convolved = np.zeros((4, 4))
for i, j in np.ndindex(4, 4):
    y[i, j] = sum(k[u, v] * x[i + u, j + v] for u, v in taps)  # (1)
    convolved[i, j] = sum(k[u, v] * x[i + 2 - u, j + 2 - v] for u, v in taps)  # (2)
k_flipped = k[::-1, ::-1]  # (3)


def grid(ax, values, title, limit, numbers=False):
    """An array as coloured squares, blue below 0 and red above, with its numbers or without."""
    ax.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit)
    for (i, j), value in np.ndenumerate(values if numbers else np.empty((0, 0))):
        colour = "white" if abs(value) > 0.6 * limit else "black"
        ax.text(
            j,
            i,
            f"{value:.1f}" if value else "0",
            ha="center",
            va="center",
            fontsize=8,
            color=colour,
        )
    ax.grid(visible=False)
    ax.set(title=title, xticks=[], yticks=[])


def squares(ax, values, title, limit, numbers=False):
    """An array as coloured squares, blue below 0 and red above, with its numbers or without."""
    ax.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit)
    for (i, j), value in np.ndenumerate(values if numbers else np.empty((0, 0))):
        colour = "white" if abs(value) > 0.6 * limit else "black"
        written = f"{value:.1f}" if value else "0"
        ax.text(j, i, written, ha="center", va="center", fontsize=8, color=colour)
    ax.grid(visible=False)
    ax.set(title=title, xticks=[], yticks=[])


def slide(keras, picture, kernel, **settings):
    """`ops.conv` of one picture of one channel: (height, width)."""
    shape = (1, *picture.shape, 1)
    out = keras.ops.conv(
        keras.ops.reshape(picture, shape),
        keras.ops.reshape(kernel, (*kernel.shape, 1, 1)),
        **settings,
    )
    return out[0, :, :, 0]


SLIDING = "A kernel slides over a picture"
lesson.claim(
    SLIDING,
    "conv is the sum of products at each place",
    y,
    both(lambda keras: slide(keras, x, k)),
    "1",
)
lesson.claim(SLIDING, "a convolution of mathematics is conv with the kernel flipped", convolved,
             both(lambda keras: slide(keras, x, k_flipped)), "2 3")  # fmt: skip
lesson.claim(SLIDING, "Conv2D computes k * x, the convolution of mathematics", convolved, both(lambda keras: slide(keras, x, k)), "2",
             remark="It slides the kernel as it is, which is cross-correlation: (1).")  # fmt: skip

# %% [markdown]
# What a kernel can see, on a real picture: horizontal edges, vertical edges, a blur.

# %%
images = fashion_mnist.data()
picture = images.x_train[0].astype("float64")
KERNELS = {
    "horizontal edges": np.array([[1.0, 2, 1], [0, 0, 0], [-1, -2, -1]]),
    "vertical edges": np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]),
    "blur": np.full((3, 3), 1 / 9),
}
seen = {
    name: both(lambda keras, kernel=kernel: slide(keras, picture, kernel))
    for name, kernel in KERNELS.items()
}
figure, axes = plots.figure(4, size=(2.6, 2.8))
squares(axes[0, 0], picture, "a picture", 1)
for ax, (name, values) in zip(axes.flat[1:], seen.items(), strict=True):
    squares(ax, values.scratch, name, 1 if name == "blur" else 4)
lesson.show("kernels", figure, f"{images.name}: what three kernels of 3 x 3 make of a picture.")
flat = both(lambda keras: slide(keras, np.ones((5, 5)), KERNELS["horizontal edges"]))
lesson.claim(
    SLIDING,
    "where the picture is flat, an edge kernel gives nothing",
    True,
    flat.map(lambda f: np.all(f == 0)),
)
lesson.claim(SLIDING, "a blur keeps between the smallest and the largest grey", True,
             seen["blur"].map(lambda b: b.min() >= 0 and b.max() <= picture.max() + np.finfo(float).eps))  # fmt: skip

# %% [markdown]
# ## Sizes
#
# Of $n$ places, windows of $k$ at every $s$-th place fit, without padding ("valid"),
# $$ m = \left\lfloor \frac{n - k}{s} \right\rfloor + 1 \tag{4} $$
# times. With `padding="same"` there are as many as steps:
# $$ m = \left\lceil \frac{n}{s} \right\rceil \tag{5} $$
# for which so many zeros are needed in all
# $$ P = \max\left( (m - 1) s + k - n, \; 0 \right) \tag{6} $$
# of which before the first and after the last place
# $$ P_{\text{before}} = \left\lfloor \frac{P}{2} \right\rfloor, \quad P_{\text{after}} = P -
#    P_{\text{before}} \tag{7} $$
# The odd one comes *after*: PyTorch's symmetric padding is not the same when $P$ is odd. A dilated
# kernel, with gaps of $d - 1$ between its weights, covers
# $$ k_d = d (k - 1) + 1 \tag{8} $$
# places.

# %%
valid, same, before, after = {}, {}, {}, {}
SIZES = [(n, size, s) for n in (7, 8, 28) for size in (2, 3, 5) for s in (1, 2, 3)]
for n, size, s in SIZES:
    valid[n, size, s] = (n - size) // s + 1  # (4)
    same[n, size, s] = m = -(-n // s)  # (5)
    P = max((m - 1) * s + size - n, 0)  # (6)
    before[n, size, s], after[n, size, s] = P // 2, P - P // 2  # (7)
covered = [d * (3 - 1) + 1 for d in (1, 2, 3)]  # (8)


def line(keras, n, size, s, padding="valid", at=None, dilation=1):
    """A convolution of one dimension of a one at the place `at`, or of zeros, by a kernel of ones."""
    one = np.zeros((1, n, 1))
    if at is not None:
        one[0, at] = 1
    return keras.ops.conv(
        one, np.ones((size, 1, 1)), strides=s, padding=padding, dilation_rate=dilation
    )[0, :, 0]


SIZE = "Sizes"
lesson.claim(SIZE, "valid: (n - k) / s, rounded down, and one", np.array([*valid.values()]),
             both(lambda keras: np.array([line(keras, *case).shape[0] for case in SIZES])), "4")  # fmt: skip
lesson.claim(SIZE, "same: n / s, rounded up", np.array([*same.values()]),
             both(lambda keras: np.array([line(keras, *case, "same").shape[0] for case in SIZES])), "5")  # fmt: skip


def padded_by_hand(n, size, s):
    """A ramp with the zeros of (6) and (7), and the weights 1, 2, ... at every s-th place."""
    ramp = np.pad(np.arange(1.0, n + 1), (before[n, size, s], after[n, size, s]))
    return [
        ramp[i : i + size] @ np.arange(1.0, size + 1) for i in range(0, len(ramp) - size + 1, s)
    ]


def padded(keras, n, size, s):
    """The same by `padding="same"`."""
    ramp = np.arange(1.0, n + 1)[None, :, None]
    return keras.ops.conv(
        ramp, np.arange(1.0, size + 1).reshape(size, 1, 1), strides=s, padding="same"
    )[0, :, 0]


lesson.claim(SIZE, "same is valid, after P zeros, half of them before and the odd one after",
             np.concatenate([padded_by_hand(*case) for case in SIZES]),
             both(lambda keras: keras.ops.concatenate([padded(keras, *case) for case in SIZES])), "6 7")  # fmt: skip
lesson.claim(SIZE, "a kernel of 3 with gaps of d - 1 covers 3, 5, 7 places", np.array(covered),
             both(lambda keras: np.array([9 - line(keras, 9, 3, 1, dilation=d).shape[0] + 1 for d in (1, 2, 3)])), "8")  # fmt: skip

# %% [markdown]
# ## A convolution is a matrix product
#
# With $c$ channels of the picture and $o$ filters, each with a bias:
# $$ y_{ijq} = b_q + \sum_{u,v,p} k_{uvpq} \, x_{i+u,\,j+v,\,p} \tag{9} $$
# Lay each window as a row into a matrix, and each filter as a column into another:
# $$ X_{(ij),(uvp)} = x_{i+u,\,j+v,\,p}, \quad K_{(uvp),q} = k_{uvpq} \tag{10} $$
# Then all places and all filters are one product, which is what `scratch` calls the BLAS with:
# $$ Y = X K + b \tag{11} $$
# It takes
# $$ M = h_y \, w_y \cdot k_h \, k_w \, c \cdot o \tag{12} $$
# multiplications.

# %%
h, w, c, o = 5, 6, 2, 3
x = draw.normal(size=(h, w, c))
k = draw.normal(size=(3, 3, c, o))
b = draw.normal(size=o)
h_y, w_y = h - 2, w - 2
y = np.empty((h_y, w_y, o))
taps = list(np.ndindex(3, 3, c))  # u, v, p
for i, j, q in np.ndindex(h_y, w_y, o):
    y[i, j, q] = b[q] + sum(k[u, v, p, q] * x[i + u, j + v, p] for u, v, p in taps)  # (9)
X = np.array([x[i : i + 3, j : j + 3].ravel() for i, j in np.ndindex(h_y, w_y)])  # (10)
K = k.reshape(-1, o)
Y = X @ K + b  # (11)
M = h_y * w_y * 3 * 3 * c * o  # (12)


def layer(keras, **settings):
    """A Conv2D with these weights."""
    made = keras.layers.Conv2D(o, 3, **settings)
    made.build((None, h, w, c))
    made.set_weights([k, b])
    return made


PRODUCT = "A convolution is a matrix product"
lesson.claim(
    PRODUCT,
    "Conv2D is the sum over places and channels",
    y,
    both(lambda keras: layer(keras)(x[None])[0]),
    "9",
)
lesson.claim(
    PRODUCT,
    "windows as rows times filters as columns",
    Y.reshape(h_y, w_y, o),
    both(lambda keras: layer(keras)(x[None])[0]),
    "10 11",
)
lesson.claim(PRODUCT, "the rows are what extract_patches gives", X,
             both(lambda keras: keras.ops.reshape(keras.ops.image.extract_patches(x[None], 3, strides=1), (-1, 9 * c))), "10")  # fmt: skip
lesson.claim(PRODUCT, "multiplications: places times weights", M,
             both(lambda keras: int(np.prod(layer(keras)(x[None]).shape)) * layer(keras).kernel.shape[0] ** 2 * c), "12")  # fmt: skip
lesson.claim(PRODUCT, "a Dense layer on the rows does the same", Y,
             both(lambda keras: keras.ops.matmul(X, keras.ops.reshape(layer(keras).kernel, (-1, o))) + layer(keras).bias), "11")  # fmt: skip
figure, axes = plots.figure(3, size=(3.6, 3.2))
shown = {"x, channel 0": x[..., 0], "X: a window in a row": X, "K: a filter in a column": K}
for ax, (name, values) in zip(axes.flat, shown.items(), strict=True):
    squares(ax, values, name, 3)
lesson.show(
    "rows",
    figure,
    "The picture, its windows laid as rows, the filters laid as columns: Y = X K + b.",
)

# %% [markdown]
# It is linear in $x$ too: one channel in, one out, the picture as one long column, and
# $$ \operatorname{vec}(y) = T \operatorname{vec}(x), \quad T_{(ij),(i+u,\,j+v)} = k_{uv} \tag{13} $$
# A Dense layer whose matrix is mostly zeros, and repeats nine numbers. Moving the picture moves the
# answer; this is what the sharing of weights buys:
# $$ y[x \text{ moved by } (a, b)] = y[x] \text{ moved by } (a, b) \tag{14} $$

# %%
picture_5, kernel_3 = draw.normal(size=(5, 5)), draw.normal(size=(3, 3))
T = np.zeros((9, 25))
for i, j, u, v in np.ndindex(3, 3, 3, 3):
    T[3 * i + j, 5 * (i + u) + j + v] = kernel_3[u, v]  # (13)
wide = np.zeros((12, 12))
wide[3:8, 3:8] = picture_5
moved = np.roll(wide, (1, 2), axis=(0, 1))  # (14)
LINEAR = "A Dense layer, mostly zeros"
lesson.claim(
    LINEAR,
    "T vec(x) is the convolution",
    (T @ picture_5.ravel()).reshape(3, 3),
    both(lambda keras: slide(keras, picture_5, kernel_3)),
    "13",
)
jacobians = jacobian(lambda keras, p: keras.ops.reshape(slide(keras, p, kernel_3), (9,)), picture_5)
lesson.claim(LINEAR, "T is the Jacobian", T, jacobians.map(lambda J: J.reshape(9, 25)), "13")
lesson.claim(LINEAR, "the picture moved, the answer moved",
             np.roll(slide(scratch, wide, kernel_3).numpy(), (1, 2), axis=(0, 1)),
             both(lambda keras: slide(keras, moved, kernel_3)), "14")  # fmt: skip
figure, ((ax,),) = plots.figure(size=(6.4, 3.2))
ax.imshow(T, cmap="RdBu_r", vmin=-2.5, vmax=2.5)
ax.set(title="T, 9 x 25", xlabel="places of x", ylabel="places of y")
ax.grid(visible=False)
lesson.show(
    "toeplitz",
    figure,
    "The convolution as a Dense layer's matrix: nine numbers, moved on from row to row.",
)

# %% [markdown]
# ## Backwards
#
# From $dY = \partial L / \partial Y$, since (11) is a Dense layer:
# $$ dK = X^T dY \tag{15} $$
# $$ db = \sum_{ij} dY_{ij} \tag{16} $$
# $$ dX = dY K^T \tag{17} $$
# and since a pixel lies in several windows, what they ask of it is summed (*scattered*):
# $$ dx_{i+u,\,j+v,\,p} \mathrel{+}= dX_{(ij),(uvp)} \tag{18} $$

# %%
dy = draw.normal(size=(h_y, w_y, o))
dY = dy.reshape(-1, o)
dK = X.T @ dY  # (15)
db = dY.sum(axis=0)  # (16)
dX = dY @ K.T  # (17)
dx = np.zeros_like(x)
for row, (i, j) in enumerate(np.ndindex(h_y, w_y)):
    dx[i : i + 3, j : j + 3] += dX[row].reshape(3, 3, c)  # (18)


def weighted_by(dy, **settings):
    """A loss whose derivative by the outputs is `dy`."""
    return lambda keras, x, k, b: keras.ops.sum(
        dy * (keras.ops.conv(x[None], k, **settings)[0] + b)
    )


BACKWARDS = "Backwards"
_, dx_both, dk_both, db_both = gradients(weighted_by(dy), x, k, b)
lesson.claim(BACKWARDS, "dK = X^T dY", dK.reshape(k.shape), dk_both, "15")
lesson.claim(BACKWARDS, "db = the sum of dY over the places", db, db_both, "16")
lesson.claim(BACKWARDS, "dX = dY K^T, scattered: dx", dx, dx_both, "17 18")

# %% [markdown]
# ### dx is a convolution with the flipped kernel
#
# Which outputs has a pixel gone into? Into $y_{ij}$ it went with the weight $k_{p-i,\,q-j}$. So
# $$ dx_{pq} = \sum_{u,v} k_{uv} \, dy_{p-u,\,q-v} \tag{19} $$
# with $dy = 0$ outside: this is the convolution of mathematics, (2). Written as the sliding of (1):
# pad $dy$ by $k - 1$ on all sides, flip the kernel, change the places of its channels.
# $$ dx = \operatorname{pad}_{k-1}(dy) \star \check{k}, \quad \check{k}_{uvqp} = k_{k_h-1-u,\;
#    k_w-1-v,\; p q} \tag{20} $$
# With the matrix of (13) it is the transpose, hence "transposed convolution", Keras's
# `Conv2DTranspose`:
# $$ \operatorname{vec}(dx) = T^T \operatorname{vec}(dy) \tag{21} $$
# And the kernel's own gradient is a sliding too: $dy$, as a kernel, over $x$.
# $$ dk_{uv} = \sum_{i,j} dy_{ij} \, x_{i+u,\,j+v} \tag{22} $$
# In one dimension it can be drawn whole. $y_1 = k_1 x_1 + k_2 x_2$ and $y_2 = k_1 x_2 + k_2 x_3$:
# the middle pixel receives $k_2 \, dy_1 + k_1 \, dy_2$, the kernel backwards.

# %%
dy_one = draw.normal(size=(3, 3))
dx_one = np.zeros((5, 5))
for p, q in np.ndindex(5, 5):
    inside = [(u, v) for u in range(3) for v in range(3) if 0 <= p - u < 3 and 0 <= q - v < 3]
    dx_one[p, q] = sum(kernel_3[u, v] * dy_one[p - u, q - v] for u, v in inside)  # (19)
dy_padded = np.pad(dy, ((2, 2), (2, 2), (0, 0)))
k_turned = k[::-1, ::-1].swapaxes(2, 3)  # (20)
by_transpose = (T.T @ dy_one.ravel()).reshape(5, 5)  # (21)
dk_one = np.empty((3, 3))
for u, v in np.ndindex(3, 3):
    dk_one[u, v] = sum(dy_one[i, j] * picture_5[i + u, j + v] for i, j in np.ndindex(3, 3))  # (22)

_, dx_small, dk_small = gradients(
    lambda keras, p, kernel: keras.ops.sum(dy_one * slide(keras, p, kernel)), picture_5, kernel_3
)
FLIPPED = "dx is a convolution with the flipped kernel"
lesson.claim(FLIPPED, "dx: dy, run through by the kernel backwards", dx_one, dx_small, "19")
lesson.claim(FLIPPED, "pad dy, flip the kernel, swap its channels, slide: dx", dx,
             both(lambda keras: keras.ops.conv(dy_padded[None], np.ascontiguousarray(k_turned))[0]), "20")  # fmt: skip
lesson.claim(FLIPPED, "the transpose of T gives dx", by_transpose, dx_small, "21")
lesson.claim(FLIPPED, "Conv2DTranspose with the same kernel gives dx, though it goes forwards", dx,
             both(lambda keras: keras.ops.conv_transpose(dy[None], k, strides=1)[0]), "20 21")  # fmt: skip
lesson.claim(FLIPPED, "dy, as a kernel, slides over x: dk", dk_one, dk_small, "22")
lesson.claim(
    FLIPPED,
    "which conv itself computes",
    dk_one,
    both(lambda keras: slide(keras, picture_5, dy_one)),
    "22",
)
figure, axes = plots.figure(3, size=(3.6, 3.4))
shown = {
    "dy, padded by 2": np.pad(dy_one, 2),
    "the kernel, flipped": kernel_3[::-1, ::-1],
    "dx": dx_one,
}
for ax, (name, values) in zip(axes.flat, shown.items(), strict=True):
    squares(ax, values, name, 5, numbers=True)
for ax, side in ((axes[0, 0], 3), (axes[0, 2], 1)):  # the frames begin at row 1, column 2
    across, down = np.array([0, side, side, 0, 0]), np.array([0, 0, side, side, 0])
    ax.plot(across + 1.5, down + 0.5, color="#15803d", linewidth=3)
lesson.show(
    "flipped",
    figure,
    "The window of dy in the green frame, times the flipped kernel, is the framed entry of dx.",
)
leaves = {name: ops.Symbol.leaf(name, shape=()) for name in ("k1", "k2", "x1", "x2", "x3")}
k1, k2, x1, x2, x3 = leaves.values()
y1 = (k1 * x1 + k2 * x2).named("y1")
y2 = (k1 * x2 + k2 * x3).named("y2")
L = (0.5 * (ops.square(y1) + ops.square(y2))).named("L")
numbers = dict(zip(leaves.values(), map(np.array, (2.0, -1.0, 1.0, 3.0, 2.0)), strict=True))
lesson.show("one-dimension", ops.draw_values(L, numbers, title="Two windows share x2"),
            "A convolution of one dimension as a graph: values above the edges, gradients below.")  # fmt: skip
_, dx2 = gradients(lambda keras, m: 0.5 * ((2.0 * 1.0 - m) ** 2 + (2.0 * m - 2.0) ** 2), 3.0)
lesson.claim(
    FLIPPED, "drawn: the middle pixel receives k2 dy1 + k1 dy2", -1.0 * -1.0 + 2.0 * 4.0, dx2
)

# %% [markdown]
# ### With strides
#
# Windows at every second place leave gaps. Backwards, zeros stand between the entries of $dy$:
# $$ dz_{s i,\, s j} = dy_{ij}, \text{ else } 0; \quad dx = \operatorname{pad}_{k-1}(dz) \star
#    \check{k} \tag{23} $$

# %%
x_seven, dy_strided = draw.normal(size=(7, 7)), draw.normal(size=(3, 3))
dz = np.zeros((5, 5))
dz[::2, ::2] = dy_strided  # (23)
_, dx_strided = gradients(
    lambda keras, p: keras.ops.sum(dy_strided * slide(keras, p, kernel_3, strides=2)), x_seven
)
lesson.claim("With strides", "zeros between dy, then as before", dx_strided.scratch,
             both(lambda keras: slide(keras, np.pad(dz, 2), kernel_3[::-1, ::-1])), "23")  # fmt: skip

# %% [markdown]
# ## Pooling
#
# Keep the largest of each window, here $2 \times 2$ without overlap:
# $$ y_{ij} = \max_{u,v} x_{2i+u,\,2j+v} \tag{24} $$
# Backwards the largest receives all, the others nothing:
# $$ dx_{2i+u,\,2j+v} = dy_{ij} \, \mathbf{1}\{(u, v) = \operatorname{argmax}\} \tag{25} $$
# Where two are largest, on flat ground, or after a ReLU where all four are 0, the *first* receives
# it. The average shares evenly:
# $$ y_{ij} = \frac{1}{4} \sum_{u,v} x_{2i+u,\,2j+v} \tag{26} $$
# $$ dx_{2i+u,\,2j+v} = \frac{1}{4} dy_{ij} \tag{27} $$
# Neither loses any of it:
# $$ \sum dx = \sum dy \tag{28} $$

# %%
x_pool, dy_pool = draw.normal(size=(4, 6)), draw.normal(size=(2, 3))
windows = x_pool.reshape(2, 2, 3, 2).swapaxes(1, 2).reshape(2, 3, 4)
largest = windows.max(axis=-1)  # (24)
first = np.eye(4)[windows.argmax(axis=-1)]
dx_max = (first * dy_pool[..., None]).reshape(2, 3, 2, 2).swapaxes(1, 2).reshape(4, 6)  # (25)
average = windows.sum(axis=-1) / 4  # (26)
dx_average = np.repeat(np.repeat(dy_pool / 4, 2, axis=0), 2, axis=1)  # (27)
handed_on = np.array([dx_max.sum(), dx_average.sum()])  # (28)


def pool(keras, values, kind="max"):
    """Windows of 2 x 2 of one channel, by a layer."""
    kinds = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
    return kinds[kind](2)(keras.ops.reshape(values, (1, *values.shape, 1)))[0, :, :, 0]


def pool_gradient(values, dy, kind):
    """dx, by each engine."""
    found = {"max": "max_pool", "average": "average_pool"}[kind]
    return gradients(
        lambda keras, p: keras.ops.sum(
            dy
            * getattr(keras.ops, found)(keras.ops.reshape(p, (1, *values.shape, 1)), 2, 2)[
                0, :, :, 0
            ]
        ),
        values,
    )[1]


POOLING = "Pooling"
dx_pools = {kind: pool_gradient(x_pool, dy_pool, kind) for kind in ("max", "average")}
lesson.claim(
    POOLING, "the largest of each window", largest, both(lambda keras: pool(keras, x_pool)), "24"
)
lesson.claim(POOLING, "backwards the largest receives all", dx_max, dx_pools["max"], "25")
lesson.claim(POOLING, "of several largest the first receives all", np.array([[1.0, 0], [0, 0]]),
             pool_gradient(np.zeros((2, 2)), np.ones((1, 1)), "max"), "25")  # fmt: skip
lesson.claim(
    POOLING,
    "the average of each window",
    average,
    both(lambda keras: pool(keras, x_pool, "average")),
    "26",
)
lesson.claim(POOLING, "backwards the average shares evenly", dx_average, dx_pools["average"], "27")
lesson.claim(POOLING, "nothing is lost: the sum of dx is that of dy", handed_on,
             both(lambda keras, *found: np.array([f.sum() for f in found]), *dx_pools.values()), "28")  # fmt: skip
figure, axes = plots.figure(3, size=(3.6, 2.7))
shown = {"x": x_pool, "dx of the maximum": dx_max, "dx of the average": dx_average}
for ax, (name, values) in zip(axes.flat, shown.items(), strict=True):
    squares(ax, values, name, 2, numbers=True)
    for edge in (1.5, 3.5):
        ax.axvline(edge, color="#52525b")
    ax.axhline(1.5, color="#52525b")
lesson.show(
    "pooling", figure, "A picture of 4 x 6 in windows of 2 x 2, and where the gradient goes."
)

# %% [markdown]
# ## Receptive fields
#
# How much of the picture does a unit see? Each layer adds what its kernel reaches beyond one place,
# and a place is as many pixels wide as all strides before it say:
# $$ r_l = r_{l-1} + (k_l - 1) \, j_{l-1}, \quad r_0 = 1 \tag{29} $$
# $$ j_l = j_{l-1} \, s_l, \quad j_0 = 1 \tag{30} $$
# Of $l$ convolutions of 3 without strides:
# $$ r_l = 2 l + 1 \tag{31} $$
# So two of $3 \times 3$ see what one of $5 \times 5$ does, with fewer weights:
# $$ 2 \cdot 3^2 c^2 = 18 c^2 < 25 c^2 \tag{32} $$

# %%
STACKS = {
    "one conv": [(3, 1)],
    "two convs": [(3, 1)] * 2,
    "three convs": [(3, 1)] * 3,
    "conv, pool, conv": [(3, 1), (2, 2), (3, 1)],
    "conv, pool, conv, pool": [(3, 1), (2, 2), (3, 1), (2, 2)],
}
fields = {}
for name, stack in STACKS.items():
    r, j = 1, 1
    for size, s in stack:
        r = r + (size - 1) * j  # (29)
        j = j * s  # (30)
    fields[name] = r
in_a_row = [2 * number + 1 for number in (1, 2, 3)]  # (31)
two_of_three, one_of_five = 2 * 3**2 * 8**2, 5**2 * 8**2  # (32)


def field_of(stack):
    """What the middle output's gradient by the picture is, by each engine: zero where it sees nothing."""

    def middle(keras, p):
        z = keras.ops.reshape(p, (1, 28, 28, 1))
        for size, s in stack:
            z = keras.ops.conv(z, np.full((size, size, 1, 1), 1 / size**2), strides=s)
        return z[0, z.shape[1] // 2, z.shape[2] // 2, 0]

    return gradients(middle, np.ones((28, 28)))[1]


def weights_of(layer, shape):
    """How many weights a layer has for inputs of this shape."""
    layer.build(shape)
    return layer.count_params()


FIELDS = "Receptive fields"
sights = {name: field_of(stack) for name, stack in STACKS.items()}
for name, sight in sights.items():
    lesson.claim(FIELDS, f"{name} sees {fields[name]} x {fields[name]} pixels", fields[name] ** 2,
                 sight.map(lambda g: int(np.count_nonzero(g))), "29 30")  # fmt: skip
lesson.claim(FIELDS, "l convolutions of 3 see 2 l + 1", np.array(in_a_row),
             both(lambda keras, *found: np.array([np.count_nonzero(g.any(axis=0)) for g in found]), *[*sights.values()][:3]), "31")  # fmt: skip
lesson.claim(FIELDS, "two of 3 x 3 have fewer weights than one of 5 x 5", np.array([two_of_three, one_of_five]),
             both(lambda keras: np.array([n * weights_of(keras.layers.Conv2D(8, size, use_bias=False), (None, 9, 9, 8)) for n, size in ((2, 3), (1, 5))])), "32")  # fmt: skip
figure, axes = plots.figure(len(STACKS), size=(2.4, 2.7))
for ax, (name, sight) in zip(axes.flat, sights.items(), strict=True):
    squares(ax, sight.scratch / sight.scratch.max(), name, 1)
    ax.title.set_fontsize(9)
lesson.show(
    "fields", figure, "What a middle unit sees of 28 x 28 pixels, darker where it counts more."
)

# %% [markdown]
# ## Parameters
#
# A convolution's weights do not know how large the picture is:
# $$ (k_h k_w c + 1) \, o \tag{33} $$
# A Dense layer between the same numbers of inputs and outputs has
# $$ (h w c + 1) \, h_y w_y o \tag{34} $$
# of them. For the first layer of `keras_models/cnn.py`, 3 x 3 from 28 x 28 x 1 to 26 x 26 x 32, that
# is 320 against 17 million.

# %%
by_windows = (3 * 3 * 1 + 1) * 32  # (33)
by_dense = {n: (n * n * 1 + 1) * (n - 2) * (n - 2) * 32 for n in (8, 28)}  # (34)
whole = by_windows + (3 * 3 * 32 + 1) * 64 + (5 * 5 * 64 + 1) * 10
PARAMETERS = "Parameters"
lesson.claim(PARAMETERS, "a convolution: 320", by_windows,
             both(lambda keras: weights_of(keras.layers.Conv2D(32, 3), (None, 28, 28, 1))), "33")  # fmt: skip
lesson.claim(PARAMETERS, "a Dense layer from 8 x 8 to 6 x 6 x 32", by_dense[8],
             both(lambda keras: weights_of(keras.layers.Dense(6 * 6 * 32), (None, 8 * 8))), "34")  # fmt: skip
print(
    f"from 28 x 28 to 26 x 26 x 32: {by_windows} weights by windows, {by_dense[28]:,} by a Dense layer"
)
lesson.claim(
    PARAMETERS,
    "keras_models/cnn.py: 34,826",
    whole,
    both(lambda keras: cnn.build(keras).count_params()),
)
lesson.claim(PARAMETERS, "an eighth, or so, of the dense 784-300-100-10", True,
             both(lambda keras: 7 < fashion_mnist.build(keras).count_params() / cnn.build(keras).count_params() < 8))  # fmt: skip

# %% [markdown]
# ## Few pictures: overfitting, and augmentation
#
# A hundred pictures are soon learned by heart. But a shoe in a mirror is a shoe, and so is one that
# stands a little to the left. So each time a picture is looked at it is flipped or not,
# $$ x'_{ij} = x_{i,\,w-1-j} \tag{35} $$
# and moved by a few pixels, with zeros where nothing is known:
# $$ x'_{ij} = x_{i-a,\,j-b} \tag{36} $$
# `RandomFlip` and `RandomTranslation` do it, in training alone. (Pictures are moved in float32, whatever
# the network computes in: so a picture of float32 is moved here.)

# %%
x_aug = draw.uniform(size=(8, 8)).astype("float32").astype("float64")
mirrored = x_aug[:, ::-1]  # (35)
a_down, b_right = 2, 1
moved = np.zeros((8, 8))
moved[a_down:, b_right:] = x_aug[:-a_down, :-b_right]  # (36)


def translated(keras, training):
    """A picture of 8 x 8 moved by RandomTranslation, with factors that leave nothing to chance."""
    move = keras.layers.RandomTranslation(
        (a_down / 8, a_down / 8), (b_right / 8, b_right / 8), fill_mode="constant"
    )
    return move(x_aug[None, :, :, None], training=training)[0, :, :, 0]


AUGMENTATION = "Augmentation"
lesson.claim(
    AUGMENTATION,
    "a mirror",
    mirrored,
    both(lambda keras: keras.ops.flip(x_aug[None, :, :, None], axis=2)[0, :, :, 0]),
    "35",
)
flips = both(
    lambda keras: keras.layers.RandomFlip("horizontal", seed=3)(
        np.repeat(x_aug[None, :, :, None], 64, axis=0), training=True
    )[..., 0]
)
lesson.claim(AUGMENTATION, "RandomFlip mirrors some, and leaves the others as they are", True,
             flips.map(lambda f: {np.array_equal(p, x_aug.astype(p.dtype)) + 2 * np.array_equal(p, mirrored.astype(p.dtype)) for p in f} == {1, 2}), "35")  # fmt: skip
lesson.claim(AUGMENTATION, "the same pictures in both libraries, from one seed",
             flips.scratch, flips)  # fmt: skip
lesson.claim(
    AUGMENTATION,
    "RandomTranslation moves down by 2 and right by 1",
    moved,
    both(lambda keras: translated(keras, True)),
    "36",
)
lesson.claim(
    AUGMENTATION, "in training alone", x_aug, both(lambda keras: translated(keras, False)), "36"
)


# %% [markdown]
# The experiment: 100 pictures of 14 x 14 pixels to learn from, 1,000 to test on, a small network;
# with the two layers in front of it and without. And since photographers do not always hit the
# middle: the test pictures moved by two pixels down and right.


# %%
def halved(images):
    """Pictures of 28 x 28 as 14 x 14, one channel."""
    return images.astype("float64").reshape(len(images), 14, 2, 14, 2).mean(axis=(2, 4))[..., None]


FEW, EPOCHS = 100, 100
x_few, y_few = halved(images.x_train[:FEW]), images.y_train[:FEW]
x_new, y_new = halved(images.x_test[:1000]), images.y_test[:1000]
x_off = np.zeros_like(x_new)
x_off[:, 2:, 2:] = x_new[:, :-2, :-2]


def learner(keras, augment):
    """A small convolutional network, compiled."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    front = [
        layers.RandomFlip("horizontal", seed=1),
        layers.RandomTranslation(0.15, 0.15, fill_mode="constant", seed=2),
    ]
    model = keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            *(front if augment else []),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.Adam(0.003),
        metrics=["accuracy"],
    )
    return model


def few(keras, augment):
    """The losses epoch by epoch, in training and in the test, and accuracies at the end: training, test, moved."""
    model = learner(keras, augment)
    history = model.fit(
        x_few,
        y_few,
        batch_size=20,
        epochs=EPOCHS,
        verbose=0,
        validation_data=(x_new, y_new),
        validation_batch_size=1000,
    )
    ends = [
        model.evaluate(*given, batch_size=1000, verbose=0, return_dict=True)["accuracy"]
        for given in ((x_few, y_few), (x_new, y_new), (x_off, y_new))
    ]
    return {
        "train": np.array(history.history["loss"]),
        "test": np.array(history.history["val_loss"]),
        "ends": np.array(ends),
    }


without, augmented = (
    both(lambda keras, augment=augment: few(keras, augment)) for augment in (False, True)
)
for name, found in (("without", without), ("with augmentation", augmented)):
    print(
        f"{name:18} training {found.scratch['ends'][0]:.1%}, test {found.scratch['ends'][1]:.1%}, moved {found.scratch['ends'][2]:.1%}"
    )
OVERFITTING = "Few pictures"
first_epochs = trajectory(2 * FEW // 20, KAPPA["adam"])
for name, found in (("without", without), ("with", augmented)):
    lesson.claim(OVERFITTING, f"the losses of the first two epochs are the same in both libraries, {name} augmentation",
                 found.scratch["train"][:2], found.map(lambda f: f["train"][:2]), bound=first_epochs)  # fmt: skip
lesson.claim(
    OVERFITTING,
    "without augmentation, the pictures are learned by heart: all of them",
    1.0,
    without.map(lambda f: f["ends"][0]),
)
lesson.claim(
    OVERFITTING,
    "and the test loss rises again",
    True,
    without.map(lambda f: f["test"][-1] > f["test"].min() * 1.1),
)
lesson.claim(OVERFITTING, "with augmentation the test loss is lower in the end", True,
             both(lambda keras, plain, better: better["test"][-1] < plain["test"][-1], without, augmented))  # fmt: skip
lesson.claim(OVERFITTING, "and training and test accuracy come closer", True,
             both(lambda keras, plain, better: better["ends"][0] - better["ends"][1] < plain["ends"][0] - plain["ends"][1], without, augmented))  # fmt: skip
lesson.claim(OVERFITTING, "pictures that are moved are recognized far better: by a tenth and more", True,
             both(lambda keras, plain, better: better["ends"][2] > plain["ends"][2] + 0.1, without, augmented))  # fmt: skip
figure, ((left, right),) = plots.figure(2)
for ax, name, found in (
    (left, "without augmentation", without),
    (right, "with augmentation", augmented),
):
    plots.curves(
        {"training": found.map(lambda f: f["train"]), "test": found.map(lambda f: f["test"])},
        axes=ax,
        title=name,
        xlabel="epoch",
        ylabel="loss",
        ylim=(0, 2.5),
    )
lesson.show(
    "augmentation",
    figure,
    f"{FEW} pictures, {EPOCHS} epochs: without augmentation the test loss turns upwards.",
)
lesson.show(
    "accuracies",
    plots.bars({name: dict(zip(("training", "test", "test, moved"), found.scratch["ends"], strict=True)) for name, found in (("without", without), ("with augmentation", augmented))},
               title="100 pictures", ylabel="accuracy", ylim=(0, 1.12)),
    "What is learned by heart, and what is learned.",
)  # fmt: skip

# %%
lesson.finish()
