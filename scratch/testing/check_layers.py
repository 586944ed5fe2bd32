"""Checking a layer or an activation that somebody wrote, on the trials of `trials`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scratch import layers, quirks
from scratch.testing import student
from scratch.testing.check_dropout import dropout_result
from scratch.testing.comparing import Answers, same, tolerance_of
from scratch.testing.explanation import explained
from scratch.testing.judgement import Catalogue, Convention, Mistake, Trial, claim, judge
from scratch.testing.known_functions import known_forwards
from scratch.testing.mistakes import activations as activation_mistakes
from scratch.testing.mistakes import batch, dense, images, windows
from scratch.testing.references import activation_names, layer_reference
from scratch.testing.result import Result
from scratch.testing.student.silence import silent
from scratch.testing.trials import averaged, built, finite, settings, trials_of

PRINTED = "What your code prints is left out here."
AVERAGES = (
    "Your layer takes the mean over the batch (1/m in dW and db): right where the loss is a sum."
)


def check_layer(
    yours: Any,
    like: str = "dense",
    *,
    input_shape: tuple[int, ...] | None = None,
    averages: bool | None = None,
    columns: bool | None = None,
    seed: int = 0,
    **options: Any,
) -> Result:
    """Compares somebody's layer or activation with the one of that name.

    Args:
        yours: a class, an object, a pair of functions or a module; see `scratch.testing.student`.
        like: the name of a layer (`"dense"`, `"flatten"`, ...) or of an activation (`"relu"`, ...).
        input_shape: of a sample, for a layer that needs its own; default: a few numbers.
        averages: whether dW and db are means over the batch, as in courses whose loss is no mean;
            default: either is right.
        columns: whether a sample is a column; default: found by x W + b, rows where that is not.
        seed: of the inputs.
        options: arguments of the reference, e.g. `units=3, activation="tanh"`; a class gets those
            that its own arguments ask for.

    Raises:
        ValueError: for an unknown name or option, or a layer that cannot be checked.
        NothingFitsError: when `yours` has none of the accepted shapes.
    """
    name, make = layer_reference(like, options)
    if name == "dropout" and options.get("rate"):
        draw = np.random.default_rng(seed)
        return dropout_result(name_of(yours), described(like, options), yours, options, draw)
    check = _Check(yours, like, name, make, input_shape, averages, columns, seed, options)
    result = check.best()
    function = check.forgotten_activation
    if result or function is None:
        return result
    with_it = check_layer(
        yours, like, input_shape=input_shape, averages=averages, columns=columns, seed=seed,
        **{**options, "activation": function},
    )  # fmt: skip
    forgotten = replace(
        result.findings[0],
        diagnosis=f"forward is {function}(x W + b)",
        advice=(f"If the layer is meant to have it, say so: activation={function!r}",),
    )
    note = f"With activation={function!r}, right would be: {', '.join(with_it.right) or 'nothing'}."
    return replace(with_it, like=result.like, right=[], findings=[forgotten, *with_it.findings],
                   notes=[note, *with_it.notes])  # fmt: skip


@dataclass
class _Check:
    """Somebody's layer and what it is held against."""

    yours: Any
    like: str
    name: str
    make: Callable[..., layers.Layer]
    input_shape: tuple[int, ...] | None
    averages: bool | None
    columns: bool | None
    seed: int
    options: dict[str, Any]
    forgotten_activation: str | None = None

    def best(self) -> Result:
        """The verdict; the better one for an object that has its weights, in one way or another."""
        shape = student.kernel_shape(self.yours) if self.name == "dense" else None
        results, refused = [], []
        for made in dict.fromkeys([shape, shape and shape[::-1]]):
            try:
                results.append(self.result(made))
            except student.NothingFitsError as error:
                refused.append(error)
        if not results:
            raise refused[0]
        return min(results, key=lambda result: len(result.findings))

    def result(self, made: tuple[int, int] | None) -> Result:
        """The verdict, for an object whose weights have this shape (inputs, units)."""
        draw = np.random.default_rng(self.seed)
        trials: list[Trial] = []
        answers: list[Answers] = []
        used: list[student.Layer] = []
        layout, roles = student.Layout(bool(self.columns)), {}  # type: ignore[var-annotated]
        with quirks.without(*quirks.QUIRKS), silent() as printed:
            for setting in settings(self.name, self.input_shape, self.options, made):
                layer, weights = built(self.make, setting, draw, self.like)
                row = trials_of(self.name, layer, weights, setting, draw, self.options)
                if setting.extreme and not all(finite(trial) for trial in row):
                    continue
                given = {**self.options, **setting.given}
                if self.name == "dense" and not trials:
                    layout = self._layout(given, weights, row[0])
                answer = student.Layer(self.yours, given, weights, layout, {}, roles)
                used.append(answer)
                trials += row
                answers += [_answer(answer, trial) for trial in row]
            result = judge(
                name_of(self.yours), described(self.like, self.options),
                self._conventions(trials, layout.columns), answers, self._mistakes(),
                notes=_notes(layout, answers, printed),
            )  # fmt: skip
            return explained(result, used, trials, answers)

    def _layout(self, given: Any, weights: Any, trial: Trial) -> student.Layout:
        """The layout; and which activation was forgotten, if that explains the output."""
        known = known_forwards(trial.given.like, dense=True)
        right = trial.expected["output"]
        mistakes = [*(mistake for *_, mistake in known), *dense.MISTAKES]
        said = [claim(mistake, trial).get("output") for mistake in mistakes]
        outputs = [right, *(right if isinstance(a, Exception) else a for a in said)]
        found, which = student.find_layout(
            self.yours, given, weights, trial.given.x, outputs, self.columns
        )
        plain = 0 < which <= len(known) and known[which - 1][1] == "x W + b"
        if plain and not self.options.get("activation"):
            self.forgotten_activation = known[which - 1][0]
        return found

    def _conventions(self, trials: list[Trial], columns: bool) -> list[Convention]:
        """Gradients of weights are sums over the batch, or means, as the course has it.

        A course whose samples are columns takes means.
        """
        sums = Convention("", trials, cost=int(columns))
        means = Convention(AVERAGES, [averaged(trial) for trial in trials], cost=int(not columns))
        if self.averages is not None or means.trials[0].expected.keys() <= {"output", "dx"}:
            return [replace(means, note="") if self.averages else sums]
        return [sums, means]

    def _mistakes(self) -> list[Mistake]:
        if self.name == "dense":
            known = known_forwards(self.options.get("activation") or "", dense=True)
            return [*dense.MISTAKES, *(mistake for *_, mistake in known)]
        if self.name in activation_names():
            known = known_forwards(self.name, dense=False)
            return [*activation_mistakes.MISTAKES, *(mistake for *_, mistake in known)]
        own = {"conv": windows.CONVOLUTION, "max_pooling": windows.MAX,
               "average_pooling": windows.AVERAGE, "up_sampling": images.UP_SAMPLING,
               "zero_padding": images.ZERO_PADDING, "cropping": images.CROPPING,
               "center_crop": images.CENTER_CROP}  # fmt: skip
        return [*own.get(self.name.rstrip("123d"), []), *GENERAL]


