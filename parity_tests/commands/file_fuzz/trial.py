"""One file: made from a sound one, loaded in a process of its own, and judged.

loaded         with the weights that were saved, or others where what was changed says so
refused        one ValueError, TypeError or OSError that names the file; the model as it was
everything else is a fault
"""

import json
import os
import random
import resource
import signal
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity_tests.cases.files.saved_models import MODELS
from parity_tests.commands.file_fuzz import mutations

CPU_SECONDS = 5
MEMORY = 16 * 2**20  # bytes above the file
NAMES = ("sequential", "residual", "several", "nested", "embedding", "scheduled", "scaled")
SOUND = ("loaded", "refused")


@dataclass(frozen=True)
class Trial:
    """The result of loading one damaged file."""

    number: int
    ending: str
    mutation: str
    verdict: str
    detail: str = ""
    peak: int = 0
    seconds: float = 0.0


class Fuzzer:
    """Draws files.

    Args:
        seed: of all of them.
        folder: where they are kept; those that show a fault stay.
    """

    def __init__(self, seed: int, folder: str) -> None:
        self.seed, self.folder = seed, folder
        self._sound: dict[tuple[str, str], bytes] = {}
        self._weights: dict[str, list[np.ndarray]] = {}
        for name in NAMES:
            self._save(name)

    def _save(self, name: str) -> None:
        model = _build(name)
        self._weights[name] = model.get_weights()
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for ending in mutations.OF_ENDING:
                path = os.path.join(folder, f"m{ending}")
                if ending == ".json":
                    content = model.to_json().encode()
                else:
                    whole = ending in (".keras", ".h5")
                    (model.save if whole else model.save_weights)(path)
                    with open(path, "rb") as file:
                        content = file.read()
                    _load(path, name, random.Random(0))  # everything that is imported late
                self._sound[name, ending] = content

    def trial(self, number: int) -> Trial:
        """The file of this number."""
        draw = random.Random(f"{self.seed} {number}")
        name, ending = draw.choice(NAMES), draw.choice(list(mutations.OF_ENDING))
        change = draw.choice(mutations.OF_ENDING[ending])
        path = os.path.join(self.folder, f"{self.seed}-{number}{ending}")
        with open(path, "wb") as file:
            file.write(change(self._sound[name, ending], draw))
        expected = self._weights[name] if change in mutations.BYTES else None
        start = time.monotonic()
        found = _in_a_process(lambda: _judge(path, name, draw, expected))
        if found["verdict"] in SOUND:
            os.remove(path)
        seconds = time.monotonic() - start
        return Trial(number, ending, f"{change.__name__} of {name}", **found, seconds=seconds)


def _build(name: str) -> Any:
    import scratch as keras

    keras.utils.set_random_seed(3)
    build, (x, y) = MODELS[name]
    model = build(keras)
    model.train_on_batch(x, y)
    return model


def _load(path: str, name: str, draw: random.Random) -> Any:
    """Loads a file in one of the ways that there are."""
    import scratch as keras

    if path.endswith(".json"):
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
        if draw.random() < 0.7:
            return keras.models.model_from_json(text)
        return keras.utils.deserialize_keras_object(json.loads(text))
    if (
        path.endswith((".keras", ".h5"))
        and not path.endswith(".weights.h5")
        and draw.random() < 0.8
    ):
        return keras.saving.load_model(path, compile=draw.random() < 0.8)
    model = _build(name)
    before = model.get_weights()
    lenient = {"skip_mismatch": True} if draw.random() < 0.2 else {}
    try:
        model.load_weights(path, **lenient)
    except Exception:
        after = model.get_weights()
        if not all(np.array_equal(a, b) for a, b in zip(before, after, strict=True)):
            raise SystemError("the model was changed, and then the file refused") from None
        raise
    return None if lenient else model


def _judge(path: str, name: str, draw: random.Random, expected: list[np.ndarray] | None) -> Any:
    allowed = MEMORY + 2 * os.path.getsize(path)
    before = _memory("VmRSS")
    detail = ""
    try:
        model = _load(path, name, draw)
        verdict = "loaded"
        checked = expected is not None and path.endswith((".keras", ".weights.h5", ".safetensors"))
        if checked and model is not None and not _same(model.get_weights(), expected):
            verdict, detail = "other numbers", "the file was damaged, but loads"
    except (ValueError, TypeError, OSError) as error:
        detail = f"{type(error).__name__}: {error}"
        verdict = "refused"
        if not path.endswith(".json") and path not in detail:
            verdict = "does not name the file"
        elif len(detail) > 6000 and not path.endswith(".json"):
            verdict = "a message without end"
    except MemoryError as error:  # a config alone, without a file of weights, may ask for much
        verdict, detail = "refused" if path.endswith(".json") else "raw exception", repr(error)
    except BaseException as error:
        verdict, detail = "raw exception", f"{type(error).__name__}: {error}"
    peak = _memory("VmHWM") - before
    if peak > allowed and verdict in SOUND and not path.endswith(".json"):
        verdict = "too much memory"
    return {"verdict": verdict, "detail": detail[:3000], "peak": peak}


def _same(found: list[np.ndarray], expected: Any) -> bool:
    return len(found) == len(expected) and all(map(np.array_equal, found, expected))


def _memory(name: str) -> int:
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(name))
    return int(line.split()[1]) * 1024


def _in_a_process(function: Callable[[], Any]) -> Any:
    """What `function` returns in a copy of this process, with little time and memory."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            warnings.simplefilter("ignore")
            with open("/proc/self/clear_refs", "w") as file:
                file.write("5")  # the peak starts from what is taken now
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.alarm(20 * CPU_SECONDS)
            with os.fdopen(writing, "w") as pipe:
                json.dump(function(), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        hangs = number in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)
        return {"verdict": "hangs" if hangs else "crash", "detail": signal.Signals(number).name}
    return json.loads(answer) if answer else {"verdict": "crash", "detail": "no answer"}
