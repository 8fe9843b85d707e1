"""`okr doctor`: store, people, connections and Prefect: how each is, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from okr_cli.documents.upkeep import DoctorDocument
from okr_cli.shell.home import Desk
from okr_cli.shell.layout import MAX_WIDTH, hang
from okr_cli.shell.options import HERE, NOW, Format, Moment, Place
from okr_cli.shell.output import print_json, print_text
from okr_cli.tools.doctor_checks import (
    Diagnosis,
    failed,
    people_checks,
    prefect_checks,
    store_checks,
    workspace_checks,
)
from okr_cli.tools.doctor_connections import connection_checks
from okr_core.errors import OkrError
from okr_sources.source import Check

_MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


def doctor(*, format_: Format = "text", moment: Moment = NOW, place: Place = HERE) -> int:
    """Look at the store, the people, every connection and Prefect, and say what to do.

    Ends with 3 if something cannot be reached or refuses us, with 1 if something else is wrong.
    """
    desk = Desk.of(place)
    stages: list[Callable[[], Iterable[Diagnosis]]] = [
        lambda: workspace_checks(desk),
        lambda: store_checks(desk),
        lambda: people_checks(desk, moment),
        lambda: connection_checks(desk, moment),
        lambda: prefect_checks(desk.env),
    ]
    found: dict[Check, int] = {}
    for stage in stages:
        try:
            for diagnosis in stage():
                found.setdefault(diagnosis.check, diagnosis.code)
        except OkrError as error:
            diagnosis = failed("workspace", error)
            found.setdefault(diagnosis.check, diagnosis.code)
    if format_ == "json":
        print_json(DoctorDocument(checks=tuple(found)))
    else:
        print_text("\n".join(_lines(list(found))))
    return max(found.values(), default=0)


def _lines(checks: Sequence[Check]) -> list[str]:
    lines: list[str] = []
    for check in checks:
        text = f"{check.subject}: {check.message} {check.hint}".rstrip()
        first, *more = hang(text, "  ", MAX_WIDTH)
        lines += [f"{_MARKS[check.outcome]} {first[2:]}", *more]
    return lines
