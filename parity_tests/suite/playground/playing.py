"""What the tests of the playground share."""

from typing import Any

from parity_tests.commands.playground import place

Session = place.module("session").Session
unpacked = place.module("frame").unpacked
PRESETS = place.module("presets").PRESETS


def ask(session: Any, command: str, **fields: Any) -> dict[str, Any]:
    """The answer to a command that is followed."""
    answer = session.command({"command": command, **fields})
    assert answer.pop("ok"), answer
    return answer


def refused(session: Any, command: Any, **fields: Any) -> str:
    """Why a command is not followed."""
    request = {"command": command, **fields} if isinstance(command, str) else command
    answer = session.command(request)
    assert not answer["ok"], answer
    return answer["error"]


def dense(*units: int, **more: Any) -> list[dict[str, Any]]:
    """Hidden layers."""
    return [{"class": "Dense", "units": n, **more} for n in units]
