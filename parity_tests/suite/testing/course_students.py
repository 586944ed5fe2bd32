# ruff: noqa: E501 - somebody's code, as it is written
"""Five more ways of writing the same things, each right, and wrong with the commonest mistakes.

lists       `self.params = [W, b]`, `self.grads = [dW, db]`, or dictionaries of W1, b1
columns     functions of dictionaries `parameters` and `grads`, samples in columns
objects     an optimizer of objects that have `data` and `grad`
visitors    an optimizer that is shown a layer, and leaves its moments with it
pairs       an optimizer of w and b, told the number of the step
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Course:
    """A file as a course has it.

    Attributes:
        text: of it.
        said: a part of what it is told, the assumption too.
        mistakes: by what must be said of each, what is replaced and by what.
    """

    text: str
    said: str
    mistakes: dict[str, tuple[str, str]] = field(default_factory=dict)


COURSES: dict[str, Course] = {}

COURSES["lists: affine"] = Course(
    """
class Affine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None
    def forward(self, x):
        W, b = self.params
        self.x = x
        return np.dot(x, W) + b
    def backward(self, dout):
        W, b = self.params
        dx = np.dot(dout, W.T)
        dW = np.dot(self.x.T, dout)
        db = np.sum(dout, axis=0)
        self.grads[0][...] = dW
        self.grads[1][...] = db
        return dx
""",
    "dense",
    {
        "wrong dW": ("np.dot(self.x.T, dout)", "-np.dot(self.x.T, dout)"),
        "weight gradient with an extra 1/m": (
            "dW = np.dot(self.x.T, dout)",
            "dW = np.dot(self.x.T, dout) / len(dout)",
        ),
        "accumulated": ("self.grads[0][...] = dW", "self.grads[0] += dW"),
        "wrong db": ("np.sum(dout, axis=0)", "np.sum(dout)"),
        "wrong dx": ("np.dot(dout, W.T)", "np.dot(dout, W.T) * 2"),
        "bias subtracted": ("np.dot(x, W) + b", "np.dot(x, W) - b"),
    },
)
COURSES["lists: a dictionary of W1 and b1"] = Course(
    """
class FullyConnected:
    def __init__(self, input_size, output_size):
        self.params = {"W1": 0.01 * np.random.randn(input_size, output_size), "b1": np.zeros(output_size)}
        self.grads = {}
    def forward(self, X):
        self.X = X
        return X @ self.params["W1"] + self.params["b1"]
    def backward(self, dout):
        self.grads["W1"] = self.X.T @ dout
        self.grads["b1"] = dout.sum(axis=0)
        return dout @ self.params["W1"].T
""",
    "dense",
    {
        "wrong dW": ("self.X.T @ dout", "-self.X.T @ dout"),
        "bias gradient averaged over the batch": ("dout.sum(axis=0)", "dout.mean(axis=0)"),
        "wrong db": ("dout.sum(axis=0)", "dout.sum(axis=1)"),
        "wrong dx": ("dout @ self.params", "-dout @ self.params"),
    },
)
COURSES["lists: made in the layer"] = Course(
    """
class Linear:
    def __init__(self, n_in, n_out):
        W = np.random.randn(n_in, n_out)
        b = np.zeros(n_out)
        self.params = [W, b]
        self.grads = [None, None]
    def __call__(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]
    def backward(self, dy):
        self.grads = [self.x.T @ dy, dy.sum(axis=0)]
        return dy @ self.params[0].T
""",
    "dense",
    {
        "wrong dW": ("self.x.T @ dy,", "-self.x.T @ dy,"),
        "wrong db": ("dy.sum(axis=0)", "dy.sum()"),
        "wrong dx": ("return dy @", "return 2 * dy @"),
    },
)
COURSES["columns: the update"] = Course(
    """
