"""`okr audit verify`: whether the hash chain of decisions in the store still holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.desk import Desk, read_text
from okr_cli.documents import AuditDocument
from okr_cli.figures import count
from okr_cli.options import HERE, Format, Place
from okr_cli.output import print_json, print_text
from okr_core.errors import InputError


def verify(
    *,
    expect: Annotated[
        Path | None,
        Parameter(help="Output of an earlier `--format json`: what held then must be there still."),
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Check that no decision in the store was altered. Ends with 1 if one was.

    Keep the output of `--format json` somewhere else: `--expect` it later, and it proves that
    nothing was cut off either.
    """
    expected = _heads(expect) if expect else None
    with Desk.of(place).open_store() as store:
        report = store.audit(expected)
    document: AuditDocument = {
        "schema": "okr.audit/1",
        "ok": report.ok,
        "links": report.links,
        "head": report.head,
        "heads": dict(report.heads),
        "problems": list(report.problems),
    }
    if format_ == "json":
        print_json(document)
    elif report.ok:
        print_text(f"{count(report.links, 'link')} hold. Head: {report.head or 'none yet'}")
    else:
        lines = [
            *report.problems,
            f"{count(len(report.problems), 'problem')}: records were altered.",
        ]
        print_text("\n".join(lines))
    return 0 if report.ok else 1


def _heads(path: Path) -> dict[str, str]:
    try:
        heads = json.loads(read_text(path))["heads"]
        return {str(scope): str(head) for scope, head in heads.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: is no output of `okr audit verify --format json`.",
            hint="Name a file that was kept from it.",
        ) from error
