"""A cell: one case, compared in `scratch` and in one other engine. All cells make the matrix.

`scratch` trains with its hand-derived backward methods. They are held against

    the derivatives of the definitions' computational graph, and the complex step
    tf.keras, in every mode: the reference
    Keras on JAX and on torch in float64: independent oracles, but for numbers they draw

Where a backend has other quirks than TensorFlow, `scratch` follows it (`quirks.as_on`).
"""

from dataclasses import dataclass

from parity_tests import cases
from parity_tests.harness import engines, quirks
from parity_tests.harness.case import Case
from parity_tests.harness.engines import Engine
from parity_tests.harness.quirks import Quirk

LIMIT = (
    12  # steps of training: after the learning rates have changed, and a ragged batch has passed
)
OF_A_COMPONENT = 4  # cases that are compiled, where not all are asked for
STATIC = ("layers", "activations", "losses", "regularizers", "models")
COMPILED = ("graph", "xla", "jit")
# XLA without optimizations: a second for each small network would be all the time there is.
ON_JAX = Engine("jax", "jit", environment=(("XLA_FLAGS", "--xla_backend_optimization_level=0"),))
# The columns of the page, and what stands above them.
COLUMNS: dict[Engine, tuple[str, str]] = {
    engines.GRAPH: ("scratch's own", "graph"),
    engines.COMPLEX: ("scratch's own", "complex step"),
    engines.TAPE: ("tf.keras", "eager"),
    Engine("tf", "eager", "float32"): ("tf.keras", "eager, float32"),
    engines.TF: ("tf.keras", "graph"),
    Engine("tf", "graph", "float32"): ("tf.keras", "graph, float32"),
    engines.XLA: ("tf.keras", "XLA"),
    ON_JAX: ("Keras on JAX", "jit"),
    engines.TORCH: ("Keras on torch", "eager"),
}


@dataclass(frozen=True)
class Cell:
    """One comparison to be made.

    Attributes:
        room: the module of `cases` that holds the case.
        name: the case's.
        engine: what `scratch` is compared with.
    """

    room: str
    name: str
    engine: Engine

    @property
    def case(self) -> Case:
        """The case that the cell compares."""
        return cases.find(self.name)

    @property
    def key(self) -> str:
        """A name that no other cell has."""
        return f"{self.name} | {self.engine.name}"

    @property
    def scenario(self) -> str:
        """What is done with the case."""
        if self.case.fit is not None:
            return "fitting"
        if self.room == "drawn":
            return "initial"
        if self.engine.library == "scratch":
            return "gradients"
        static = self.room in STATIC and not _draws(self.case)
        return "gradients" if static and self.engine.precision == "float64" else "training"

    @property
    def is_reference(self) -> bool:
        """Whether `scratch` must agree: with tf.keras, and with its own derivatives."""
        return self.engine.library in ("scratch", "tf")

    @property
    def divergence(self) -> Quirk | None:
        """The quirk by which the two must differ, if there is one."""
        if self.engine.library == "scratch":
            return None
        return quirks.divergence(self.case, self.engine.library, self.engine.mode)


def _is_compiled(engine: Engine) -> bool:
    return engine.mode in COMPILED and engine.library != "scratch"


def _draws(case: Case) -> bool:
    return case.group in ("dropout", "noise")


def missing() -> dict[str, str]:
    """The columns that this machine cannot fill, and why."""
    return {
        ", ".join(title): engine.unavailable
        for engine, title in COLUMNS.items()
        if engine.unavailable
    }


def plan(every_case: bool = False, quick: bool = False) -> list[Cell]:
    """All cells that mean something, in the order of the page.

    Args:
        every_case: compiled engines take all cases, instead of a few for each component.
        quick: one case of each component, and engines that start at once.
    """
    found = [
        engine
        for engine in COLUMNS
        if not engine.unavailable
        and not (quick and (_is_compiled(engine) or engine.library == "torch"))
    ]
    return [
        Cell(room, case.name, engine)
        for room in cases.MODULES
        for engine in found
        for case in _chosen(
            [case for case in cases.of(room) if comparable(room, case, engine)],
            1 if quick else None if every_case else _most(room, engine),
        )
    ]


def _most(room: str, engine: Engine) -> int | None:
    """Cases of a component; None for all. Each fit is about an option of its own."""
    return OF_A_COMPONENT if _is_compiled(engine) and room not in ("fits", "stopped") else None


def _chosen(found: list[Case], most: int | None) -> list[Case]:
    """All cases; or, of each component, so many that are evenly spread over its list."""
    if most is None:
        return found
    groups: dict[str, list[Case]] = {}
    for case in found:
        groups.setdefault(case.group, []).append(case)
    return [
        case
        for group in groups.values()
        for i, case in enumerate(group)
        if i * most // len(group) != (i - 1) * most // len(group)
    ]


def comparable(room: str, case: Case, engine: Engine) -> bool:
    """Whether this engine can say something about this case."""
    if engine.library == "scratch":
        truthful = engine.mode != "complex" or not case.untrue
        return room in STATIC and not _draws(case) and truthful
    if case.in_float64 != "anywhere" and (engine.library, engine.precision) == ("tf", "float64"):
        return engine.mode == case.in_float64
    if case.fit is not None:  # shuffles: graph is how users run it
        return engine.library == "tf" and engine.mode == "graph"
    if room == "drawn":
        return engine in (engines.TAPE, engines.TF)
    if room == "schedules" and engine in (engines.TF, engines.XLA):
        return False  # their rates are rounded in float32, otherwise than anywhere else (quirk K22)
    # Other backends draw other masks, and so does TensorFlow where XLA compiles it.
    return not _draws(case) or (engine.library == "tf" and engine.mode != "xla")
