"""The verdict: checks whose bounds were derived, none of them picked to fit.

What decides is what must hold on any machine: the same initial weights, the same batches, float64
digits, and float32 digits for as long as both engines compute the same function. How far apart two
float32 trainings end up after that is chaos at work, and TensorFlow parts from itself just as far:
that distance is shown, and not judged. The numbers are those of `harness.tolerances`.
"""

from dataclasses import dataclass

import numpy as np

from parity_tests.commands.main_job import compare
from parity_tests.commands.main_job.job import Job, Run
from parity_tests.commands.main_job.probes import Stretch
from parity_tests.harness import tolerances

# Up to here an adaptive optimizer's float64 trajectory is not chaotic (measured: after about 9,000
# steps NumPy parts from its own twin with permuted units as fast as from TensorFlow).
ADAPTIVE_HORIZON = {"float64": 9000, "float32": 100}


@dataclass(frozen=True)
class Check:
    """One question, and its answer.

    Attributes:
        name: what is compared.
        holds: the answer.
        found: what was measured, in words.
        used: the share of the bound that was used; 0 where bits must be equal and are.
        why: where the bound comes from.
    """

    name: str
    holds: bool
    found: str
    used: float
    why: str


class Growth:
    """How far two correct trajectories may be apart after t steps: 8 kappa sqrt(t) u.

    Args:
        optimizer: its configuration.
        precision: `"float32"` or `"float64"`.
        length: steps of the trajectory.
    """

    def __init__(self, optimizer: dict, precision: str, length: int) -> None:
        kind = str(optimizer["name"]).rstrip("_0123456789").lower()
        self.adaptive = kind != "sgd"
        if kind in tolerances.KAPPA:
            self.kappa = tolerances.kappa_of(kind, float(optimizer.get("momentum") or 0.0))
        else:
            self.kappa = max(tolerances.KAPPA.values())
        self.precision = precision
        self.length = min(length, ADAPTIVE_HORIZON[precision]) if self.adaptive else length

    def judges(self, step: int) -> bool:
        """Whether the bound says anything about this step."""
        return 0 < step <= self.length

    def allowed(self, step: int) -> float:
        """The bound on the max norm after `step` steps.

        An adaptive optimizer divides by a root that starts at zero, so its roundings count most in
        the first steps: all of its trajectory is held to the bound of the last step.
        """
        at = self.length if self.adaptive else step
        return tolerances.trajectory(at, self.kappa, self.precision).relative

    @property
    def formula(self) -> str:
        """The bound as a reader may check it."""
        power = {"float32": "2⁻²⁴", "float64": "2⁻⁵³"}[self.precision]
        kappa = "" if self.kappa == 1 else f"·{self.kappa:g}"
        ending = f", t = {self.length}" if self.adaptive else ""
        return f"max norm ≤ 8{kappa}·√t·u, u = {power}{ending}"


def initial_weights(actual: Run, expected: Run) -> Check:
    """Uniform draws are equal bit for bit, normal ones within libm's last bits."""
    differing, total, furthest, holds = 0, 0, 0.0, True
    for name, a, b in zip(actual.initializers, actual.weights[0], expected.weights[0], strict=True):
        apart = compare.ulps(a, b)
        differing += int(np.count_nonzero(a != b))
        total += a.size
        furthest = max(furthest, float(apart.max(initial=0.0)))
        allowed = tolerances.LIBM_ULPS if "Normal" in name else 0.0
        holds &= a.dtype == b.dtype and bool(np.all(apart <= allowed))
    found = f"{differing:,} of {total:,} differ" + (f" (by {furthest:g} ulp)" * bool(differing))
    why = (
        "Same seed, same generator (Philox 4x32-10), same float32 arithmetic: equal bit for bit. "
        "Normal draws go through the C library's log and sin, and may differ in the last place."
    )
    return Check("initial weights", holds, found, 0.0, why)


def batch_order(actual: np.ndarray, expected: np.ndarray) -> Check:
    """The samples that fit feeds, one by one."""
    same = actual.shape == expected.shape and bool(np.array_equal(actual, expected))
    places = f"{len(expected):,} places"
    if same:
        found = f"equal at all {places}"
    elif actual.shape != expected.shape:
        found = f"{len(actual):,} samples against {len(expected):,}"
    else:
        found = f"{np.count_nonzero(actual != expected):,} of {places} differ"
    why = "fit's shuffle is an integer algorithm on the same stream: two epochs must agree exactly."
    return Check("order of batches", same, found, 0.0, why)


def float64_weights(actual: Stretch, expected: Stretch, optimizer: dict) -> Check:
    """Weights at the checkpoints of the float64 stretch."""
    growth = Growth(optimizer, "float64", max(expected.weights))
    why = (
        f"{growth.formula}: each step adds the rounding of its sums, and errors of random sign "
        "grow like the root of their number. A wrong digit in a formula would be orders larger."
    )
    return _trajectory("float64 stretch: weights", actual, expected, growth, why)


