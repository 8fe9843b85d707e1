"""`okr doctor`: store, people, connections and Prefect: how each is, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from okr_cli.desk import Desk
from okr_cli.doctor_checks import (
    connection_checks,
    people_checks,
    prefect_checks,
    store_checks,
    workspace_checks,
)
from okr_cli.documents import DoctorDocument
from okr_cli.layout import MAX_WIDTH, hang
from okr_cli.options import HERE, NOW, Format, Moment, Place
from okr_cli.output import print_json, print_text
from okr_core.errors import OkrError
from okr_sources.source import Check

_MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


def doctor(*, format_: Format = "text", moment: Moment = NOW, place: Place = HERE) -> int:
    """Look at the store, the people, every connection and Prefect, and say what to do.

    Ends with 3 if something cannot be reached or refuses us, with 1 if something else is wrong.
    """
    desk = Desk.of(place)
    stages: list[Callable[[], list[Check]]] = [
        lambda: workspace_checks(desk),
        lambda: store_checks(desk),
        lambda: people_checks(desk, moment),
        lambda: connection_checks(desk, moment),
        lambda: prefect_checks(desk.env),
    ]
    checks: list[Check] = []
    worst = 0
    for stage in stages:
        try:
            found = stage()
        except OkrError as error:
            found = [Check(_subject(error), "error", error.message, error.hint)]
            worst = max(worst, error.exit_code if error.exit_code == 3 else 1)
        checks += [check for check in found if check not in checks]
    if format_ == "json":
        print_json(_document(checks))
    else:
        print_text("\n".join(_lines(checks)))
    if any(check.outcome == "error" for check in checks):
        return worst or 3
    return 0


def _subject(error: OkrError) -> str:
    return error.message.partition(":")[0] if ":" in error.message else "workspace"


def _lines(checks: Sequence[Check]) -> list[str]:
    lines: list[str] = []
    for check in checks:
        text = f"{check.subject}: {check.message} {check.hint}".rstrip()
        first, *more = hang(text, "  ", MAX_WIDTH)
        lines += [f"{_MARKS[check.outcome]} {first[2:]}", *more]
    return lines


def _document(checks: Sequence[Check]) -> DoctorDocument:
    return {
        "schema": "okr.doctor/1",
        "checks": [
            {
                "subject": check.subject,
                "outcome": check.outcome,
                "message": check.message,
                "hint": check.hint,
            }
            for check in checks
        ],
    }