def update_parameters(parameters, grads, learning_rate=1.2):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W1 = W1 - learning_rate * grads["dW1"]
    b1 = b1 - learning_rate * grads["db1"]
    W2 = W2 - learning_rate * grads["dW2"]
    b2 = b2 - learning_rate * grads["db2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
""",
    "sgd",
    {
        "sign of the step": ("- learning_rate", "+ learning_rate"),
        "learning rate forgotten": ("- learning_rate * grads", "- grads"),
        "after step 1": ('b2 - learning_rate * grads["db2"]', 'b2 - learning_rate * grads["db1"]'),
    },
)
COURSES["columns: the update in a loop"] = Course(
    """
def update_parameters(params, grads, learning_rate):
    parameters = params.copy()
    L = len(parameters) // 2
    for l in range(L):
        parameters["W" + str(l+1)] = parameters["W" + str(l+1)] - learning_rate * grads["dW" + str(l+1)]
        parameters["b" + str(l+1)] = parameters["b" + str(l+1)] - learning_rate * grads["db" + str(l+1)]
    return parameters
""",
    "sgd",
    {
        "sign of the step": ("- learning_rate", "+ learning_rate"),
        "after step 1": ('grads["db" + ', 'grads["dW" + '),
        "wrong b1": ('parameters["b" + str(l+1)] = ', "unused = "),
    },
)
COURSES["columns: Adam"] = Course(
    """
def initialize_adam(parameters):
    L = len(parameters) // 2
    v, s = {}, {}
    for l in range(1, L + 1):
        v["dW" + str(l)] = np.zeros(parameters["W" + str(l)].shape)
        v["db" + str(l)] = np.zeros(parameters["b" + str(l)].shape)
        s["dW" + str(l)] = np.zeros(parameters["W" + str(l)].shape)
        s["db" + str(l)] = np.zeros(parameters["b" + str(l)].shape)
    return v, s

def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    L = len(parameters) // 2
    v_corrected, s_corrected = {}, {}
    for l in range(1, L + 1):
        for k in ("W" + str(l), "b" + str(l)):
            v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
            v_corrected["d" + k] = v["d" + k] / (1 - beta1 ** t)
            s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * grads["d" + k] ** 2
            s_corrected["d" + k] = s["d" + k] / (1 - beta2 ** t)
            parameters[k] = parameters[k] - learning_rate * v_corrected["d" + k] / (np.sqrt(s_corrected["d" + k]) + epsilon)
    return parameters, v, s, v_corrected, s_corrected
""",
    "adam",
    {
        "bias correction of v missing": (' = s["d" + k] / (1 - beta2 ** t)', ' = s["d" + k]'),
        "gradient not squared": (' * grads["d" + k] ** 2', ' * grads["d" + k]'),
        "sign of the step": ("parameters[k] - learning_rate", "parameters[k] + learning_rate"),
        "epsilon inside the root": (
            '(np.sqrt(s_corrected["d" + k]) + epsilon)',
            'np.sqrt(s_corrected["d" + k] + epsilon)',
        ),
    },
)
COURSES["columns: momentum, by its own learning rate"] = Course(
    """
def initialize_velocity(parameters):
    v = {}
    for key in parameters:
        v["d" + key] = np.zeros_like(parameters[key])
    return v

def update_parameters_with_momentum(parameters, grads, v, momentum, learning_rate):
    for key in parameters:
        v["d" + key] = momentum * v["d" + key] - learning_rate * grads["d" + key]
        parameters[key] = parameters[key] + v["d" + key]
    return parameters, v
""",
    "momentum=0.9",
    {
        "sign of the step": ("parameters[key] + v", "parameters[key] - v"),
        "sign of the momentum": ("= momentum * v", "= -momentum * v"),
        "learning rate applied twice": (
            "parameters[key] + v",
            "parameters[key] + learning_rate * v",
        ),
        "momentum convention": (
            'momentum * v["d" + key] - learning_rate * grads["d" + key]\n        parameters[key] = parameters[key] + v["d" + key]',
            'momentum * v["d" + key] + (1 - momentum) * grads["d" + key]\n        parameters[key] = parameters[key] - learning_rate * v["d" + key]',
        ),
    },
)
COURSES["columns: linear with 1/m"] = Course(
    """
def linear_forward(A, W, b):
    Z = np.dot(W, A) + b
    cache = (A, W, b)
    return Z, cache

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db
""",
    "takes the mean over the batch",
    {
        "wrong dW": ("np.dot(dZ, A_prev.T) / m", "np.dot(dZ, A_prev.T) / m / m"),
        "wrong db": ("np.sum(dZ, axis=1, keepdims=True) / m", "np.sum(dZ, axis=1, keepdims=True)"),
        "bias gradient summed over the units": ("axis=1", "axis=0"),
        "wrong dx": ("np.dot(W.T, dZ)", "np.dot(W.T, dZ) / m"),
    },
)
COURSES["objects: SGD"] = Course(
    """
class SGD:
    def __init__(self, params, lr=0.01):
        self.params = params
        self.lr = lr
    def step(self):
        for p in self.params:
            p.data -= self.lr * p.grad
    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.data)
""",
    "sgd",
    {
        "sign of the step": ("-= self.lr", "+= self.lr"),
        "learning rate forgotten": ("self.lr * p.grad", "p.grad"),
        "wrong": ("p.data -= self.lr * p.grad", "data = p.data - self.lr * p.grad"),
    },
)
COURSES["objects: SGD that may skip"] = Course(
    """
class Optimizer:
    def __init__(self, parameters):
        self.parameters = list(parameters)
    def step(self):
        raise NotImplementedError
    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

class SGD(Optimizer):
    def __init__(self, parameters, lr=0.01, momentum=0.0):
        super().__init__(parameters)
        self.lr, self.momentum = lr, momentum
        self.velocity = [np.zeros_like(p.data) for p in self.parameters]
    def step(self):
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            self.velocity[i] = self.momentum * self.velocity[i] + p.grad
            p.data = p.data - self.lr * self.velocity[i]
""",
    "as in PyTorch",
    {
        "sign of the step": ("p.data - self.lr", "p.data + self.lr"),
        "sign of the momentum": ("= self.momentum", "= -self.momentum"),
        "momentum convention": ("+ p.grad", "+ (1 - self.momentum) * p.grad"),
        "state shared between parameters": ("self.velocity[i]", "self.velocity[0]"),
    },
)
COURSES["objects: Adam"] = Course(
    """
class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps, self.t = list(params), lr, betas, eps, 0
        self.state = {p: (np.zeros_like(p.data), np.zeros_like(p.data)) for p in self.params}
    def step(self):
        self.t += 1
        b1, b2 = self.betas
        for p in self.params:
            m, v = self.state[p]
            m = b1 * m + (1 - b1) * p.grad
            v = b2 * v + (1 - b2) * p.grad ** 2
            self.state[p] = m, v
            p.data -= self.lr * (m / (1 - b1 ** self.t)) / (np.sqrt(v / (1 - b2 ** self.t)) + self.eps)
