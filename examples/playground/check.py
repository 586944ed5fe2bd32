"""The gradient check: one derivative, found in independent ways.

    hand          the layers' own backward passes, which training uses
    graph         the definitions as one graph, differentiated symbol by symbol
    tape          the definitions under `scratch`'s GradientTape
    differences   (L(w + h) - L(w - h)) / 2h, nothing but the loss itself
    complex       Im L(w + ih) / h, which subtracts nothing; float64 only
    tf            tf.keras's GradientTape, where tf.keras runs beside

How far they may be apart is told by the largest gradient there is, also where the labels are wrong:
of a trained network a - y is what is left of two numbers near one, with the roundings of these.
A difference errs by h^2 L''' / 6 and by u L / h: too large an h and too small an h are both wrong.
"""

from typing import Any

import numpy as np

from parity_tests.harness.tolerances import UNIT_ROUNDOFF, derivative
from scratch.testing import by_complex_step, by_graph, by_hand

from .bugs import BUGS, described, planted
from .choices import library
from .fields import RefusedError, number, one_of, table
from .finite import quiet, weight_name
from .microscope import chosen
from .network import build, compiled, policy, precision
from .run import Run

MOST = 400  # weights of which differences are taken
WAYS = ("hand", "graph", "tape", "differences", "complex", "tf")


class Subject:
    """A model like the run's, in a type of its own, and a batch.

    Args:
        run: whose weights it has.
        rows: the points of the batch.
        dtype: of the copy.
    """

    def __init__(self, run: Run, rows: np.ndarray, dtype: str) -> None:
        self.run, self.dtype = run, dtype
        self.x = run.x[rows].astype(dtype)
        targets = run.targets[rows]
        self.y = targets.astype(dtype) if targets.dtype.kind == "f" else targets
        state = {**run.state, "dtype": dtype}
        with quiet(), precision(library, dtype), policy(library, dtype):
            self.model = compiled(library, build(library, state, run.samples), state)
            self.model.set_weights(run.model.get_weights())
        self.variables = self.model.trainable_variables
        self.places = [(v, index) for v in self.variables for index in np.ndindex(tuple(v.shape))]
        if len(self.places) > MOST:
            at = np.linspace(0, len(self.places) - 1, MOST).astype(int)
            self.places = [self.places[i] for i in at]

    def loss(self) -> float:
        """The whole loss of the batch, in inference."""
        return float(self.model.test_on_batch(self.x, self.y))

    @property
    def wrong(self) -> np.ndarray:
        """Targets that are wrong for every row: another class, or another number."""
        y, k = self.y, self.model.output_shape[-1]
        if y.dtype.kind != "f":
            return (y + 1) % k
        classes = k > 1 and np.isin(y, (-1, 0, 1)).all()
        return np.roll(y, 1, axis=-1) if classes else -1 - y

    def losses(self, variable: Any, index: tuple[int, ...], h: float) -> tuple[float, float, float]:
        """L(w + h) and L(w - h) of one weight, and how far apart the two w really were."""
        value = variable.array[index]
        found = []
        for moved in (value + h, value - h):
            variable.array[index] = moved
            found.append((self.loss(), float(variable.array[index])))
        variable.array[index] = value
        (high, right), (low, left) = found
        return high, low, right - left

    def difference(self, variable: Any, index: tuple[int, ...], h: float) -> float:
        """The central difference of one weight."""
        high, low, apart = self.losses(variable, index, h)
        return (high - low) / apart if apart else 0.0

    def picked(self, gradients: list[np.ndarray]) -> np.ndarray:
        """Of whole gradients the places that are compared."""
        known = dict(zip(map(id, self.variables), gradients, strict=True))
        return np.array([known[id(v)][index] for v, index in self.places])

    def by_tape(self) -> list[np.ndarray]:
        """By `scratch`'s tape."""
        with library.GradientTape() as tape:
            outputs = self.model(self.x, training=False)
            loss = self.model.compute_loss(x=self.x, y=self.y, y_pred=outputs)
        found = tape.gradient(loss, self.variables)
        pairs = zip(self.variables, found, strict=True)
        return [np.zeros_like(v.array) if g is None else np.asarray(g) for v, g in pairs]


