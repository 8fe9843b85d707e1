"""`okr audit verify`: whether decisions and readings are still what was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.figures import count
from okr_cli.shell.home import Home, read_text
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text
from okr_core.errors import InputError
from okr_flows.documents.upkeep import AuditDocument
from okr_flows.run.audit import audit_store


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
        found = audit_store(store, expected)
    report, problems = found.chain, found.problems
    if format_ == "json":
        document = AuditDocument(
            ok=not problems,
            links=report.links,
            readings=found.agreeing,
            head=report.head,
            heads=dict(report.heads),
            problems=problems,
        )
        print_json(document)
    elif problems:
        total = f"{count(len(problems), 'problem')}: records were altered."
        print_text("\n".join([*problems, total]))
    else:
        print_text(
            f"{count(report.links, 'decision')} chained; {_agreeing(found.agreeing)}.\n"
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
