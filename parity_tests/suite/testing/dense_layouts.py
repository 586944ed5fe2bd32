"""A dense layer with tanh, written in every widely taught layout: right, or with one mistake.

samples      rows or columns
W            (inputs, units) or (units, inputs)
b            (units,), (1, units) or (units, 1), as the samples ask for
gradients    as attributes, a tuple in some order, a dictionary, or of functions with a cache
1/m          in the layer, or not
names        that say which size is which, or that mean nothing, in either order
"""

import itertools
from dataclasses import dataclass

FORMS = ("attributes", "tuple", "dictionary", "cache")
SIZES = {"named": "n_in, n_out", "in first": "p, q", "out first": "q, p"}


@dataclass(frozen=True)
class Style:
    """One of the layouts."""

    columns: bool
    transposed: bool
    bias: str
    form: str
    mean: bool
    sizes: str

    def __str__(self) -> str:
        said = ["columns" if self.columns else "rows", "W^T" if self.transposed else "W",
                f"b {self.bias}", self.form, "1/m" if self.mean else "", self.sizes]  # fmt: skip
        return " ".join(filter(None, said))


def styles() -> list[Style]:
    """All of them; functions get their weights and have no sizes to be told."""
    found = []
    for columns, transposed, form, mean in itertools.product(
        *[(False, True)] * 2, FORMS, (False, True)
    ):
        for bias in ("column",) if columns else ("flat", "row"):
            for sizes in ("named",) if form == "cache" else SIZES:
                found.append(Style(columns, transposed, bias, form, mean, sizes))  # type: ignore[arg-type]
    return found


def source(style: Style, mistake: str = "") -> str:
    """The layer as text; `mistake` is one of `MISTAKES`, or empty."""
    product, dw, dx = {
        (False, False): ("x @ W", "x.T @ dz", "dz @ W.T"),
        (False, True): ("x @ W.T", "dz.T @ x", "dz @ W"),
        (True, False): ("W.T @ x", "x @ dz.T", "W @ dz"),
        (True, True): ("W @ x", "dz @ x.T", "W.T @ dz"),
    }[style.columns, style.transposed]
    axis = 1 if style.columns else 0
    keep = ", keepdims=True" if style.bias != "flat" else ""
    parts = {
        "m": f"x.shape[{axis}]",
        "z": f"{product} + b",
        "y": "np.tanh(z)",
        "dz": "dy * (1 - np.tanh(z) ** 2)",
        "dW": dw,
        "db": f"np.sum(dz, axis={axis}{keep})",
        "dx": dx,
    }
    if style.mean:
        parts |= {name: f"({parts[name]}) / m" for name in ("dW", "db")}
    for name, (old, new) in MISTAKES.get(mistake, {}).items():
        new = new.format(other=1 - axis, keep=keep, product=product)
        assert old in parts[name], (old, parts[name])
        parts[name] = parts[name].replace(old, new) if old else new.replace("@@", parts[name])
    return FUNCTIONS.format(**parts) if style.form == "cache" else _a_class(style, parts)


# Of each part of the code: what is replaced (all of it where that is empty), and by what.
MISTAKES: dict[str, dict[str, tuple[str, str]]] = {
    "missing bias": {"z": (" + b", "")},
    "bias subtracted": {"z": ("+ b", "- b")},
    "no activation": {"y": ("", "z")},
    "another activation": {"y": ("", "1 / (1 + np.exp(-z))")},
    "sign of z": {"y": ("tanh(z)", "tanh(-z)")},
    "derivative forgotten": {"dz": ("", "dy")},
    "derivative of y": {"dz": ("tanh(z)", "tanh(np.tanh(z))")},
    "derivative without the square": {"dz": (" ** 2", "")},
    "dy forgotten": {"dz": ("dy * ", "")},
    "dW of the wrong sign": {"dW": ("", "-(@@)")},
    "dW transposed": {"dW": ("", "(@@).T")},
    "dW averaged, db not": {"dW": ("", "(@@) / 3")},
    "db not summed": {"db": ("", "dz")},
    "db summed over the units": {"db": ("", "np.sum(dz, axis={other})")},
    "db summed over everything": {"db": ("", "np.sum(dz)")},
    "db of dy": {"db": ("dz", "dy")},
    "dx of dy": {"dx": ("dz", "dy")},
    "dx of the wrong sign": {"dx": ("", "-(@@)")},
}

FUNCTIONS = """
def affine_tanh_forward(x, W, b):
    z = {z}
    return {y}, (x, W, b, z)

def affine_tanh_backward(dy, cache):
    x, W, b, z = cache
    m = {m}
    dz = {dz}
    return {dx}, {dW}, {db}
"""


def _a_class(style: Style, parts: dict[str, str]) -> str:
    n_in, n_out = ("n_in", "n_out") if style.sizes == "named" else ("p", "q")
    shape = f"{n_out}, {n_in}" if style.transposed else f"{n_in}, {n_out}"
    bias = {"flat": n_out, "row": f"(1, {n_out})", "column": f"({n_out}, 1)"}[style.bias]
    given = {
        "attributes": "self.dW, self.db = dW, db\n        return dx",
        "tuple": "return dW, dx, db",
        "dictionary": "return {'db': db, 'dX': dx, 'dW': dW}",
    }[style.form]
    return f"""
class Layer:
    def __init__(self, {SIZES[style.sizes]}):
        self.W = np.random.randn({shape}) * 0.1
        self.b = np.zeros({bias})

    def forward(self, x):
        W, b = self.W, self.b
        z = {parts["z"]}
        self.x, self.z = x, z
        return {parts["y"]}

    def backward(self, dy):
        x, z, W, b = self.x, self.z, self.W, self.b
        m = {parts["m"]}
        dz = {parts["dz"]}
        dW = {parts["dW"]}
        db = {parts["db"]}
        dx = {parts["dx"]}
        {given}
"""
