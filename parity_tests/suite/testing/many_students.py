# ruff: noqa: E501 - somebody's code, as it is written
"""Files of many styles, as courses teach them, and what each must be told.

For each: its text; whether it is right; and a part of what is said, of the assumption too.
"""

STUDENTS: dict[str, tuple[str, bool, str]] = {}


def student(name: str, right: bool, said: str, text: str) -> None:
    """One file."""
    STUDENTS[name] = text, right, said


student(
    "CS231n: affine",
    True,
    "like='dense'",
    """
def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    return out, (x, w, b)
def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T.dot(dout), dout.sum(axis=0)
""",
)
student(
    "CS231n: relu",
    True,
    "like='relu'",
    """
def relu_forward(x):
    return np.maximum(0, x), x
def relu_backward(dout, cache):
    dx, x = None, cache
    dx = dout * (x > 0)
    return dx
""",
)
student(
    "CS231n: softmax_loss",
    True,
    "from_logits=True",
    """
def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    N = x.shape[0]
    loss = -logp[np.arange(N), y].sum() / N
    dx = np.exp(logp)
    dx[np.arange(N), y] -= 1
    return loss, dx / N
""",
)
student(
    "CS231n: softmax_loss without 1/N",
    False,
    "p - y without 1/m",
    """
def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    N = x.shape[0]
    loss = -logp[np.arange(N), y].sum() / N
    dx = np.exp(logp)
    dx[np.arange(N), y] -= 1
    return loss, dx
""",
)
student(
    "CS231n: momentum with a config",
    True,
    "momentum=0.9",
    """
def sgd_momentum(w, dw, config=None):
    if config is None: config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    config["velocity"] = v
    return w + v, config
""",
)
student(
    "from scratch: relu that works in place",
    True,
    "like='relu'",
    """
class Relu:
    def __init__(self):
        self.mask = None
    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out
    def backward(self, dout):
        dout[self.mask] = 0
        return dout
""",
)
student(
    "from scratch: affine with weights given",
    True,
    "like='dense'",
    """
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.x = None
        self.dW = self.db = None
    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b
    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx
""",
)
student(
    "from scratch: softmax with loss",
    True,
    "from_logits=True",
    """
def softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)
class SoftmaxWithLoss:
    def __init__(self):
        self.y = self.t = None
    def forward(self, x, t):
        self.t, self.y = t, softmax(x)
        return -np.sum(t * np.log(self.y + 1e-300)) / len(x)
    def backward(self, dout=1):
        return (self.y - self.t) * dout / self.t.shape[0]
""",
)
student(
    "Ng: linear_activation_forward",
    True,
    "columns",
    """
def linear_forward(A_prev, W, b):
    Z = W.dot(A_prev) + b
    return Z, (A_prev, W, b)
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1 / m * np.dot(dZ, A_prev.T)
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db
""",
)
student(
    "Ng: db over the wrong axis",
    False,
    "bias gradient summed over the units",
    """
def linear_forward(A_prev, W, b):
    return W.dot(A_prev) + b, (A_prev, W, b)
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    return np.dot(W.T, dZ), dZ @ A_prev.T, np.sum(dZ, axis=0)
""",
)
student(
    "Ng: sigmoid and its backward",
    True,
    "like='sigmoid'",
    """
def sigmoid_forward(Z):
    return 1 / (1 + np.exp(-Z)), Z
def sigmoid_backward(dA, cache):
    s = 1 / (1 + np.exp(-cache))
    return dA * s * (1 - s)
""",
)
student(
    "PyTorch: Linear",
    True,
    "(units, inputs)",
    """
class Linear:
    def __init__(self, in_features, out_features, bias=True):
        self.weight = np.random.randn(out_features, in_features)
        self.bias = np.random.randn(out_features)
        self.weight_grad = self.bias_grad = None
    def forward(self, input):
        self.input = input
        return input @ self.weight.T + self.bias
    def backward(self, grad_output):
        self.weight_grad = grad_output.T @ self.input
        self.bias_grad = grad_output.sum(axis=0)
        return grad_output @ self.weight
""",
)
student(
    "PyTorch: dx with the transposed weight",
    False,
    "backward raised ValueError",
    """
class Linear:
    def __init__(self, in_features, out_features):
        self.weight = np.random.randn(out_features, in_features)
        self.bias = np.zeros(out_features)
    def forward(self, input):
        self.input = input
        return input @ self.weight.T + self.bias
    def backward(self, grad_output):
        self.weight_grad = grad_output.T @ self.input
        self.bias_grad = grad_output.sum(axis=0)
        return grad_output @ self.weight.T
""",
)
student(
    "nnfs: a dense layer",
    True,
    "like='dense'",
    """
class Layer_Dense:
    def __init__(self, n_inputs, n_neurons):
        self.weights = 0.01 * np.random.randn(n_inputs, n_neurons)
        self.biases = np.zeros((1, n_neurons))
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases
    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        self.dinputs = np.dot(dvalues, self.weights.T)
""",
)
student(
    "nnfs: an activation",
    True,
    "like='relu'",
    """
class Activation_ReLU:
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(0, inputs)
    def backward(self, dvalues):
        self.dinputs = dvalues.copy()
        self.dinputs[self.inputs <= 0] = 0
""",
)
student(
    "Aflak: a layer that updates itself",
    True,
    "like='dense'",
    """
class FCLayer:
    def __init__(self, input_size, output_size):
        self.weights = np.random.rand(input_size, output_size) - 0.5
        self.bias = np.random.rand(1, output_size) - 0.5
    def forward_propagation(self, input_data):
        self.input = input_data
        self.output = np.dot(self.input, self.weights) + self.bias
        return self.output
    def backward_propagation(self, output_error, learning_rate):
        input_error = np.dot(output_error, self.weights.T)
        weights_error = np.dot(self.input.T, output_error)
        self.weights -= learning_rate * weights_error
        self.bias -= learning_rate * output_error.sum(axis=0, keepdims=True)
        return input_error
""",
)
student(
    "scikit-learn: names with underscores",
    True,
    "like='dense'",
    """
class Affine:
    def __init__(self, d, k):
        self.coef_ = np.random.randn(k, d)
        self.intercept_ = np.zeros(k)
    def forward(self, X):
        self.X_ = X
        return X @ self.coef_.T + self.intercept_
    def backward(self, delta):
        return {"intercept_grad": delta.sum(0), "coef_grad": delta.T @ self.X_, "X_grad": delta @ self.coef_}
""",
)
student(
    "scikit-learn: log_loss(y_true, y_pred)",
    True,
    "binary_crossentropy",
    """
def log_loss(y_true, y_pred):
    p = np.clip(y_pred, 1e-15, 1 - 1e-15)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))
def log_loss_grad(y_true, y_pred):
    p = np.clip(y_pred, 1e-15, 1 - 1e-15)
    return (p - y_true) / (p * (1 - p)) / y_true.size
""",
)
student(
    "mse(predictions, targets)",
    True,
    "mean_squared_error",
    """
def mse(predictions, targets):
    return ((predictions - targets) ** 2).mean()
def mse_prime(predictions, targets):
    return 2 * (predictions - targets) / targets.size
""",
)
student(
    "mse(y, t): y is the prediction",
    False,
    "y and p swapped",
    """
def mse(y, t):
    return ((y - t) ** 2).mean()
def mse_grad(y, t):
    return 2 * (t - y) / t.size
""",
)
student(
    "a layer with its activation and a dictionary of gradients",
    True,
    "activation='relu'",
    """
class Hidden:
    def __init__(self, fan_in, fan_out):
        self.params = {"W": np.random.randn(fan_in, fan_out), "b": np.zeros(fan_out)}
        self.grads = {}
    def forward(self, x):
        z = x @ self.params["W"] + self.params["b"]
        self.cache = {"x": x, "z": z}
        return np.maximum(z, 0)
    def backward(self, dout):
        dz = dout * (self.cache["z"] > 0)
        self.grads = {"W": self.cache["x"].T @ dz, "b": dz.sum(axis=0)}
        return dz @ self.params["W"].T
""",
)
student(
    "relu applied to dy",
    False,
    "relu applied to dy",
    """
class Hidden:
    def __init__(self, fan_in, fan_out):
        self.W, self.b = np.random.randn(fan_in, fan_out), np.zeros(fan_out)
    def forward(self, x):
        self.x, self.z = x, x @ self.W + self.b
        return np.maximum(self.z, 0)
    def backward(self, dout):
        dz = np.maximum(dout, 0)
        self.dW, self.db = self.x.T @ dz, dz.sum(axis=0)
        return dz @ self.W.T
""",
)
student(
    "dy is changed before it is needed",
    False,
    "backward changes dy",
    """
class Hidden:
    def __init__(self, fan_in, fan_out):
        self.W, self.b = np.random.randn(fan_in, fan_out), np.zeros(fan_out)
    def forward(self, x):
        self.x = x
        self.a = np.tanh(x @ self.W + self.b)
        return self.a
    def backward(self, dout):
        dz = dout
        dz *= 1 - self.a ** 2
        self.dW = self.x.T @ dz
        dout *= 1 - self.a ** 2
        self.db = dout.sum(axis=0)
        return dz @ self.W.T
""",
)
student(
    "z is overwritten by the activation",
    False,
    "self.z no longer holds x W + b",
    """
class Hidden:
    def __init__(self, fan_in, fan_out):
        self.W, self.b = np.random.randn(fan_in, fan_out), np.zeros(fan_out)
    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        out = self.z
        np.tanh(out, out=out)
        return out
    def backward(self, dout):
        dz = dout / np.cosh(self.z) ** 3
        self.dW, self.db = self.x.T @ dz, dz.sum(axis=0)
        return dz @ self.W.T
""",
)
student(
    "a third of dx",
    False,
    "dW and db are the derivative of your forward, dx is not",
    """
class Hidden:
    def __init__(self, fan_in, fan_out):
        self.W, self.b = np.random.randn(fan_in, fan_out), np.zeros(fan_out)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dz):
        self.dW, self.db = self.x.T @ dz, dz.sum(axis=0)
        return dz @ np.cbrt(self.W.T)
""",
)
student(
    "sigmoid with exp(+z)",
    False,
    "exp(+z)",
    """
def sigmoid(z): return 1 / (1 + np.exp(z))
def sigmoid_prime(z): return np.exp(-z) / (1 + np.exp(-z)) ** 2
""",
)
student(
    "Adam of lists",
    True,
    "like='adam'",
    """
class AdamOptimizer:
    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.lr, self.beta1, self.beta2, self.epsilon = learning_rate, beta1, beta2, epsilon
        self.m, self.v, self.t = None, None, 0
    def step(self, params, grads):
        if self.m is None:
            self.m, self.v = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
        self.t += 1
        for i, (p, g) in enumerate(zip(params, grads)):
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * g
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * g * g
            p -= self.lr * self.m[i] / (1 - self.beta1**self.t) / (np.sqrt(self.v[i] / (1 - self.beta2**self.t)) + self.epsilon)
""",
)
student(
    "RMSprop that returns the new weight",
    True,
    "like='rmsprop'",
    """
class RMSProp:
    def __init__(self, lr=0.001, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps, self.s = lr, rho, eps, None
    def update(self, w, dw):
        if self.s is None: self.s = np.zeros_like(w)
        self.s = self.rho * self.s + (1 - self.rho) * dw ** 2
        return w - self.lr * dw / (np.sqrt(self.s) + self.eps)
""",
)
student(
    "AdaGrad of dictionaries",
    True,
    "like='adagrad'",
    """
class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, None
    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(val) for key, val in params.items()}
        for key in params.keys():
            self.h[key] += grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)
""",
)
student(
    "momentum that adds the step",
    False,
    "sign of the step",
    """
class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, {}
    def update(self, params, grads):
        for key in params:
            self.v[key] = self.momentum * self.v.get(key, 0) + self.lr * grads[key]
            params[key] += self.v[key]
""",
)
student(
    "softmax without its Jacobian",
    False,
    "softmax Jacobian forgotten",
    """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
def softmax_prime(z):
    s = softmax(z)
    return s * (1 - s)
""",
)
student(
    "a loss in columns",
    True,
    "columns",
    """
def compute_cost(AL, Y):
    m = Y.shape[1]
    return -np.sum(Y * np.log(np.clip(AL, 1e-9, 1))) / m
def compute_cost_gradient(AL, Y):
    return -Y / np.clip(AL, 1e-9, 1) / Y.shape[1]
""",
)
