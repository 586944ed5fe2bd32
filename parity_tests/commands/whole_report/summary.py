"""Everything as plain numbers and words, ready for the page and for JSON: the worst first."""

import ast
import functools
import json
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from parity_tests import cases
from parity_tests.commands.whole_report.cells import COLUMNS, Cell, missing
from parity_tests.commands.whole_report.measure import Result
from parity_tests.findings import all_findings
from parity_tests.harness import backends, quirks
from parity_tests.harness.fingerprint import of as fingerprint_of

OFFENDERS = 12
# From the worst to the best: a component is as bad as its worst case.
STATES = ("red", "refused", "explained", "close", "exact")
ROOMS = {"fits": "fit", "drawn": "drawn numbers", "stopped": "callbacks in fit"}

Measured = list[tuple[Cell, Result]]


def state(result: Result) -> str:
    """The state of a cell, one of `STATES`."""
    return "red" if result.red else result.verdict


def matrix(measured: Measured) -> list[dict[str, Any]]:
    """Rooms, in them components, in them an entry for each column; None where nothing was asked."""
    found: dict[str, dict[str, dict[str, list[tuple[Cell, Result]]]]] = {}
    for cell, result in measured:
        component = found.setdefault(cell.room, {}).setdefault(cell.case.group, {})
        component.setdefault(cell.engine.name, []).append((cell, result))
    return [
        {
            "name": ROOMS.get(room, room),
            "components": [
                {
                    "name": component,
                    "cells": [_entry(by_engine.get(engine.name)) for engine in COLUMNS],
                }
                for component, by_engine in components.items()
            ],
        }
        for room, components in found.items()
    ]


def _entry(measured: Measured | None) -> dict[str, Any] | None:
    if not measured:
        return None
    worst = min((state(r) for _, r in measured), key=STATES.index)
    those = [(c, r) for c, r in measured if state(r) == worst]
    _, result = max(those, key=lambda pair: pair[1].used)
    ids = sorted({c.divergence.id for c, r in those if worst == "explained" and c.divergence})
    return {
        "state": worst,
        "cases": len(measured),
        "bad": len(those) if worst in STATES[:3] else 0,
        "used": _number(result.used),
        "quirks": ids,
        "worst": result.worst,
    }


def _number(value: float) -> float | None:
    return value if value < float("inf") else None


def headline(measured: Measured) -> dict[str, Any]:
    """What the top of the page says: the verdict, and what was compared."""
    results = [r for _, r in measured]
    red = [r for r in results if r.red]
    answered = {c.case.group for c, r in measured if c.engine.library == "tf" and r.compared}
    silent = sorted({c.case.group for c, _ in measured} - answered)
    close = [r.used for c, r in measured if r.verdict in ("exact", "close")]
    return {
        "holds": bool(results) and not red and not silent,
        "cells": len(results),
        "cases": len({c.name for c, _ in measured}),
        "engines": len({c.engine.name for c, _ in measured}),
        "quantities": sum(r.compared for r in results),
        "exact": sum(r.exact for r in results),
        "worst": max(close, default=0.0),
        "red": len(red),
        "explained": sum(r.verdict == "explained" for r in results),
        "refused": sum(r.verdict == "refused" for r in results),
        "silent": silent,
    }


def offenders(measured: Measured) -> list[dict[str, Any]]:
    """What fails, all of it; then what has the least headroom, each component and engine once."""
    ordered = sorted(measured, key=lambda pair: -pair[1].used)
    red = [pair for pair in ordered if pair[1].red]
    seen: set[tuple[str, str]] = set()
    close = []
    for cell, result in ordered:
        place = (cell.case.group, cell.engine.name)
        if result.verdict == "close" and place not in seen:
            seen.add(place)
            close.append((cell, result))
    return [
        {
            "engine": ", ".join(COLUMNS[cell.engine]),
            "state": state(result),
            "used": _number(result.used),
            "what": result.worst.split("  close  ")[0],
        }
        for cell, result in (red + close)[: max(OFFENDERS, len(red))]
    ]


def explained(measured: Measured) -> list[dict[str, Any]]:
    """For each quirk the cases and engines that show it."""
    found: dict[str, dict[str, Any]] = {}
    for cell, result in measured:
        if cell.divergence is not None:
            row = cell.divergence
            entry = found.setdefault(row.id, {"id": row.id, "cases": set(), "engines": set()})
            entry["cases"].add(cell.name)
            entry["engines"].add(", ".join(COLUMNS[cell.engine]))
            entry["example"] = result.worst
    return [
        {**entry, "cases": sorted(entry["cases"]), "engines": sorted(entry["engines"])}
        for _, entry in sorted(found.items(), key=lambda item: _place(item[0]))
    ]


def allowances(measured: Measured) -> list[dict[str, str]]:
    """Every exception from the rules that a compared case claims."""
    names = dict.fromkeys(cell.name for cell, _ in measured)
    return [
        {"case": name, "quantity": a.quantity, "factor": f"{a.factor:g}", "because": a.because}
        for name in names
        for a in cases.find(name).allowances
    ]


def machine() -> dict[str, str]:
    """Where and with what this was measured."""
    libraries = dict.fromkeys(engine.library for engine in COLUMNS if not engine.unavailable)
    versions = functools.reduce(
        lambda found, library: found | backends.versions(library), libraries, {"numpy": ""}
    )
    return {
        "scratch": f"source {fingerprint_of('scratch')}",
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Python": platform.python_version(),
        **versions,
        **{f"no {title}": why for title, why in missing().items()},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def read(path: Path) -> Any:
    """What another command has left in a JSON file; None where it has not been run."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def faults(found: Any) -> dict[str, Any] | None:
    """The result of `parity faults --json` in a few numbers, and what went wrong."""
    if found is None:
        return None
    lines = found["faults"]
    planted = [line for line in lines if line["component"]]
    return {
        "planted": {
            library: sum(line["library"] == library for line in planted)
            for library in dict.fromkeys(line["library"] for line in planted)
        },
        "count": len(planted),
        "caught": sum(line["caught"] for line in planted),
        "named": sum(line["caught"] and line["named"] for line in planted),
        "null": sum(not line["component"] for line in lines),
        "alarms": sum(line["caught"] for line in lines if not line["component"]),
        "wrong": [line for line in lines if not line["right"]],
        "lines": lines,
    }


def rows_of(table: Iterable[quirks.Quirk] = quirks.ROWS) -> list[dict[str, str]]:
    """The quirks in order of their numbers, each as a dictionary of words."""
    return [
        {"id": q.id, "where": q.where, "effect": q.effect, "switch": q.switch}
        for q in sorted(table, key=lambda q: _place(q.id))
    ]


def _place(quirk: str) -> int:
    """12 for K12."""
    return int(quirk.removeprefix("K"))


def findings() -> list[dict[str, Any]]:
    """What Keras does that it should not, or does not say, each with its program."""
    return [
        {
            "title": finding.title,
            "kind": finding.kind,
            "quirk": finding.quirk,
            "explanation": finding.explanation,
            "documentation": finding.documentation,
            "gives": finding.gives,
            "versions": finding.versions,
            "script": _program(finding.script),
        }
        for finding in all_findings()
    ]


def _program(path: Path) -> str:
    """The source without its docstring, which the page shows in words."""
    source = path.read_text(encoding="utf-8")
    first = ast.parse(source).body[0]
    return "\n".join(source.splitlines()[first.end_lineno :]).strip()
