"""A session: one learner's run. Commands in, answers and frames out; see `protocol`.

No transport and nothing asynchronous: the server has one for each connection, the page's worker has
one, a test has one.
"""

import functools
import importlib
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from . import links, tables
from .catalogue import catalogue
from .fields import RefusedError, number, one_of, table, whole
from .frame import packed
from .history import History
from .lessons import LESSONS
from .picture import Picture
from .presets import PRESETS
from .protocol import CAPS, plain
from .report import described, report
from .run import Run
from .samples import checked_data, samples_of
from .state import DEFAULT, checked, checked_domain
from .stopping import checked_stop

_LOCK = threading.RLock()  # `floatx`, seeds and names belong to the whole process
# Commands that move the run, or begin another.
OWN = (
    "hello", "new", "preset", "set", "step", "reset", "edit", "points", "csv_in", "link", "open",
    "history", "back", "load", "lesson",
)  # fmt: skip
# Commands that ask about the run, and where they are answered: code that is loaded when it is first
# asked for, so that the page begins without.
ABOUT = {
    "view": "answers.view", "predict": "answers.predict", "confusion": "answers.confusion",
    "line": "answers.line", "csv_out": "tables.written", "microscope": "microscope.told",
    "equation": "equations.equation", "arithmetic": "arithmetic.told",
    "sample_gradients": "sample_gradients.sample_gradients", "check": "check.check",
    "u_curve": "check.curve", "health": "health.health",
    "initializations": "health.initializations", "race": "race.race",
    "compare": "recordings.compared", "save_case": "cases.saved", "export": "export.exported",
    "check_lesson": "lessons.judged", "feature_maps": "images.feature_maps",
    "summary": "explain.summary", "activation": "explain.activation", "sweep": "explain.sweep",
    "roc": "explain.roc",
}  # fmt: skip


