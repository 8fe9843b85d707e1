"""`okr audit verify`: whether decisions and readings are still what was recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.documents.upkeep import AuditDocument
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home, read_text
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text
from okr_core.basics.exact import decimal_text
from okr_core.errors import DataError, InputError
from okr_core.record.entries import Reading
from okr_core.record.evidence import decode, re_add

if TYPE_CHECKING:
    from okr_store import Store

MOST = 100
"""Problems that are listed; where a rule is broken once, it can be broken for every reading."""


def verify(
    *,
    expect: Annotated[
        Path | None,
        Parameter(help="Output of an earlier `--format json`: what held then must be there still."),
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Check that no decision was altered and every reading agrees with its evidence; 1 if not.

    Decisions (revisions, corrections, acceptances, scores) are chained, so that a change shows.
    The value of a reading is added up again from its evidence, which its digest names.

    Keep the output of `--format json` somewhere else: `--expect` it later, and it proves that
    nothing was cut off either.
    """
    expected = _heads(expect) if expect else None
    with Home.of(place).open_store() as store:
        report = store.audit(expected)
        readings = audit_readings(store)
    problems = [*report.problems, *readings.problems]
    if format_ == "json":
        document = AuditDocument(
            ok=not problems,
            links=report.links,
            readings=readings.agreeing,
            head=report.head,
            heads=dict(report.heads),
            problems=tuple(problems),
        )
        print_json(document)
    elif problems:
        total = f"{count(len(problems), 'problem')}: records were altered."
        print_text("\n".join([*problems, total]))
    else:
        print_text(
            f"{count(report.links, 'decision')} chained; {_agreeing(readings.agreeing)}.\n"
            f"Head: {report.head or 'none yet'}"
        )
    return 1 if problems else 0


def _agreeing(number_of: int) -> str:
    verb = "agrees with its" if number_of == 1 else "agree with their"
    return f"{count(number_of, 'reading')} {verb} evidence"


def _heads(path: Path) -> dict[str, str]:
    try:
        heads = json.loads(read_text(path))["heads"]
        return {str(scope): str(head) for scope, head in heads.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: is no output of `okr audit verify --format json`.",
            hint="Name a file that was kept from it.",
        ) from error


@dataclass(frozen=True, slots=True)
class ReadingsReport:
    """What adding up again found.

    Attributes:
        agreeing: Live readings whose evidence adds up to their value.
        problems: Those whose does not, at most 100 sentences.
    """

    agreeing: int
    problems: tuple[str, ...]


def audit_readings(store: Store) -> ReadingsReport:
    """Add up the evidence of every live reading of every cycle; one at a time is in memory."""
    agreeing, problems = 0, list[str]()
    for cycle in store.cycles():
        for reading in store.readings(cycle, as_of=None):
            if not reading.evidence:
                continue
            problem = _problem(store, cycle, reading)
            agreeing += not problem
            if problem and len(problems) < MOST:
                problems.append(problem)
    return ReadingsReport(agreeing, tuple(problems))


def _problem(store: Store, cycle: str, reading: Reading) -> str:
    name = f"reading {reading.id} of `{reading.key_result}` in cycle `{cycle}`"
    try:
        content = store.evidence(reading.evidence)
        if content is None:
            return f"{name}: its evidence {reading.evidence} is missing."
        added_up = re_add(decode(content))
    except DataError as error:
        return f"{name}: {error.message}"
    if added_up == reading.value:
        return ""
    value, evidence = decimal_text(reading.value), decimal_text(added_up)
    return f"{name}: its value is {value}, its evidence adds up to {evidence}."