""",
    "adam",
    {
        "bias correction of m missing": ("(m / (1 - b1 ** self.t))", "m"),
        "t raised for every parameter": (
            "        for p in self.params:\n",
            "        for p in self.params:\n            self.t += 0 if p is self.params[0] else 1\n",
        ),
        "factor 1 - beta_2 missing": ("(1 - b2) * p.grad ** 2", "p.grad ** 2"),
        "epsilon inside the root": (
            "(np.sqrt(v / (1 - b2 ** self.t)) + self.eps)",
            "np.sqrt(v / (1 - b2 ** self.t) + self.eps)",
        ),
    },
)
COURSES["visitors: SGD with momentum"] = Course(
    """
class Optimizer_SGD:
    def __init__(self, learning_rate=1., decay=0., momentum=0.):
        self.learning_rate = learning_rate
        self.current_learning_rate = learning_rate
        self.decay = decay
        self.iterations = 0
        self.momentum = momentum
    def pre_update_params(self):
        if self.decay:
            self.current_learning_rate = self.learning_rate * (1. / (1. + self.decay * self.iterations))
    def update_params(self, layer):
        if self.momentum:
            if not hasattr(layer, 'weight_momentums'):
                layer.weight_momentums = np.zeros_like(layer.weights)
                layer.bias_momentums = np.zeros_like(layer.biases)
            weight_updates = self.momentum * layer.weight_momentums - self.current_learning_rate * layer.dweights
            layer.weight_momentums = weight_updates
            bias_updates = self.momentum * layer.bias_momentums - self.current_learning_rate * layer.dbiases
            layer.bias_momentums = bias_updates
        else:
            weight_updates = -self.current_learning_rate * layer.dweights
            bias_updates = -self.current_learning_rate * layer.dbiases
        layer.weights += weight_updates
        layer.biases += bias_updates
    def post_update_params(self):
        self.iterations += 1
""",
    "momentum=0.9",
    {
        "sign of the step": (
            "+= weight_updates\n        layer.biases += bias_updates",
            "-= weight_updates\n        layer.biases -= bias_updates",
        ),
        "sign of the momentum": ("self.momentum * layer", "-self.momentum * layer"),
        "after step 1": (
            "self.current_learning_rate * layer.dbiases\n            layer",
            "self.current_learning_rate * layer.dweights\n            layer",
        ),
    },
)
COURSES["visitors: Adam"] = Course(
    """
class Optimizer_Adam:
    def __init__(self, learning_rate=0.001, decay=0., epsilon=1e-7, beta_1=0.9, beta_2=0.999):
        self.learning_rate = learning_rate
        self.current_learning_rate = learning_rate
        self.decay = decay
        self.iterations = 0
        self.epsilon = epsilon
        self.beta_1 = beta_1
        self.beta_2 = beta_2
    def pre_update_params(self):
        if self.decay:
            self.current_learning_rate = self.learning_rate * (1. / (1. + self.decay * self.iterations))
    def update_params(self, layer):
        if not hasattr(layer, 'weight_cache'):
            layer.weight_momentums = np.zeros_like(layer.weights)
            layer.weight_cache = np.zeros_like(layer.weights)
            layer.bias_momentums = np.zeros_like(layer.biases)
            layer.bias_cache = np.zeros_like(layer.biases)
        layer.weight_momentums = self.beta_1 * layer.weight_momentums + (1 - self.beta_1) * layer.dweights
        layer.bias_momentums = self.beta_1 * layer.bias_momentums + (1 - self.beta_1) * layer.dbiases
        weight_momentums_corrected = layer.weight_momentums / (1 - self.beta_1 ** (self.iterations + 1))
        bias_momentums_corrected = layer.bias_momentums / (1 - self.beta_1 ** (self.iterations + 1))
        layer.weight_cache = self.beta_2 * layer.weight_cache + (1 - self.beta_2) * layer.dweights**2
        layer.bias_cache = self.beta_2 * layer.bias_cache + (1 - self.beta_2) * layer.dbiases**2
        weight_cache_corrected = layer.weight_cache / (1 - self.beta_2 ** (self.iterations + 1))
        bias_cache_corrected = layer.bias_cache / (1 - self.beta_2 ** (self.iterations + 1))
        layer.weights += -self.current_learning_rate * weight_momentums_corrected / (np.sqrt(weight_cache_corrected) + self.epsilon)
        layer.biases += -self.current_learning_rate * bias_momentums_corrected / (np.sqrt(bias_cache_corrected) + self.epsilon)
    def post_update_params(self):
        self.iterations += 1
""",
    "adam",
    {
        "t starts at 0": ("(self.iterations + 1)", "self.iterations"),
        "t never raised": ("        self.iterations += 1", "        pass"),
        "sign of the step": ("-self.current_learning_rate *", "self.current_learning_rate *"),
        "gradient not squared": ("layer.dweights**2", "layer.dweights"),
    },
)
COURSES["visitors: RMSprop"] = Course(
    """