def float64_log(actual: Stretch, expected: Stretch) -> Check:
    """The log of fit in the float64 stretch: loss, metrics, and those of validation."""
    if list(actual.history) != list(expected.history):
        found = f"{', '.join(actual.history)} against {', '.join(expected.history)}"
        return Check("float64 stretch: log", False, found, np.inf, "The same names in one order.")
    furthest = 0.0
    for name, values in expected.history.items():
        a, b = np.array(actual.history[name]), np.array(values)
        furthest = max(
            furthest, float(np.max(np.abs(a - b) / np.maximum(np.abs(b), np.finfo(float).tiny)))
        )
    allowed = tolerances.SGD_CEILING
    why = f"Means over equal samples of weights that agree: relative difference ≤ {allowed:g}."
    names = ", ".join(expected.history)
    return Check(
        "float64 stretch: log",
        furthest <= allowed,
        f"{furthest:.1e} at most, in {names}",
        furthest / allowed,
        why,
    )


def float32_weights(actual: Stretch, expected: Stretch, optimizer: dict) -> Check:
    """Weights at the checkpoints of the float32 stretch, up to the first flipped ReLU mask."""
    length = max(expected.weights)
    flip = first_flip(actual, expected)
    growth = Growth(optimizer, "float32", length if flip is None else flip)
    if not any(expected.masks):
        until = "No ReLU and no maximum here: nothing can flip."
    elif flip is None:
        until = f"No ReLU unit took another side, no other place won, in {length} steps."
    else:
        until = (
            f"In step {flip + 1} a ReLU unit within rounding of zero took another side, or another "
            "place won the maximum of a window: from there on the engines train two different, "
            "equally correct networks."
        )
    why = f"{growth.formula}, for as long as both compute the same function. {until}"
    name = "float32 until a ReLU flips" if any(expected.masks) else "float32 stretch: weights"
    return _trajectory(name, actual, expected, growth, why)


def first_flip(actual: Stretch, expected: Stretch) -> int | None:
    """How many steps were done when a ReLU mask first differed; None if none did."""
    pairs = zip(actual.masks, expected.masks, strict=True)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), None)


def float64_run(actual: Run, expected: Run) -> Check:
    """The checks of all epochs of a run in float64."""
    steps = {epoch * expected.steps: epoch for epoch in range(len(expected.weights))}
    growth = Growth(expected.optimizer, "float64", max(steps))
    pair = [
        Stretch(run.names, {t: run.weights[e] for t, e in steps.items()}, {}, [])
        for run in (actual, expected)
    ]
    why = f"{growth.formula}" + (
        "" if growth.adaptive else f", and never above {tolerances.SGD_CEILING:g}."
    )
    if growth.length < max(steps):
        why += f" Beyond step {growth.length} this optimizer is chaotic: shown, not judged."
    return _trajectory("the whole run in float64", pair[0], pair[1], growth, why)


def _trajectory(name: str, actual: Stretch, expected: Stretch, growth: Growth, why: str) -> Check:
    judged = [step for step in expected.weights if growth.judges(step)]
    if not judged:
        return Check(name, False, "vacuous: no step could be compared", np.inf, why)
    moved = compare.worst(expected.weights[judged[-1]], expected.weights[0])
    if not moved > tolerances.SIGNAL * growth.allowed(judged[-1]):
        return Check(name, False, f"vacuous: the weights moved by {moved:.1e} only", np.inf, why)

    def used(step: int) -> float:
        apart = compare.worst(actual.weights[step], expected.weights[step])
        return np.inf if np.isnan(apart) else apart / growth.allowed(step)

    step = max(judged, key=used)
    share = used(step)
    norms = compare.max_norms(actual.weights[step], expected.weights[step])
    where = expected.names[int(np.argmax(norms))]
    found = f"{max(norms):.1e} in {where} after step {step}; steps 1 to {judged[-1]}"
    return Check(name, bool(share <= 1), found, float(share), why)


def checks(
    job: Job,
    runs: tuple[Run, Run],
    orders: tuple[np.ndarray, np.ndarray],
    in_float64: tuple[Stretch, Stretch],
    in_float32: tuple[Stretch, Stretch],
) -> list[Check]:
    """All checks; in every pair `scratch` comes first and TensorFlow second."""
    optimizer = runs[1].optimizer
    found = [
        initial_weights(*runs),
        batch_order(*orders),
        float64_weights(*in_float64, optimizer),
        float64_log(*in_float64),
        float32_weights(*in_float32, optimizer),
    ]
    if job.precision == "float64":
        found.append(float64_run(*runs))
    return found
