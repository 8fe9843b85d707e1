"""`okr audit verify`: whether the hash chain of decisions in the store still holds."""

from __future__ import annotations

from okr_cli.desk import Desk
from okr_cli.documents import AuditDocument
from okr_cli.figures import count
from okr_cli.options import HERE, Format, Place
from okr_cli.output import print_json, print_text


def verify(*, format_: Format = "text", place: Place = HERE) -> int:
    """Check that no decision in the store was altered. Ends with 1 if one was.

    Keep the head that is printed somewhere else: it proves later that nothing was cut off.
    """
    with Desk.of(place).open_store() as store:
        report = store.audit()
    document: AuditDocument = {
        "schema": "okr.audit/1",
        "ok": report.ok,
        "links": report.links,
        "head": report.head,
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