class Optimizer_RMSprop:
    def __init__(self, learning_rate=0.001, decay=0., epsilon=1e-7, rho=0.9):
        self.learning_rate = learning_rate
        self.current_learning_rate = learning_rate
        self.decay = decay
        self.iterations = 0
        self.epsilon = epsilon
        self.rho = rho
    def pre_update_params(self):
        if self.decay:
            self.current_learning_rate = self.learning_rate * (1. / (1. + self.decay * self.iterations))
    def update_params(self, layer):
        if not hasattr(layer, 'weight_cache'):
            layer.weight_cache = np.zeros_like(layer.weights)
            layer.bias_cache = np.zeros_like(layer.biases)
        layer.weight_cache = self.rho * layer.weight_cache + (1 - self.rho) * layer.dweights**2
        layer.bias_cache = self.rho * layer.bias_cache + (1 - self.rho) * layer.dbiases**2
        layer.weights += -self.current_learning_rate * layer.dweights / (np.sqrt(layer.weight_cache) + self.epsilon)
        layer.biases += -self.current_learning_rate * layer.dbiases / (np.sqrt(layer.bias_cache) + self.epsilon)
    def post_update_params(self):
        self.iterations += 1
""",
    "rmsprop",
    {
        "rho and 1 - rho swapped": (
            "self.rho * layer.weight_cache + (1 - self.rho) * layer.dweights**2\n        layer.bias_cache = self.rho * layer.bias_cache + (1 - self.rho)",
            "(1 - self.rho) * layer.weight_cache + self.rho * layer.dweights**2\n        layer.bias_cache = (1 - self.rho) * layer.bias_cache + self.rho",
        ),
        "root forgotten": ("np.sqrt", ""),
        "sign of the step": ("+= -", "+= "),
    },
)
COURSES["visitors: a dense layer"] = Course(
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
    "dense",
    {
        "wrong dW": (
            "np.dot(self.inputs.T, dvalues)",
            "np.dot(self.inputs.T, dvalues) / len(dvalues)",
        ),
        "wrong db": ("np.sum(dvalues, axis=0, keepdims=True)", "np.sum(dvalues)"),
        "wrong dx": ("np.dot(dvalues, self.weights.T)", "-np.dot(dvalues, self.weights.T)"),
    },
)
COURSES["visitors: ReLU"] = Course(
    """
class Activation_ReLU:
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(0, inputs)
    def backward(self, dvalues):
        self.dinputs = dvalues.copy()
        self.dinputs[self.inputs <= 0] = 0
""",
    "relu",
    {
        "wrong dx[": ("dvalues.copy()", "np.ones_like(dvalues)"),
        "relu applied to dy": ("self.inputs <= 0", "self.dinputs <= 0"),
        "wrong dx": ("self.inputs <= 0", "self.inputs > 0"),
    },
)
COURSES["visitors: a loss"] = Course(
    """
class Loss:
    def calculate(self, output, y):
        sample_losses = self.forward(output, y)
        return np.mean(sample_losses)

class Loss_CategoricalCrossentropy(Loss):
    def forward(self, y_pred, y_true):
        samples = len(y_pred)
        y_pred_clipped = np.clip(y_pred, 1e-7, 1 - 1e-7)
        if len(y_true.shape) == 1:
            correct_confidences = y_pred_clipped[range(samples), y_true]
        elif len(y_true.shape) == 2:
            correct_confidences = np.sum(y_pred_clipped * y_true, axis=1)
        return -np.log(correct_confidences)
    def backward(self, dvalues, y_true):
        samples = len(dvalues)
        labels = len(dvalues[0])
        if len(y_true.shape) == 1:
            y_true = np.eye(labels)[y_true]
        self.dinputs = -y_true / dvalues
        self.dinputs = self.dinputs / samples
""",
    "categorical_crossentropy",
    {
        "wrong dp": ("-y_true / dvalues", "y_true / dvalues"),
        "1/m": ("self.dinputs / samples", "self.dinputs"),
        "wrong loss": ("-np.log", "np.log"),
    },
)
COURSES["visitors: softmax with its loss"] = Course(
    """
class Activation_Softmax:
    def forward(self, inputs):
        exp_values = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        self.output = exp_values / np.sum(exp_values, axis=1, keepdims=True)
    def backward(self, dvalues):
        self.dinputs = np.empty_like(dvalues)
        for index, (single_output, single_dvalues) in enumerate(zip(self.output, dvalues)):
            single_output = single_output.reshape(-1, 1)
            jacobian_matrix = np.diagflat(single_output) - np.dot(single_output, single_output.T)
            self.dinputs[index] = np.dot(jacobian_matrix, single_dvalues)

class Loss:
    def calculate(self, output, y):
        return np.mean(self.forward(output, y))

class Loss_CategoricalCrossentropy(Loss):
    def forward(self, y_pred, y_true):
        y_pred_clipped = np.clip(y_pred, 1e-7, 1 - 1e-7)
        if len(y_true.shape) == 1:
            correct_confidences = y_pred_clipped[range(len(y_pred)), y_true]
        else:
            correct_confidences = np.sum(y_pred_clipped * y_true, axis=1)
        return -np.log(correct_confidences)
    def backward(self, dvalues, y_true):
        if len(y_true.shape) == 1:
            y_true = np.eye(len(dvalues[0]))[y_true]
        self.dinputs = -y_true / dvalues / len(dvalues)

class Activation_Softmax_Loss_CategoricalCrossentropy:
    def __init__(self):
        self.activation = Activation_Softmax()
        self.loss = Loss_CategoricalCrossentropy()
    def forward(self, inputs, y_true):
        self.activation.forward(inputs)
        self.output = self.activation.output
        return self.loss.calculate(self.output, y_true)
    def backward(self, dvalues, y_true):
        samples = len(dvalues)
        if len(y_true.shape) == 2:
            y_true = np.argmax(y_true, axis=1)
        self.dinputs = dvalues.copy()
        self.dinputs[range(samples), y_true] -= 1
        self.dinputs = self.dinputs / samples
