"""How a finding stands with a release of Keras: as it was told, or otherwise."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from parity_tests.findings import Finding, measure
from parity_tests.harness import backends
from parity_tests.harness.backends import Environment
from parity_tests.harness.processor import simd
from parity_tests.harness.worker import WorkerError

AS_TOLD = "as told"
SHORT = {name: short for short, name in backends.KERAS_NAMES.items()}


class Standing(NamedTuple):
    """What a finding's program does on a backend now.

    Args:
        finding: the finding.
        backend: `"jax"`.
        now: `AS_TOLD`, or what it prints or raises instead; or why it was not run, in brackets.
    """

    finding: Finding
    backend: str
    now: str

    @property
    def mended(self) -> bool:
        """Whether it ran, and does no longer what the finding tells."""
        return self.now != AS_TOLD and not self.now.startswith("(")


def standings(found: Iterable[Finding], environment: Environment = ()) -> Iterator[Standing]:
    """Runs programs on every backend, one after the other.

    Args:
        found: the findings.
        environment: of the processes they run in, see `releases.environment`.
    """
    for finding in found:
        for backend in finding.gives:
            yield Standing(finding, backend, _now(finding, backend, environment))


def _now(finding: Finding, backend: str, environment: Environment) -> str:
    if reason := backends.missing(SHORT[backend]):
        return f"({reason})"
    if finding.needs and backend == "tensorflow" and finding.needs not in simd():
        return f"(this processor has no {finding.needs})"
    try:
        printed = measure(finding, backend, environment)
    except WorkerError as error:
        return f"raises {str(error).strip().splitlines()[-1].partition(':')[0].split('.')[-1]}"
    return AS_TOLD if printed == finding.gives[backend] else printed.replace("\n", " / ")
