"""The examples of single names: a short program each, and what either library prints for it.

They stand in `examples/names/`, a file a namespace. A heading holds the names that an example is
of, a line says what the name is, and what follows is a session of Python. The site shows them with
the reference; the suite runs them here and in tf.keras.
"""

import doctest
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "names"
_HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
_SESSION = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class FailedError(AssertionError):
    """An example printed something else, or an error."""


@dataclass(frozen=True)
class Example:
    """What is shown of a name.

    Args:
        names: within Keras, all of one thing: `("models.Model", "Model")`.
        text: Markdown, sessions included.
    """

    names: tuple[str, ...]
    text: str

    @property
    def sessions(self) -> list[str]:
        """The sessions, `>>>` and all; each begins anew."""
        return _SESSION.findall(self.text)

    def run(self, keras: Any, **others: Any) -> None:
        """Runs the sessions in one of the libraries, in the current folder.

        Args:
            keras: the library.
            others: what else the sessions find under a name of its own.

        Raises:
            FailedError: where something else is printed than stands there.
        """
        for session in self.sessions:
            parsed = doctest.DocTestParser().get_doctest(
                session, {"keras": keras, **others}, self.names[0], None, None
            )
            said: list[str] = []
            if doctest.DocTestRunner(verbose=False).run(parsed, out=said.append).failed:
                raise FailedError("".join(said))


def examples(folder: Path = FOLDER) -> Iterator[Example]:
    """All of them, a file after the other."""
    for path in sorted(folder.glob("*.md")):
        _, *parts = _HEADING.split(path.read_text(encoding="utf-8"))
        for heading, text in zip(parts[::2], parts[1::2], strict=True):
            yield Example(tuple(re.findall(r"`([^`]+)`", heading)), text.strip())


def found(keras: Any, name: str) -> Any:
    """What a library has under a name such as `losses.Huber`."""
    for part in name.split("."):
        keras = getattr(keras, part)
    return keras


def by_thing(keras: Any) -> Mapping[int, Example]:
    """Each example by the identity of the class or function that it is of."""
    return {id(found(keras, example.names[0])): example for example in examples()}
