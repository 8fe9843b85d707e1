"""Report digests: what each route is sent once a week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from okr_core.record.write_back import DigestRecord
from okr_flows.notify.message import Message
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
    report_input: ReportInput, language: Language = "en", where: str = "", name: str = ""
) -> Iterator[RouteDigest]:
    """One digest per route: a team's its own objectives, any other the whole cycle.

    A route with the name of an audience of okr.yaml is read by that audience: it is told what that
    one may see, and who is asked only where that one may see people.

    Args:
        report_input: What is known.
        language: Of everything that is not written by people.
        where: Where the whole report is, for people.
        name: What the cycle is called in a chat that hears of several workspaces.
    """
    workspace = report_input.snapshot.workspace
    teams = {objective.team for objective in report_input.snapshot.plan.objectives}
    named = _granted(report_input)
    for route in sorted(workspace.routes if workspace else ()):
        audience = f"team:{route}" if route in teams else COMPANY
        audience = route if route in named else audience
        people = bool({"people", "everything"}.intersection(named.get(route, ())))
        told = public_report(report_input, audience, language, people=people)
        yield RouteDigest(
            route,
            digest_title(told, name),
            digest_text(told, where, name, owners=people),
            digest_html(told, where, name, owners=people),
        )


def week_of(report_input: ReportInput) -> str:
    """The week of a report in its cycle's zone, such as `2026-W47`."""
    known = report_input.snapshot
    year, week, _ = known.cycle.day_of(known.as_of).isocalendar()
    return f"{year}-W{week:02}"


def unsent(store: Store, cycle: str, week: str, several: Iterable[RouteDigest]) -> list[Message]:
    """What routes are told of a week, without those to whom an earlier release sent it."""
    sent = {
        entry.body.route
        for entry in store.entries(cycle, kinds=("digest",))
        if isinstance(entry.body, DigestRecord) and entry.body.week == week
    }
    return [
        Message(each.route, f"digest {week}", each.title, each.text, each.html)
        for each in several
        if each.route not in sent
    ]


def public_report(
    report_input: ReportInput,
    audience: str = COMPANY,
    language: Language = "en",
    *,
    people: bool = False,
) -> Report:
    """The report of an audience without notes and confidence, and without names.

    Args:
        report_input: What is known.
        audience: Who reads.
        language: Of everything that is not written by people.
        people: Names stay in as far as the audience may see them.

    Raises:
        ConfigError: The audience is unknown.
    """
    hidden = PERSONAL - {"people"} if people else PERSONAL
    everyone = Audience("everyone", frozenset(KINDS) - hidden)
    seen = replace(redacted(report_input, everyone), audiences=_granted(report_input))
    return report(seen, audience, language)


def _granted(report_input: ReportInput) -> Mapping[str, tuple[str, ...]]:
    """What each named audience may see, as it is agreed today."""
    if report_input.audiences is not None:
        return report_input.audiences
    workspace = report_input.snapshot.workspace
    return workspace.audiences if workspace else {}