""",
    "from_logits=True",
    {
        "without 1/m": ("self.dinputs = self.dinputs / samples", "pass"),
        "wrong dp": ("y_true] -= 1", "y_true] += 1"),
        "wrong": (
            "axis=1, keepdims=True)\n    def backward",
            "axis=0, keepdims=True)\n    def backward",
        ),
    },
)
COURSES["pairs: Adam"] = Course(
    """
class AdamOptim():
    def __init__(self, eta=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.m_dw, self.v_dw = 0, 0
        self.m_db, self.v_db = 0, 0
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.eta = eta
    def update(self, t, w, b, dw, db):
        self.m_dw = self.beta1*self.m_dw + (1-self.beta1)*dw
        self.m_db = self.beta1*self.m_db + (1-self.beta1)*db
        self.v_dw = self.beta2*self.v_dw + (1-self.beta2)*(dw**2)
        self.v_db = self.beta2*self.v_db + (1-self.beta2)*(db**2)
        m_dw_corr = self.m_dw/(1-self.beta1**t)
        m_db_corr = self.m_db/(1-self.beta1**t)
        v_dw_corr = self.v_dw/(1-self.beta2**t)
        v_db_corr = self.v_db/(1-self.beta2**t)
        w = w - self.eta*(m_dw_corr/(np.sqrt(v_dw_corr)+self.epsilon))
        b = b - self.eta*(m_db_corr/(np.sqrt(v_db_corr)+self.epsilon))
        return w, b
""",
    "adam",
    {
        "bias correction of m missing": ("/(1-self.beta1**t)", ""),
        "sign of the step": ("- self.eta", "+ self.eta"),
        "gradient not squared": ("(dw**2)", "dw"),
        "another epsilon": ("+self.epsilon", "+1e-4"),
        "after step 1": ("(1-self.beta1)*db", "(1-self.beta1)*dw"),
    },
)
COURSES["pairs: a function"] = Course(
    """
def gradient_descent(w, b, dw, db, learning_rate):
    w = w - learning_rate * dw
    b = b - learning_rate * db
    return w, b
""",
    "sgd",
    {
        "sign of the step": ("- learning_rate", "+ learning_rate"),
        "learning rate forgotten": ("learning_rate * d", "d"),
        "after step 1": ("learning_rate * db", "learning_rate * dw"),
    },
)
COURSES["columns: a network with one hidden layer"] = Course(
    """
def sigmoid(z):
    return 1/(1+np.exp(-z))
def layer_sizes(X, Y):
    n_x = X.shape[0]
    n_h = 4
    n_y = Y.shape[0]
    return (n_x, n_h, n_y)
def initialize_parameters(n_x, n_h, n_y):
    W1 = np.random.randn(n_h, n_x) * 0.01
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.01
    b2 = np.zeros((n_y, 1))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
def forward_propagation(X, parameters):
    W1 = parameters["W1"]; b1 = parameters["b1"]; W2 = parameters["W2"]; b2 = parameters["b2"]
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = sigmoid(Z2)
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    return A2, cache
def compute_cost(A2, Y):
    m = Y.shape[1]
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    cost = -np.sum(logprobs) / m
    return float(np.squeeze(cost))
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    W1 = parameters["W1"]; W2 = parameters["W2"]
    A1 = cache["A1"]; A2 = cache["A2"]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
def update_parameters(parameters, grads, learning_rate=1.2):
    W1 = parameters["W1"] - learning_rate * grads["dW1"]
    b1 = parameters["b1"] - learning_rate * grads["db1"]
    W2 = parameters["W2"] - learning_rate * grads["dW2"]
    b2 = parameters["b2"] - learning_rate * grads["db2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
def nn_model(X, Y, n_h, num_iterations=10000):
    n_x, _, n_y = layer_sizes(X, Y)
    parameters = initialize_parameters(n_x, n_h, n_y)
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, parameters)
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads)
    return parameters
""",
    "the derivative of its own cost",
    {
        "sign of the gradient": ("dZ2 = A2 - Y", "dZ2 = Y - A2"),
        "1/m missing": (" / m\n    db2", "\n    db2"),
        "1/m twice": ("dZ2 = A2 - Y", "dZ2 = (A2 - Y) / m"),
        "right dW2, db2 wrong": ("1 - np.power(A1, 2)", "1 - np.power(A1, 1)"),
        "db1 has shape": ("db1 = np.sum(dZ1, axis=1", "db1 = np.sum(dZ1, axis=0"),
    },
)
COURSES["columns: a network of many layers"] = Course(
    """
def sigmoid(Z):
    A = 1/(1+np.exp(-Z))
    cache = Z
    return A, cache
def relu(Z):
    A = np.maximum(0,Z)
    cache = Z
    return A, cache
def relu_backward(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ
def sigmoid_backward(dA, cache):
    Z = cache
    s = 1/(1+np.exp(-Z))
    dZ = dA * s * (1-s)
    return dZ
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layer_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layer_dims[l],layer_dims[l-1])*0.01
        parameters['b' + str(l)] = np.zeros((layer_dims[l],1))
    return parameters
def linear_forward(A, W, b):
    Z = W.dot(A) + b
    cache = (A, W, b)
    return Z, cache
def linear_activation_forward(A_prev, W, b, activation):
    if activation == "sigmoid":
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = sigmoid(Z)
    elif activation == "relu":
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = relu(Z)
    cache = (linear_cache, activation_cache)
    return A, cache