def _notes(layout: student.Layout, answers: list[Answers], printed: Any) -> list[str]:
    notes = [layout.note] if layout.note else []
    backward = any(not isinstance(v, Exception) for a in answers for v in a.values())
    if backward and not any("dx" in a for a in answers):
        notes.append("dx was not returned, and not checked.")
    if printed.getvalue():
        notes.append(PRINTED)
    return notes


def _answer(layer: student.Layer, trial: Trial) -> Answers:
    given = trial.given
    means = averaged(trial).expected

    def right(name: str, value: np.ndarray) -> bool:
        allowed = tolerance_of({name: value})
        return any(same(value, way[name], allowed) for way in (trial.expected, means))

    stage = "forward"
    try:
        with np.errstate(all="ignore"):
            output = layer.forward(given.x if isinstance(given, batch.Given) else given.z)
            stage = "backward"
            return {"output": output, **layer.backward(given.dy, right)}
    except student.NothingFitsError:
        raise
    except Exception as error:  # whatever somebody's code raises is an answer too
        stopped = dict.fromkeys(trial.expected, student.Stopped(stage, error))
        return stopped if stage == "forward" else {**stopped, "output": output}


def _accumulated(given: Any) -> Answers:
    if given.previous is None:
        return {}
    names = [n for n in given.expected if n not in ("output", "dx")]
    return {n: given.expected[n] + given.previous.expected[n] for n in names}


GENERAL = Catalogue(
    replace(mistake, answer=_accumulated)
    for mistake in dense.MISTAKES
    if mistake.name == dense.ACCUMULATED
)


def name_of(yours: Any) -> str:
    """What somebody's code is called."""
    if isinstance(yours, tuple | list):
        return ", ".join(map(name_of, yours))
    return getattr(yours, "__name__", type(yours).__name__)


def described(like: str, options: dict[str, Any]) -> str:
    """The reference, as a call."""
    return f"{like}({', '.join(f'{k}={v!r}' for k, v in options.items())})"