def check(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `check` answers."""
    dtype = one_of("dtype", request.get("dtype", "float64"), ("float32", "float64"))
    h = number("h", request.get("h", _best(dtype)), 1e-12, 1)
    name = request.get("bug")
    bug = None if name is None else BUGS[one_of("bug", name, BUGS)]
    subject = Subject(run, chosen(run, request.get("rows")), dtype)
    with quiet(), precision(library, dtype):
        with planted(subject.model, bug):
            loss, _, gradients, _ = by_hand(subject.model, subject.x, subject.y)
        if bug is not None and bug.behind is not None:
            bug.behind(subject.model, gradients)
        size = np.abs(subject.picked(by_hand(subject.model, subject.x, subject.wrong)[2])).max()
        found = {"hand": subject.picked(gradients)}
        found["graph"] = subject.picked(by_graph(subject.model, subject.x, subject.y)[1])
        found["tape"] = subject.picked(subject.by_tape())
        found["differences"], slack, bends = _differences(subject, h)
        if dtype == "float64":
            entries: list[list[tuple[int, ...]]] = [
                [index for w, index in subject.places if w is v] for v in subject.variables
            ]
            parts = by_complex_step(subject.model, subject.x, subject.y, entries=entries)
            found["complex"] = np.concatenate(parts)
        if run.twin is not None:
            found["tf"] = subject.picked(run.twin.gradients(subject))
    bound = derivative(dtype)
    others = (values for key, values in found.items() if key != "hand")
    scale = max(size, *(np.abs(values).max(initial=0) for values in others))
    ways = {}
    for way in WAYS[1:]:
        if way not in found:
            continue
        away = np.abs(found[way] - found["hand"])
        allowed = bound.relative * scale + (slack if way == "differences" else 0)
        worst = int((away - allowed).argmax())
        ways[way] = {
            "largest": float(away.max()),
            "relative": float(away.max() / scale) if scale else 0.0,
            "agrees": bool((away <= allowed).all()),
            "worst": _called(*subject.places[worst]),
        }
    caught = [way for way, said in ways.items() if not said["agrees"]]
    return {
        "dtype": dtype,
        "h": h,
        "loss": float(loss),
        "weights": [_called(v, index) for v, index in subject.places],
        "gradients": found,
        "ways": ways,
        "bound": bound.relative,
        "why": bound.why,
        "bug": None if bug is None else described(str(name)),
        "caught": caught,
        "bends": [_called(*subject.places[i]) for i in np.flatnonzero(bends)],
    }


def _best(dtype: str) -> float:
    """The step at which both errors of a difference are small: the cube root of u."""
    return float(UNIT_ROUNDOFF[dtype] ** (1 / 3))


def _differences(subject: Subject, h: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Differences, how far each may be off, and where a bend of the loss lies within h.

    By rounding, u / h: what the loss is summed of is about 1. By the third derivative, which 2h
    shows. At a bend the slopes on its two sides differ, however small h is; where the loss is
    smooth they come together. Of a bend that lies off w, 2h shows a part too.
    """
    center, u = subject.loss(), UNIT_ROUNDOFF[subject.dtype]
    found, slack, bends = [], [], []
    for v, index in subject.places:
        high, low, apart = subject.losses(v, index, h)
        higher, lower, further = subject.losses(v, index, 2 * h)
        near = (high - low) / apart if apart else 0.0
        wide = (higher - lower) / further if further else 0.0
        rounding = 8 * u * max(1.0, abs(center), abs(higher), abs(lower)) / h
        bend = abs(high - 2 * center + low) / h
        bent = bend > 4 * rounding and abs(higher - 2 * center + lower) / (2 * h) < 1.5 * bend
        found.append(near)
        slack.append(rounding + 4 * abs(wide - near) + (bend if bent else 0.0))
        bends.append(bent)
    return np.array(found), np.array(slack), np.array(bends, bool)


def _called(variable: Any, index: tuple[int, ...]) -> dict[str, Any]:
    return {"weight": weight_name(variable), "index": list(index)}


def curve(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `u_curve` answers: the error of a difference over h, of one weight.

    Raises:
        RefusedError: for a weight that is not trained.
    """
    table("u_curve", request, ("command", "id", "weight", "index", "rows", "dtype"))
    dtype = one_of("dtype", request.get("dtype", "float64"), ("float32", "float64"))
    subject = Subject(run, chosen(run, request.get("rows")), dtype)
    weight, index = run.place(request)
    names = [weight_name(v) for v in subject.variables]
    if weight not in names:
        raise RefusedError(f"{weight} is not trained: it has no gradient")
    k = names.index(weight)
    steps = np.logspace(-12 if dtype == "float64" else -6, 0, 49)
    exact = Subject(run, chosen(run, request.get("rows")), "float64")
    with quiet(), precision(library, "float64"):
        _, _, gradients, _ = by_hand(exact.model, exact.x, exact.y)
    true = float(gradients[k][index])
    with quiet(), precision(library, dtype):
        found = [subject.difference(subject.variables[k], index, float(h)) for h in steps]
    errors = np.abs(np.array(found) - true)
    if not np.isfinite(errors).all():
        raise RefusedError("The loss is not finite near these weights")
    return {
        "h": steps,
        "error": errors,
        "gradient": true,
        "best": float(steps[errors.argmin()]),
        "expected": _best(dtype),
        "dtype": dtype,
    }