def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        A, cache = linear_activation_forward(A_prev, parameters['W' + str(l)], parameters['b' + str(l)], "relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters['W' + str(L)], parameters['b' + str(L)], "sigmoid")
    caches.append(cache)
    return AL, caches
def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -(1/m)*np.sum(Y*np.log(AL)+(1-Y)*np.log(1-AL))
    cost = np.squeeze(cost)
    return cost
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1/m * np.dot(dZ, A_prev.T)
    db = 1/m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = relu_backward(dA, activation_cache)
        dA_prev, dW, db = linear_backward(dZ, linear_cache)
    elif activation == "sigmoid":
        dZ = sigmoid_backward(dA, activation_cache)
        dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    Y = Y.reshape(AL.shape)
    dAL = - (np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    current_cache = caches[L-1]
    grads["dA" + str(L-1)], grads["dW" + str(L)], grads["db" + str(L)] = linear_activation_backward(dAL, current_cache, "sigmoid")
    for l in reversed(range(L-1)):
        current_cache = caches[l]
        dA_prev_temp, dW_temp, db_temp = linear_activation_backward(grads["dA" + str(l + 1)], current_cache, "relu")
        grads["dA" + str(l)] = dA_prev_temp
        grads["dW" + str(l + 1)] = dW_temp
        grads["db" + str(l + 1)] = db_temp
    return grads
def update_parameters(params, grads, learning_rate):
    parameters = params.copy()
    L = len(parameters) // 2
    for l in range(L):
        parameters["W" + str(l+1)] = parameters["W" + str(l+1)] - learning_rate * grads["dW" + str(l+1)]
        parameters["b" + str(l+1)] = parameters["b" + str(l+1)] - learning_rate * grads["db" + str(l+1)]
    return parameters
def predict(X, y, parameters):
    m = X.shape[1]
    p = np.zeros((1,m))
    probas, caches = L_model_forward(X, parameters)
    return (probas > 0.5) * 1
""",
    "the derivative of its own cost",
    {
        "wrong dW1": ("dZ[Z <= 0] = 0", "dZ[dA <= 0] = 0"),
        "1/m twice": ("dW = 1/m * np.dot(dZ, A_prev.T)", "dW = 1/m * np.dot(dZ, A_prev.T) / m"),
        "dx with W not transposed": ("np.dot(W.T, dZ)", "np.dot(W, dZ)"),
        "sign of the gradient": ("dAL = - (np", "dAL = (np"),
    },
)
COURSES["lists: no bias"] = Course(
    """
class MatMul:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.x = None
    def forward(self, x):
        W, = self.params
        out = np.dot(x, W)
        self.x = x
        return out
    def backward(self, dout):
        W, = self.params
        dx = np.dot(dout, W.T)
        dW = np.dot(self.x.T, dout)
        self.grads[0][...] = dW
        return dx
""",
    "use_bias=False",
    {
        "wrong dW": ("np.dot(self.x.T, dout)", "-np.dot(self.x.T, dout)"),
        "dx with 1/m": ("np.dot(dout, W.T)", "np.dot(dout, W.T) / len(dout)"),
        "accumulated": ("self.grads[0][...] = dW", "self.grads[0] += dW"),
    },
)
COURSES["lists: softmax with its loss"] = Course(
    """
def softmax(x):
    if x.ndim == 2:
        x = x.T
        x = x - np.max(x, axis=0)
        y = np.exp(x) / np.sum(np.exp(x), axis=0)
        return y.T
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))
def cross_entropy_error(y, t):
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = y.reshape(1, y.size)
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + 1e-7)) / batch_size
class SoftmaxWithLoss:
    def __init__(self):
        self.params, self.grads = [], []
        self.y = None
        self.t = None
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        if self.t.size == self.y.size:
            self.t = self.t.argmax(axis=1)
        return cross_entropy_error(self.y, self.t)
    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(batch_size), self.t] -= 1
        dx *= dout
        dx = dx / batch_size
        return dx
""",
    "Your logarithm is of p + 1e-07",
    {
        "without 1/m": ("dx = dx / batch_size", "pass"),
        "wrong loss": ("1e-7)) / batch_size", "1e-7))"),
        "wrong dp": ("self.t] -= 1", "self.t] += 1"),
    },
)
COURSES["objects: a layer of parameters, and SGD"] = Course(
    """
class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)
class Linear:
    def __init__(self, n_in, n_out):
        self.W = Parameter(np.random.randn(n_in, n_out))
        self.b = Parameter(np.zeros(n_out))
    def forward(self, x):
        self.x = x
        return x @ self.W.data + self.b.data
    def backward(self, dy):
        self.W.grad += self.x.T @ dy
        self.b.grad += dy.sum(axis=0)
        return dy @ self.W.data.T
    def zero_grad(self):
        self.W.grad[...] = 0
        self.b.grad[...] = 0
    def parameters(self):
        return [self.W, self.b]
class SGD:
    def __init__(self, parameters, lr=0.01):
        self.parameters = parameters
        self.lr = lr
    def step(self):
        for p in self.parameters:
            p.data -= self.lr * p.grad
    def zero_grad(self):
        for p in self.parameters:
            p.grad[...] = 0
""",
    "dense",
    {
        "wrong dW": ("self.x.T @ dy", "-self.x.T @ dy"),
        "accumulated": ("self.W.grad[...] = 0\n        self.b.grad[...] = 0", "pass"),
        "db is not": ("dy.sum(axis=0)", "dy.sum()"),
        "sign of the step": ("p.data -= self.lr", "p.data += self.lr"),
    },
)
COURSES["objects: gradients for momentum"] = Course(
    """
