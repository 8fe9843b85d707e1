"""`okr audit verify`: whether all that was recorded is still what was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.documents.upkeep import AuditDocument, BoundLaterDocument
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home, read_text
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text
from okr_core.basics.exact import decimal_text
from okr_core.errors import DataError, InputError
from okr_core.record.entries import Reading
from okr_core.record.evidence import decode, re_add

if TYPE_CHECKING:
    from okr_store import AuditReport, Store

MOST = 100
"""Problems that are listed; where a rule is broken once, it can be broken for every reading."""
_UNPROVEN = (
    "Not proven: that nothing was cut off the end, and that the chain was not made anew. Keep the "
    "output of `okr audit verify --format json` elsewhere, and `--expect` it."
)


def verify(
    *,
    expect: Annotated[
        Path | None,
        Parameter(help="Output of an earlier `--format json`: what held then must be there still."),
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Check that nothing recorded was altered, deleted or put in, and say where; 1 if it was.

    Covered: every plan, reading, entry and decision, its time, order, words, evidence and the
    person behind it. The value of a reading is added up again from its evidence.

    Not covered: what was cut off the end together with its links, and a chain that was made anew
    from the start. Keep the output of `--format json` somewhere else: `--expect` it later, and both
    come to light. Nor who erased a name or a text (how many were is said), what was altered before
    an older store was upgraded (when that was is said), and records that somebody who may write to
    the database added at the end as okr itself would.
    """
    expected = _heads(expect) if expect else None
    with Home.of(place).open_store() as store:
        report = store.audit(expected)
        readings = audit_readings(store)
    problems = [*report.problems, *readings.problems]
    if format_ == "json":
        print_json(_document(report, readings, problems, expected=expected is not None))
    elif problems:
        total = f"{count(len(problems), 'problem')}: records were altered."
        print_text("\n".join([*problems, total]))
    else:
        print_text("\n".join(_lines(report, readings.agreeing, proven=expected is not None)))
    return 1 if problems else 0


def _document(
    report: AuditReport, readings: ReadingsReport, problems: list[str], *, expected: bool
) -> AuditDocument:
    return AuditDocument(
        ok=not problems,
        links=report.links,
        readings=readings.agreeing,
        bound_readings=report.readings,
        bound_entries=report.entries,
        erased=report.erased,
        later=tuple(
            BoundLaterDocument(scope=each.scope, at=each.at, version=each.version, rows=each.rows)
            for each in report.later
        ),
        expected=expected,
        head=report.head,
        heads=dict(report.heads),
        problems=tuple(problems),
    )


def _lines(report: AuditReport, agreeing: int, *, proven: bool) -> Iterator[str]:
    bound = f"{count(report.readings, 'reading')} and {count(report.entries, 'entry', 'entries')}"
    yield f"{count(report.links, 'link')} hold and bind {bound}; {_agreeing(agreeing)}."
    for each in report.later:
        if each.rows:
            of = f"cycle `{each.scope}`" if each.scope else "the workspace"
            yield (
                f"Bound since {each.at:%Y-%m-%d}, when the store was upgraded from version "
                f"{each.version}: {count(each.rows, 'row')} of {of}; what was altered before that "
                "cannot be noticed."
            )
    if report.erased:
        yield f"Erased, as is allowed: {count(report.erased, 'name or text', 'names and texts')}."
    if not proven:
        yield _UNPROVEN
    yield f"Head: {report.head or 'none yet'}"


def _agreeing(number_of: int) -> str:
    verb = "agrees with its" if number_of == 1 else "agree with their"
    return f"{count(number_of, 'reading')} {verb} evidence"


def _heads(path: Path) -> dict[str, str]:
    try:
        heads = json.loads(read_text(path))["heads"]
        known = {scope: head for scope, head in heads.items() if isinstance(head, str) and head}
        whole = len(known) == len(heads)
    except (ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise InputError(
            f"{path}: is no output of `okr audit verify --format json`.",
            hint="Name a file that was kept from it.",
        )
    if not known:
        raise InputError(
            f"{path}: it names no head, so that it proves nothing.",
            hint="Name one that was kept when something had been recorded.",
        )
    return known


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
            agreeing += problem is None
            if problem and len(problems) < MOST:
                problems.append(problem)
    return ReadingsReport(agreeing, tuple(problems))


def _problem(store: Store, cycle: str, reading: Reading) -> str | None:
    """Why a reading does not agree; empty where its evidence is gone, which the store tells."""
    name = f"reading {reading.id} of `{reading.key_result}` in cycle `{cycle}`"
    try:
        content = store.evidence(reading.evidence)
        if content is None:
            return ""
        added_up = re_add(decode(content))
    except DataError as error:
        return f"{name}: {error.message}"
    if added_up == reading.value:
        return None
    value, evidence = decimal_text(reading.value), decimal_text(added_up)
    return f"{name}: its value is {value}, its evidence adds up to {evidence}."
