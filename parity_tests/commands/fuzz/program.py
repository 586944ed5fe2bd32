"""A training program, as text: the same lines run in every engine and stand in the script.

A program is Python source in which `keras` stands for the library. Nothing else describes it, so
what was tested and what a script shows cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

RUN = '''\
def run(keras, callbacks=(), **settings):
    """Trains the same model in either library."""
    keras.config.set_floatx({precision!r})
    keras.utils.set_random_seed({seed})
    draw = np.random.default_rng({data_seed})
{data}
    model = keras.Sequential([
{layers}
    ])
{own}    model.compile({compile}, **settings)
    log = model.fit({fit}, callbacks=[{callbacks}], verbose=0).history
{after}    return model, x, log
'''

SCRIPT = """\
{reason}
{environment}import numpy as np

import keras
import scratch


{run}

results = {{}}
for name, library in (("keras", keras), ("scratch", scratch)):
    try:
        model, x, log = run(library)
        results[name] = [*log.values(), *model.get_weights()]
        print(f"{{name:8}}", log, *results[name][len(log) :], sep="\\n")
    except Exception as error:
        results[name] = type(error).__name__
        print(f"{{name:8}}", type(error).__name__, str(error)[:300])
if str not in map(type, results.values()):
    pairs = zip(results["keras"], results["scratch"])
    print("differences", [float(np.abs(np.subtract(a, b)).max()) for a, b in pairs])
"""


class Code(str):
    """Source text that stands for itself inside containers."""

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Program:
    """One training run.

    Args:
        precision: `"float32"` or `"float64"`.
        layers: expressions, the first an `Input` or a layer that is built by the first batch.
        data: statements that draw x, y and, where wanted, w from the generator `draw`.
        compile: keywords of `compile` and their expressions.
        fit: keywords of `fit` besides `x` and `y`.
        callbacks: expressions, of `fit`.
        after: statements that follow `fit`; what they find, they put into `log`.
        seed: of the libraries.
        data_seed: of the generator that draws the data.
        own_weights: whether the program draws the initial weights itself, with NumPy: for engines
            whose random numbers are others.
        gradients: whether the first batch's derivatives are compared too.
    """

    precision: str
    layers: tuple[Code, ...]
    data: tuple[Code, ...]
    compile: Mapping[str, Any] = field(default_factory=dict)
    fit: Mapping[str, Any] = field(default_factory=dict)
    callbacks: tuple[Code, ...] = ()
    after: tuple[Code, ...] = ()
    seed: int = 0
    data_seed: int = 0
    own_weights: bool = False
    gradients: bool = False

    @property
    def source(self) -> str:
        """The function `run(keras, callbacks=(), **settings)`."""
        own = (
            "    for v in model.trainable_variables:\n"
            "        v.assign(draw.uniform(-1, 1, v.shape))\n"
            if self.own_weights
            else ""
        )
        return RUN.format(
            precision=self.precision,
            seed=self.seed,
            data_seed=self.data_seed,
            data="\n".join(f"    {line}" for line in self.data),
            layers="\n".join(f"        {layer}," for layer in self.layers),
            own=own,
            compile=_keywords(self.compile),
            callbacks=", ".join(["*callbacks", *self.callbacks]),
            after="".join(f"    {line}\n" for line in self.after),
            fit=", ".join(["x", "y", *([_keywords(self.fit)] if self.fit else [])]),
        )

    def compiled(self) -> "Program":
        """The same program, compiled to a graph instead of run eagerly."""
        options = {k: v for k, v in self.compile.items() if k != "run_eagerly"}
        return replace(self, compile=options)

    def script(self, reason: str, environment: Mapping[str, str] | None = None) -> str:
        """A program of its own that shows the difference with public names only."""
        set_first = "".join(f"os.environ[{k!r}] = {v!r}\n" for k, v in (environment or {}).items())
        quoted = reason.replace("\\", "/").replace('"""', "'''")
        return SCRIPT.format(
            reason=f'"""{quoted}\n"""\n',
            environment=f"import os\n\n{set_first}\n" if set_first else "",
            run=self.source,
        )

    def load(self) -> Any:
        """The function `run` of `source`."""
        names: dict[str, Any] = {"np": np}
        exec(compile(self.source, "<program>", "exec"), names)
        return names["run"]

    def parts(self, keras: Any) -> SimpleNamespace:
        """Data, layers and `compile`'s arguments as objects of the library `keras`."""
        names: dict[str, Any] = {"np": np, "draw": np.random.default_rng(self.data_seed)}
        exec("\n".join(self.data), names)
        names["keras"] = keras
        return SimpleNamespace(
            x=names["x"],
            y=names["y"],
            layers=lambda: [found for text in self.layers for found in eval(f"[{text}]", names)],
            compile={k: eval(repr(v), names) for k, v in self.compile.items()},
        )


def _keywords(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())