class Momentum:
    def __init__(self, parameters, learning_rate=0.01, momentum=0.9):
        self.parameters = parameters; self.lr = learning_rate; self.mu = momentum
        self.v = [np.zeros(p.data.shape) for p in parameters]
    def step(self):
        for p, v in zip(self.parameters, self.v):
            v *= self.mu
            v -= self.lr * p.grad
            p.data += v
""",
    "momentum=0.9",
    {
        "sign of the momentum": ("v *= self.mu", "v *= -self.mu"),
        "sign of the step": ("p.data += v", "p.data -= v"),
        "learning rate applied twice": ("p.data += v", "p.data += self.lr * v"),
    },
)
COURSES["objects: a function"] = Course(
    """
def sgd(params, lr, batch_size=1):
    for p in params:
        p.data -= lr * p.grad / batch_size
        p.grad = np.zeros_like(p.grad)
""",
    "sgd",
    {
        "sign of the step": ("-= lr", "+= lr"),
        "learning rate forgotten": ("lr * p.grad", "p.grad"),
    },
)
COURSES["visitors: a model of layers"] = Course(
    """
class SGD:
    def __init__(self, learning_rate=0.1):
        self.learning_rate = learning_rate
    def step(self, model):
        for layer in model.layers:
            layer.weights = layer.weights - self.learning_rate * layer.grad_weights
            layer.bias = layer.bias - self.learning_rate * layer.grad_bias
""",
    "sgd",
    {
        "sign of the step": ("weights - self", "weights + self"),
        "wrong b": (
            "layer.bias - self.learning_rate * layer.grad_bias",
            "layer.bias - layer.grad_bias",
        ),
        "learning rate forgotten": ("self.learning_rate * ", ""),
    },
)
COURSES["visitors: lists in a network"] = Course(
    """
class GradientDescent:
    def __init__(self, lr):
        self.lr = lr
    def step(self, network):
        for layer in network.layers:
            for param, grad in zip(layer.params, layer.grads):
                param -= self.lr * grad
""",
    "sgd",
    {
        "sign of the step": ("param -=", "param +="),
        "wrong": ("param -= self.lr * grad", "param = param - self.lr * grad"),
    },
)
COURSES["visitors: dictionaries in layers"] = Course(
    """
class SGD:
    def __init__(self, learning_rate=0.1):
        self.learning_rate = learning_rate
    def update(self, layers):
        for layer in layers:
            for key in layer.params:
                layer.params[key] -= self.learning_rate * layer.grads[key]
""",
    "sgd",
    {
        "sign of the step": ("-= self", "+= self"),
    },
)
COURSES["visitors: AdaGrad"] = Course(
    """
class AdaGrad:
    def __init__(self, lr=0.01, eps=1e-7):
        self.lr = lr
        self.eps = eps
    def update(self, layer):
        if not hasattr(layer, "cache_W"):
            layer.cache_W = np.zeros_like(layer.W)
            layer.cache_b = np.zeros_like(layer.b)
        layer.cache_W += layer.dW ** 2
        layer.cache_b += layer.db ** 2
        layer.W -= self.lr * layer.dW / (np.sqrt(layer.cache_W) + self.eps)
        layer.b -= self.lr * layer.db / (np.sqrt(layer.cache_b) + self.eps)
""",
    "adagrad",
    {
        "gradient not squared": ("dW ** 2", "dW"),
        "root forgotten": ("np.sqrt", ""),
        "squares forgotten": ("+= layer.d", "= layer.d"),
        "sign of the step": ("-= self", "+= self"),
    },
)
COURSES["pairs: m and v handed on"] = Course(
    """
