"""`okr audit verify`: whether all that was recorded is still what was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.shell.figures import count
from okr_cli.shell.home import Home, read_text
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text
from okr_core.basics.command import okr
from okr_core.errors import InputError
from okr_flows.documents.upkeep import AuditDocument, BoundLaterDocument
from okr_flows.run.audit import StoreAudit, audit_store

if TYPE_CHECKING:
    from okr_store import AuditReport

_PRINTED = okr("audit verify", format="json")
_UNPROVEN = (
    "Not proven: that nothing was cut off the end, and that the chain was not made anew. Keep the "
    f"output of {_PRINTED.code}, or an export, elsewhere, and `--expect` it."
)


def verify(
    *,
    expect: Annotated[
        Path | None,
        Parameter(
            help="Output of an earlier `--format json`, or an export: what held then must be there "
            "still."
        ),
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Check that nothing recorded was altered, deleted or put in, and say where; 1 if it was.

    Covered: every plan, reading, entry and decision, its time, order, words, evidence and the
    person behind it. The value of a reading is added up again from its evidence.

    Not covered: what was cut off the end together with its links, and a chain that was made anew
    from the start. Keep the output of `--format json`, or an export, somewhere else: `--expect` it
    later, and both come to light. Nor who erased a name or a text (how many were is said), what was
    altered before an older store was upgraded (when that was is said), and records that somebody
    who may write to the database added at the end as okr itself would.
    """
    expected = _expected(expect) if expect else None
    with Home.of(place).open_store() as store:
        found = audit_store(store, expected)
    if format_ == "json":
        print_json(_document(found, expected=expected is not None))
    elif found.problems:
        total = f"{count(len(found.problems), 'problem')}: records were altered."
        print_text("\n".join([*found.problems, total]))
    else:
        print_text("\n".join(_lines(found.chain, found.agreeing, proven=expected is not None)))
    return 1 if found.problems else 0


def _document(found: StoreAudit, *, expected: bool) -> AuditDocument:
    report = found.chain
    return AuditDocument(
        ok=found.ok,
        links=report.links,
        readings=found.agreeing,
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
        problems=found.problems,
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


def _expected(path: Path) -> dict[str, str]:
    """The heads that a file names: what an audit printed, or an export.

    Raises:
        InputError: It is neither, was altered or cut off, or names none.
        RefusalError: It is an export of a newer release.
    """
    known = _exported(path)
    if known is None:
        known = _printed(path)
    if not known:
        raise InputError(
            f"{path}: it names no head, so that it proves nothing.",
            hint="Name one that was kept when something had been recorded.",
        )
    return known


def _exported(path: Path) -> dict[str, str] | None:
    """The heads of an export, which is read line by line; None where the file is none."""
    from okr_store.export.export_file import (  # noqa: PLC0415 - SQLAlchemy takes half a second
        ExportFile,
        is_export,
    )

    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return ExportFile(file, str(path)).heads() if is_export(file) else None
    except OSError:
        return None  # what is wrong with it is told where it is read as text


def _printed(path: Path) -> dict[str, str]:
    try:
        heads = json.loads(read_text(path))["heads"]
        known = {scope: head for scope, head in heads.items() if isinstance(head, str) and head}
        whole = len(known) == len(heads)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise InputError(
            f"{path}: is no output of {_PRINTED.code}, and no export.",
            hint=f"Name a file that was kept from it, or what {okr('export').code} wrote, not "
            "compressed.",
        )
    return known