class Session:
    """What answers commands.

    Args:
        engine: `"scratch"`, or `"tf"` where tf.keras may run beside it.
    """

    def __init__(self, engine: str = "scratch") -> None:
        self.engine = one_of("engine", engine, ("scratch", "tf"))
        self._sequence = 0
        self.run: Run
        self.picture: Picture
        self._commands: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            name: getattr(self, f"_{name}") for name in OWN
        }
        self._commands |= {
            name: functools.partial(self._about, place) for name, place in ABOUT.items()
        }
        with _LOCK:
            self._begin({})

    def _about(self, place: str, request: dict[str, Any]) -> dict[str, Any]:
        part, _, name = place.partition(".")
        return getattr(_part(part), name)(self.run, request)

    def command(self, request: Any) -> dict[str, Any]:
        """Follows a command; whatever is wrong with it is said in the answer."""
        answer: dict[str, Any]
        try:
            if not isinstance(request, dict):
                raise RefusedError(f"A command is an object. Received: {type(request).__name__}")
            name = one_of("command", request.get("command"), self._commands)
            with _LOCK:
                answer = {"ok": True, **plain(self._commands[name](request))}
        except RefusedError as error:
            answer = {"ok": False, "error": str(error)}
        except Exception as error:  # the session lives, whatever it was
            text = (str(error).splitlines() or [""])[0] or type(error).__name__
            answer = {"ok": False, "error": f"{request['command']}: {text[:500]}"}
        if isinstance(request, dict) and isinstance(request.get("id"), int | str):
            answer["id"] = request["id"]
        return answer

    def frame(self) -> bytes:
        """What is to be drawn: losses, weights, a map of every unit."""
        with _LOCK:
            self._sequence += 1
            run, told = self.run, self._told()
            counts = (
                self._sequence,
                run.epoch,
                run.step,
                bool(run.stopped) + 2 * (run.twin is not None) + 4 * bool(run.halted),
            )
            names = ("loss", "test_loss", "penalty", "metric", "test_metric", "learning_rate")
            maps = self.picture.maps(run)
            return packed(counts, [told[n] for n in names], run.values(), run.flat(), maps)

    # The run --------------------------------------------------------------------------------------

    def _begin(self, given: dict[str, Any], keep: bool = False) -> None:
        """A new run; the old one stays where the new one cannot be."""
        state, samples = checked(given)
        if state["engines"] != ["scratch"] and self.engine != "tf":
            raise RefusedError("There is no tf.keras here: only `scratch` can be had")
        run = Run(state, samples)
        size = sum(v.numpy().size for v in run.model.weights)
        if size > CAPS["weights"]:
            raise RefusedError(f"At most {CAPS['weights']} weights, please. These would be {size}")
        if keep:
            old, fresh = self.run.model.get_weights(), run.model.get_weights()
            if [w.shape for w in old] == [w.shape for w in fresh]:
                run.model.set_weights(old)
                run.edited = run.edited or not all(map(np.array_equal, old, fresh))
        if "tf" in state["engines"]:
            run.twin = _part("twin").Twin(run)
        self.run, self.picture = run, Picture(run)
        self._report: dict[str, Any] | None = None
        self.history = History()
        self.history.add(run.snapshot())

    def _told(self) -> dict[str, Any]:
        """The report of the run, made once for each step."""
        if self._report is None:
            self._report = report(self.run)
        return self._report

    def _whole(self) -> dict[str, Any]:
        """What `new` answers."""
        return {**described(self.run, self.picture), **self._told()}

    # Commands -------------------------------------------------------------------------------------

    def _hello(self, request: dict[str, Any]) -> dict[str, Any]:
        table("hello", request, ("command", "id"))
        return catalogue(self.engine)

    def _new(self, request: dict[str, Any]) -> dict[str, Any]:
        table("new", request, ("command", "id", "state", "keep"))
        keep = request.get("keep")
        if keep is not None:
            one_of("keep", keep, ("weights",))
        self._begin(request.get("state") or {}, keep is not None)
        return self._whole()

    def _preset(self, request: dict[str, Any]) -> dict[str, Any]:
        name = one_of("name", request.get("name"), PRESETS)
        self._begin(PRESETS[name][-1])
        return self._whole()

    def _set(self, request: dict[str, Any]) -> dict[str, Any]:
        table("set", request, ("command", "id", "learning_rate", "domain", "stop"))
        run = self.run
        if "domain" in request:
            run.state = {**run.state, "domain": checked_domain(request["domain"])}
            self.picture = Picture(run)
        if "stop" in request:
            run.stop_by(checked_stop(request["stop"]))
        if "learning_rate" in request:
            self._set_rate(number("learning_rate", request["learning_rate"], 0, 1e6))
        return {"state": run.state, "layout": self.picture.layout(run)}

    def _set_rate(self, rate: float) -> None:
        run = self.run
        part = "optimizer" if run.rule is None else "rule"
        if not isinstance(run.state[part].get("learning_rate"), float):
            raise RefusedError("The learning rate is no number here: a schedule, or a rule, has it")
        run.state = {**run.state, part: {**run.state[part], "learning_rate": rate}}
        if run.rule is not None:
            run.rule.rule = run.state["rule"]
        for model in self._models():
            model.optimizer.learning_rate = rate
        self._by_hand()

    def _models(self) -> list[Any]:
        run = self.run
        return [run.model] if run.twin is None else [run.model, run.twin.model]

    def _step(self, request: dict[str, Any]) -> dict[str, Any]:
        table("step", request, ("command", "id", "batches", "epochs", "milliseconds", "rows"))
        batches, limit = 1, None
        if "epochs" in request:
            epochs = whole("step: `epochs`", request["epochs"], 1, CAPS["epochs"])
            per = self.run.batches.per_epoch
            batches = min(epochs * per - self.run.step % per, CAPS["batches"])
        elif "milliseconds" in request:
            batches = CAPS["batches"]
            limit = number("milliseconds", request["milliseconds"], 1, CAPS["milliseconds"])
        elif "batches" in request:
            batches = whole("batches", request["batches"], 1, CAPS["batches"])
        self._report = None
        if request.get("rows") is not None:
            self.run.advance_on(_part("microscope").chosen(self.run, request["rows"]))
        else:
            self.run.advance(batches, limit)
        self.history.add(self.run.snapshot())
        return self._told()

    def _reset(self, request: dict[str, Any]) -> dict[str, Any]:
        table("reset", request, ("command", "id", "seeds"))
        seeds = {**self.run.state["seeds"], **(request.get("seeds") or {})}
        self._begin({**self.run.state, "seeds": seeds})
        return self._whole()

    def _edit(self, request: dict[str, Any]) -> dict[str, Any]:
        table("edit", request, ("command", "id", "weight", "index", "value"))
        run = self.run
        name, index = run.place(request)
        k = run.names.index(name)
        value = number("value", request.get("value"))
        for model in self._models():
            array = model.weights[k].numpy().copy()
            array[index] = value
            model.weights[k].assign(array)
        if np.isfinite(run.flat()).all():
            run.stopped = None
        return self._by_hand()

    def _by_hand(self) -> dict[str, Any]:
        """The report after something was changed by hand."""
        self.run.edited, self._report = True, None
        self.history.add(self.run.snapshot())
        return self._told()

    # Data and links -------------------------------------------------------------------------------

    def _points(self, request: dict[str, Any]) -> dict[str, Any]:
        table("points", request, ("command", "id", "add", "remove", "clear", "names"))
        run = self.run
        data = checked_data(tables.changed(run.state["data"], run.samples, request))
        state = {**run.state, "data": data, "weights": None}
        if samples_of(data, state["seeds"]["data"]).classes != run.samples.classes:
            state["output"] = state["loss"] = None  # what fits the new classes
        self._begin(state, keep=True)
        return self._whole()

    def _csv_in(self, request: dict[str, Any]) -> dict[str, Any]:
        table("csv_in", request, ("command", "id", "text", "kind"))
        data = tables.read(request.get("text"), request.get("kind"))
        data["train_share"] = self.run.state["data"]["train_share"]
        state = self.run.state
        kept = {key: state[key] for key in ("layers", "optimizer", "batch_size", "seeds", "dtype")}
        if not self.run.samples.is_flat:
            kept.pop("layers")
        self._begin({**DEFAULT, **kept, "data": data})
        return self._whole()

    def _link(self, request: dict[str, Any]) -> dict[str, Any]:
        table("link", request, ("command", "id", "weights"))
        weights = [v.numpy().tolist() for v in self.run.model.weights]
        with_weights = request.get("weights", False)
        return {
            "text": links.link({**self.run.state, "weights": weights if with_weights else None})
        }

    def _open(self, request: dict[str, Any]) -> dict[str, Any]:
        table("open", request, ("command", "id", "text"))
        self._begin(links.opened(request.get("text")))
        return self._whole()

    # Looking into a step --------------------------------------------------------------------------

    def _history(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"steps": self.history.steps, "step": self.run.step}

    def _back(self, request: dict[str, Any]) -> dict[str, Any]:
        table("back", request, ("command", "id", "to"))
        steps = self.history.steps
        to = whole("to", request.get("to"), 0, max(steps))
        if to not in steps:
            raise RefusedError(f"Nothing is kept of step {to}, but of {', '.join(map(str, steps))}")
        self.run.restore(self.history.at(to))
        self._report = None
        return self._told()

    def _load(self, request: dict[str, Any]) -> dict[str, Any]:
        table("load", request, ("command", "id", "name", "base64"))
        _part("export").loaded(self.run, request)
        if self.run.twin is not None:
            self.run.twin.copy_weights()
        self.run.stopped = None
        return self._by_hand()

    def _lesson(self, request: dict[str, Any]) -> dict[str, Any]:
        name = one_of("name", request.get("name"), LESSONS)
        self._begin(LESSONS[name].begin)
        return self._whole()


def _part(name: str) -> Any:
    return importlib.import_module(f".{name}", __package__)