def adam_step(w, grad, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh = m / (1 - beta1**t)
    vh = v / (1 - beta2**t)
    w = w - lr * mh / (np.sqrt(vh) + eps)
    return w, m, v
""",
    "adam",
    {
        "factor 1 - beta_1 missing": (
            "m = beta1 * m + (1 - beta1) * grad\n    v = beta2 * v + (1 - beta2) * grad**2",
            "m = beta1 * m + grad\n    v = beta2 * v + (1 - beta2) * grad**2",
        ),
        "state reset in every step": ("return w, m, v", "return w, 0 * m, 0 * v"),
        "bias correction of v missing": ("v / (1 - beta2**t)", "v"),
    },
)
COURSES["pairs: m and v made by the first step"] = Course(
    """
def adam(theta, g, m=None, v=None, t=1, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if m is None:
        m, v = np.zeros_like(theta), np.zeros_like(theta)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    theta = theta - alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta, m, v
""",
    "adam",
    {
        "gradient not squared": ("* g**2", "* g"),
        "sign of the step": ("theta - alpha", "theta + alpha"),
        "bias correction of m missing": ("(m / (1 - beta1**t))", "m"),
    },
)
COURSES["pairs: RMSprop"] = Course(
    """
class RMSProp:
    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-8):
        self.lr, self.beta, self.eps = learning_rate, beta, epsilon
        self.s_w = 0
        self.s_b = 0
    def update(self, weights, biases, grad_w, grad_b):
        self.s_w = self.beta * self.s_w + (1 - self.beta) * grad_w ** 2
        self.s_b = self.beta * self.s_b + (1 - self.beta) * grad_b ** 2
        weights -= self.lr * grad_w / (np.sqrt(self.s_w) + self.eps)
        biases -= self.lr * grad_b / (np.sqrt(self.s_b) + self.eps)
        return weights, biases
""",
    "rmsprop",
    {
        "root forgotten": ("np.sqrt", ""),
        "squares added up": (
            "self.beta * self.s_w + (1 - self.beta) * grad_w ** 2",
            "self.s_w + grad_w ** 2",
        ),
        "wrong b": ("grad_b ** 2", "grad_w ** 2"),
    },
)
COURSES["lists: weights that the optimizer keeps"] = Course(
    """
class SGD:
    def __init__(self, params, lr=0.01):
        self.params = params
        self.lr = lr
    def step(self, grads):
        for p, g in zip(self.params, grads):
            p -= self.lr * g
""",
    "sgd",
    {
        "sign of the step": ("p -= self", "p += self"),
        "wrong": ("p -= self.lr * g", "p = p - self.lr * g"),
    },
)
COURSES["lists: a dictionary of gradients, gone through"] = Course(
    """
def update(params, grads, lr):
    for name, g in grads.items():
        params[name.replace("d", "")] -= lr * g
""",
    "sgd",
    {
        "sign of the step": ("-= lr", "+= lr"),
        "learning rate forgotten": ("lr * g", "g"),
    },
)
COURSES["visitors: layers given to the constructor"] = Course(
    """
class Adam:
    def __init__(self, layers, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.layers = layers
        self.lr, self.beta1, self.beta2, self.epsilon, self.t = lr, beta1, beta2, epsilon, 0
        self.m = [[np.zeros_like(l.W), np.zeros_like(l.b)] for l in layers]
        self.v = [[np.zeros_like(l.W), np.zeros_like(l.b)] for l in layers]
    def step(self):
        self.t += 1
        for i, l in enumerate(self.layers):
            for j, (p, g) in enumerate(((l.W, l.dW), (l.b, l.db))):
                self.m[i][j] = self.beta1 * self.m[i][j] + (1 - self.beta1) * g
                self.v[i][j] = self.beta2 * self.v[i][j] + (1 - self.beta2) * g * g
                mh = self.m[i][j] / (1 - self.beta1**self.t)
                vh = self.v[i][j] / (1 - self.beta2**self.t)
                p -= self.lr * mh / (np.sqrt(vh) + self.epsilon)
""",
    "adam",
    {
        "t never raised": ("self.t += 1", "self.t = 1"),
        "sign of the step": ("p -= self", "p += self"),
        "gradient not squared": ("* g * g", "* g"),
    },
)
COURSES["objects: RMSprop with alpha"] = Course(
    """
class Tensor:
    def __init__(self, data):
        self.data = data
        self.grad = None
class RMSProp:
    def __init__(self, params, lr=1e-3, alpha=0.9, eps=1e-8):
        self.params, self.lr, self.alpha, self.eps = params, lr, alpha, eps
        self.sq = {id(p): np.zeros_like(p.data) for p in params}
    def step(self):
        for p in self.params:
            s = self.sq[id(p)]
            s[...] = self.alpha * s + (1 - self.alpha) * p.grad ** 2
            p.data = p.data - self.lr * p.grad / (np.sqrt(s) + self.eps)
""",
    "rmsprop",
    {
        "root forgotten": ("np.sqrt(s)", "s"),
        "gradient not squared": ("p.grad ** 2", "p.grad"),
    },
)
COURSES["pairs: Adam with four moments"] = Course(
    """
def initialize(dim):
    return np.zeros((dim, 1)), 0.0
def adam_update(t, w, b, dw, db, m_dw, v_dw, m_db, v_db, eta=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m_dw = beta1*m_dw + (1-beta1)*dw
    m_db = beta1*m_db + (1-beta1)*db
    v_dw = beta2*v_dw + (1-beta2)*dw**2
    v_db = beta2*v_db + (1-beta2)*db**2
    w = w - eta*(m_dw/(1-beta1**t))/(np.sqrt(v_dw/(1-beta2**t))+epsilon)
    b = b - eta*(m_db/(1-beta1**t))/(np.sqrt(v_db/(1-beta2**t))+epsilon)
    return w, b, m_dw, v_dw, m_db, v_db
""",
    "adam",
    {
        "gradient not squared": ("dw**2", "dw"),
        "wrong b": ("(1-beta1)*db", "(1-beta1)*dw"),
        "sign of the step": ("- eta", "+ eta"),
    },
)
COURSES["columns: a network with samples in rows"] = Course(
    """
class Model:
    pass
def forward(x, params):
    h = np.maximum(0, x @ params["W1"] + params["b1"])
    p = 1 / (1 + np.exp(-(h @ params["W2"] + params["b2"])))
    return p, (x, h, p)
def loss(p, y):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
def backward(params, cache, y):
    x, h, p = cache
    dz2 = (p - y) / len(x)
    dh = dz2 @ params["W2"].T
    dh[h <= 0] = 0
    return {"W1": x.T @ dh, "b1": dh.sum(0, keepdims=True), "W2": h.T @ dz2, "b2": dz2.sum(0, keepdims=True)}
""",
    "the derivative of its own cost",
    {
        "sign of the gradient": ("(p - y)", "(y - p)"),
        "1/m missing": ("/ len(x)", "/ 1"),
        "dW2 has shape (1, 4), its parameter (4, 1)": ('"W2": h.T @ dz2', '"W2": dz2.T @ h'),
    },
)
