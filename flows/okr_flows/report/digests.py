"""Report digests: what each route is sent once a week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.record.entries import Entry
from okr_core.record.write_back import DigestRecord
from okr_report.audience.audience import COMPANY, KINDS, Audience
from okr_report.audience.redaction import redacted
from okr_report.digest import digest_html, digest_text, digest_title
from okr_report.locale import Language
from okr_report.report_input import ReportInput
from okr_report.reports import Report, report

if TYPE_CHECKING:
    from okr_store import Store

PERSONAL = frozenset({"people", "notes", "confidence"})
"""What is about persons, or was written by one."""


@dataclass(frozen=True, slots=True)
class RouteDigest:
    """The digest of one route.

    Attributes:
        route: Team or circle.
        title: What it is about, for a mail's subject.
        text: For a chat.
        html: For mail.
    """

    route: str
    title: str
    text: str
    html: str


def digests(
    report_input: ReportInput, language: Language = "en", where: str = ""
) -> Iterator[RouteDigest]:
    """One digest per route: a team's its own objectives, any other the whole cycle.

    Args:
        report_input: What is known.
        language: Of everything that is not written by people.
        where: Where the whole report is, for people.
    """
    workspace = report_input.snapshot.workspace
    teams = {objective.team for objective in report_input.snapshot.plan.objectives}
    for route in sorted(workspace.routes if workspace else ()):
        audience = f"team:{route}" if route in teams else COMPANY
        told = public_report(report_input, audience, language)
        yield RouteDigest(
            route, digest_title(told), digest_text(told, where), digest_html(told, where)
        )


def week_of(report_input: ReportInput) -> str:
    """The week of a report in its cycle's zone, such as `2026-W47`."""
    known = report_input.snapshot
    year, week, _ = known.cycle.day_of(known.as_of).isocalendar()
    return f"{year}-W{week:02}"


def claim(store: Store, cycle: str, route: str, week: str, at: datetime) -> bool:
    """Whether this run may send a route's digest of a week: the first that asks may.

    Claimed before it is sent: a digest that a crash swallows is missed less than one that comes
    twice.
    """
    body = DigestRecord(route=route, week=week)
    entry = Entry(at=at, body=body, cycle=cycle, via="report", key=f"{route}/{week}")
    return bool(store.add_entries(cycle, [entry]))


def public_report(
    report_input: ReportInput, audience: str = COMPANY, language: Language = "en"
) -> Report:
    """The report of an audience without names, notes and confidence.

    Raises:
        ConfigError: The audience is unknown.
    """
    everyone = Audience("everyone", frozenset(KINDS) - PERSONAL)
    return report(redacted(report_input, everyone), audience, language)
