"""The command `parity`: the main job, and what grows beside it.

    parity                       3 epochs of the lecture's network in both libraries, and a verdict
    parity --epochs 30           the lecture's own run
    parity --float64             the same in float64: agreement to 1e-12
    parity report                everything this machine can compare, on one page (ten minutes)
    parity trajectories          every optimizer over 51,570 steps in float64 (hours)
    parity fuzz --minutes 10     training programs drawn by Hypothesis; what differs is shrunk
    parity files --count 10000   files of models changed at random: each loads or is refused
    parity kills                 a kill and a failure at every call by which a file is written
    parity findings              what is wrong in Keras, release by release; --report to file it
    parity faults                faults planted in scratch and in Keras: who notices, how soon
    parity invariants            what must not change, asked of every class; what fails is shrunk
    parity interrupts            Ctrl-C at many places of a training: is the model whole?
    parity resume                trainings killed before every step: do they end on the same bits?
    parity mutate --sample 400   mutants of all of scratch, or --faults: how many the suite kills
    parity engines               what this machine can compare: backends, versions, devices
    parity bench                 how fast, beside everyone else and beside the floor (15 minutes)
    parity plan                  a step of a model, line by line, as `fit` computes it
    parity playground            a small network in the browser, every number of every step
    parity script train.py       a training script of yours in both libraries: the same logs?
    parity check homework.py     is a layer, loss or optimizer of your own right?
    parity arguments             what each argument does, here and in Keras
    parity unchanged             names, digits and messages, against what was recorded
    parity night --minutes 40    the slow part of the suite: what was touched first, then in turn
    parity certify --keras 3.14  the night on a release of Keras, and a dated report
    parity pythons               the first tier on the oldest and newest Python and NumPy found here
    parity coverage              how much of Keras's public names is here, and what is missing
    parity ceremony              lines of mathematics against all others, and what a batch passes

`parity check`, `parity coverage`, `parity plan`, `--help` and `--version` need what `pip install .`
brings, `parity playground` the extra `playground`, the others the extra `parity`: TensorFlow and
Keras.

Exit status: 0 when parity holds, 1 when it fails, 2 for a wrong option.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

try:
    import typer
except ModuleNotFoundError:
    sys.exit("The command `parity` needs typer and rich: pip install typer rich")

from keras_models import MODELS, load
from parity_tests.commands import late

DISTRIBUTION = "keras-from-scratch"
# A line of the text above for each command.
TOLD = dict(re.findall(r"^ +parity (\w+)\b(?: \S+)*? {2,}(\S.*)$", __doc__, re.MULTILINE))

app = typer.Typer(
    cls=late.group({name: TOLD[name] for name in TOLD if name in late.MODULES}),
    add_completion=False,
    pretty_exceptions_enable=False,
    help="One network, one seed, two libraries, one verdict.",
)


def _tell_version(asked: bool) -> None:
    if asked:
        import scratch

        print(f"{DISTRIBUTION} {scratch.release}, following Keras {scratch.version()}")
        raise typer.Exit()


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    model: Annotated[str, typer.Option(help=f"One of: {', '.join(MODELS)}.")] = "fashion_mnist",
    epochs: Annotated[int | None, typer.Option(min=1, help="Default: the model's own.")] = None,
    optimizer: Annotated[str | None, typer.Option(help="A Keras name, e.g. adam.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Default: the model's own.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 42,
    float64: Annotated[bool, typer.Option("--float64", help="Train in float64.")] = False,
    samples: Annotated[int | None, typer.Option(min=1, help="Train on the first few only.")] = None,
    noise_floor: Annotated[
        bool, typer.Option(help="Train TensorFlow in its other settings too (float32).")
    ] = True,
    output: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("parity-report"),
    json_path: Annotated[
        str | None, typer.Option("--json", help="Write all figures to this file, - for stdout.")
    ] = None,
    plant: Annotated[
        str | None, typer.Option(help="Spoil scratch: gradient, seed, order or log. Must fail.")
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="The version, and Keras's."
        ),
    ] = False,
) -> None:
    """Train one network in scratch and in tf.keras, compare, and write a report."""
    if context.invoked_subcommand is not None:
        return
    from parity_tests.commands.main_job.faults import FAULTS
    from parity_tests.commands.main_job.job import Job, shortened

    _one_of("--model", model, MODELS)
    _one_of("--plant", plant, FAULTS)
    _known_optimizer(optimizer)
    example = load(model)
    job = Job(
        model,
        epochs or example.EPOCHS,
        batch_size or example.BATCH_SIZE,
        seed,
        optimizer,
        "float64" if float64 else "float32",
        float32_rows=getattr(example, "FLOAT32_ROWS", None),
        fault=plant,
    )
    # With `--json -`, standard output belongs to the figures and all else goes to standard error.
    figures_to = _claim_stdout() if json_path == "-" else json_path
    data = shortened(example.data(announce=lambda note: print(note, flush=True)), samples)
    raise typer.Exit(_report(job, data, noise_floor and not float64, output, figures_to))


def _report(job: Any, data: Any, with_floor: bool, output: Path, figures_to: Any) -> int:
    from rich.console import Console

    from parity_tests.commands.main_job import conduct, console, figures, report

    screen = Console(highlight=False, width=None if sys.stdout.isatty() else 100)
    outcome = conduct.conduct(
        job, data, with_floor, announce=lambda text: screen.print(f"\n[bold]{text}[/]")
    )
    found = figures.of(outcome)
    page = report.write(outcome, found, output, _command())
    console.show(screen, found)
    screen.print(f"Report: {page}", soft_wrap=True)
    if figures_to is not None:
        with open(figures_to, "w", encoding="utf-8") as file:
            json.dump({**found, "report": str(page)}, file, indent=2)
            file.write("\n")
    return 0 if found["parity"] else 1


def _claim_stdout() -> int:
    sys.stdout.flush()
    figures_to = os.dup(1)
    os.dup2(2, 1)
    return figures_to


def _command() -> str:
    return " ".join(["parity", *sys.argv[1:]])


def _one_of(option: str, value: str | None, known: Any) -> None:
    if value is not None and value not in known:
        raise typer.BadParameter(f"{value!r} is unknown. Expected one of: {', '.join(known)}.",
                                 param_hint=option)  # fmt: skip


def _known_optimizer(name: str | None) -> None:
    if name is None:
        return
    from scratch import optimizers

    try:
        optimizers.get(name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--optimizer") from error


def main() -> None:
    """The console script."""
    try:
        app(prog_name="parity")
    except ModuleNotFoundError as error:
        ours = ("scratch", "keras_models", "parity_tests", "examples")
        if error.name is None or error.name.partition(".")[0] in ours:
            raise
        sys.exit(
            f"This needs {error.name.partition('.')[0]}. Install what the comparison with Keras "
            "needs with\n    pip install '.[parity]'"
        )


if __name__ == "__main__":
    main()
