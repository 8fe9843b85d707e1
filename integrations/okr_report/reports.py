"""Report: a cycle as an audience may see it, in sections that have something to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from okr_core.basics import collector
from okr_core.basics.days import days_after
from okr_core.plan.cycle import zone_named
from okr_report.audience.audience import COMPANY, audience_named
from okr_report.audience.redaction import redacted
from okr_report.locale import Language, Locale
from okr_report.report_facts import Phase, ReportFacts
from okr_report.report_input import ReportInput
from okr_report.section import Section, sections


@dataclass(frozen=True, slots=True)
class Header:
    """What a report is about.

    Attributes:
        organization: Whose cycle it is; empty where no workspace says so.
        cycle: Its id.
        ends: Last local day, included.
        as_of: The time that the report is about, in UTC.
        day: Local day of `as_of`.
        elapsed: Days of the cycle that have begun by then, 0 before it.
        days: Days that the cycle has.
        phase: Where the cycle is.
        version: 0 while the cycle is open; 1 once closed, one more with each restatement.
        revision: Number of the plan revision in force.
        audience: For whom it is.
        reader: The name of that team or person; empty for the company and named audiences.
        program: Version of prefect-okr that made it.
    """

    organization: str
    cycle: str
    starts: date
    ends: date
    timezone: str
    as_of: datetime
    day: date
    elapsed: int
    days: int
    phase: Phase
    version: int
    revision: int
    audience: str
    reader: str
    program: str

    @property
    def zone(self) -> ZoneInfo:
        """Of the cycle."""
        return zone_named(self.timezone)

    def places(self, times: Iterable[datetime]) -> list[float]:
        """Each time as a share of the cycle, in [0, 1]; steps that are unequal stay so."""
        first = datetime.combine(self.starts, time.min, self.zone).timestamp()
        last = datetime.combine(days_after(self.ends, 1), time.min, self.zone).timestamp()
        shares = ((at.timestamp() - first) / (last - first) for at in times)
        return [round(min(max(share, 0.0), 1.0), 6) for share in shares]


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what it shows.

    Attributes:
        view: The section's own view model.
    """

    section: Section
    view: object

    def findings(self, locale: Locale) -> dict[str, str]:
        """What the section finds, in sentences by name."""
        found = self.section.part("findings")
        return found(self.view, locale) if found else {}


@dataclass(frozen=True, slots=True)
class Report:
    """A cycle for an audience.

    Attributes:
        parts: Sections that have something to show, in their order.
    """

    header: Header
    language: Language
    parts: tuple[Part, ...]

    def locale(self, *folders: Path) -> Locale:
        """The language of the report, with the words of some folders; the later ones win."""
        return Locale(self.language, self.header.zone, *folders)


def report(report_input: ReportInput, audience: str = COMPANY, language: Language = "en") -> Report:
    """The report of a cycle: what the audience may see, section by section.

    Args:
        report_input: All that is known.
        audience: See `okr_report.audience`. What it may not see is taken out of the input
            first, so that no section and no form of the report can show it.
        language: Of everything that is not written by people.

    Raises:
        ConfigError: The audience is unknown, or says a word that is.
    """
    with collector.paused():
        reader = audience_named(audience, report_input.snapshot, report_input.audiences)
        seen = redacted(report_input, reader)
        facts = ReportFacts(seen)
        return Report(_header(facts, reader.name), language, tuple(_parts(facts)))


def _parts(facts: ReportFacts) -> Iterator[Part]:
    for section in sections():
        view = section.view(facts)
        if view is not None:
            yield Part(section, view)


def _header(facts: ReportFacts, audience: str) -> Header:
    cycle, known = facts.plan.cycle, facts.snapshot
    day = cycle.day_of(known.as_of)
    days = (cycle.ends - cycle.starts).days + 1
    space = known.workspace
    return Header(
        organization=facts.report_input.organization or (space.organization if space else ""),
        cycle=cycle.id,
        starts=cycle.starts,
        ends=cycle.ends,
        timezone=cycle.timezone,
        as_of=known.as_of,
        day=day,
        elapsed=min(max((day - cycle.starts).days + 1, 0), days),
        days=days,
        phase=facts.phase,
        version=facts.version,
        revision=facts.snapshot.revision,
        audience=audience,
        reader=_reader(facts, audience),
        program=version("prefect-okr"),
    )


def _reader(facts: ReportFacts, audience: str) -> str:
    scope, _, id_ = audience.partition(":")
    if scope == "team":
        return facts.team(id_).name
    return facts.person(id_) if scope == "person" else ""
