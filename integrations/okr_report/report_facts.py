"""ReportFacts: the input of a report with its names and lookups, as the sections ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal, NamedTuple

from okr_core.errors import RefusalError
from okr_core.plan.plan import KeyResult, Objective, Plan, State
from okr_core.progress.progress import Progress, unknown
from okr_core.progress.status import Standing
from okr_core.record.score_records import ForecastRecord
from okr_core.score.scores import Score, Scorecard
from okr_core.snapshot import Snapshot
from okr_core.words.vocabulary import GradeName, Shown
from okr_report.audience.audience import KINDS
from okr_report.report_input import ReportInput

Phase = Literal["before", "running", "ended", "closed"]
"""Of a cycle: before its first day, in it, after its last, frozen by a named person."""

Look = Shown | GradeName | State
"""The word and mark that an item shows."""


class Named(NamedTuple):
    """Somebody or something by id, with the name people know; the id where there is no name."""

    id: str
    name: str


class ReportFacts:
    """What a report knows, each lookup worked out once.

    Args:
        report_input: What the audience may see.
    """

    def __init__(self, report_input: ReportInput) -> None:
        self.report_input = report_input
        self.snapshot: Snapshot = report_input.snapshot
        self.plan: Plan = self.snapshot.plan

    @cached_property
    def agreed(self) -> Plan:
        """Every item ever planned, as first agreed."""
        return self.snapshot.agreement.plan

    @cached_property
    def scorecard(self) -> Scorecard | None:
        """The scores as they stand; None where there is nothing to score."""
        return card_of(self.snapshot)

    def sees(self, word: str) -> bool:
        """Whether the audience may see this kind of thing: a word of `okr_report.audience`."""
        return word in self.report_input.sees

    @property
    def granted(self) -> tuple[str, ...]:
        """What the audience may see, in the order of the vocabulary."""
        return tuple(filter(self.sees, KINDS))

    @property
    def version(self) -> int:
        """Of the report: 0 while the cycle is open, 1 once closed, one more with each restatement.

        Also for those who may not see scores.
        """
        try:
            return self.snapshot.scorecard.version
        except RefusalError:
            return 0

    @property
    def as_of(self) -> datetime:
        """The time that the report is about, in UTC."""
        return self.snapshot.as_of

    @cached_property
    def phase(self) -> Phase:
        """Where the cycle is."""
        cycle, day = self.plan.cycle, self.plan.cycle.day_of(self.as_of)
        if self.snapshot.closed:
            return "closed"
        if day < cycle.starts:
            return "before"
        return "ended" if day > cycle.ends else "running"

    def standing(self, item: str) -> Standing:
        """How an item stands; one that is no longer planned is closed."""
        absent = Standing(item, "key_result", unknown("not in the plan"), status="closed")
        return self.snapshot.standings.get(item, absent)

    def look(self, item: Objective | KeyResult) -> Look | None:
        """What an item shows: a grade once it is closed, or where its status may not be seen.

        None where it has no grade either.
        """
        if not item.active:
            return item.state
        shown, score = self.standing(item.id).shown, self.score(item.id)
        grade = score.grade if score else None
        if not self.sees("progress"):
            return grade
        return grade if shown == "closed" and grade else shown

    def score(self, item: str) -> Score | None:
        """How an item scored; None without scores."""
        return self.scorecard.scores.get(item) if self.scorecard else None

    def forecast(self, kr: KeyResult) -> ForecastRecord | None:
        """The last stored forecast of a key result, as long as its end is ahead."""
        past = self.plan.due_of(kr) < self.plan.cycle.day_of(self.as_of)
        over = past or self.phase in {"ended", "closed"}
        return None if over else self.snapshot.forecasts.get(kr.id)

    def title(self, item: str) -> str:
        """The title of an objective or key result, planned now or earlier; else its id."""
        for plan in (self.plan, self.agreed):
            found = plan.objectives_by_id.get(item) or plan.key_results_by_id.get(item)
            if found is not None:
                return found.title
        return item

    def objective_of(self, item: str) -> Objective | None:
        """The objective that an item is or belongs to, planned now or earlier."""
        for plan in (self.plan, self.agreed):
            found = plan.objectives_by_id.get(item) or plan.objective_of.get(item)
            if found is not None:
                return found
        return None

    def person(self, person: str) -> str:
        """A person's name; their id where the workspace does not know them."""
        space = self.snapshot.workspace
        return space.people[person].name if space and person in space.people else person

    def team(self, team: str) -> Named:
        """A team with its name."""
        space = self.snapshot.workspace
        name = space.teams[team].name if space and team in space.teams else ""
        return Named(team, name or team)

    def role(self, role: str | None) -> Named | None:
        """A role; the implicit role of a person has that person's name."""
        return Named(role, self.person(role)) if role else None

    def holders(self, role: str | None) -> tuple[Named, ...]:
        """Who holds a role at the time of the report; nobody twice, none for an implicit role."""
        space = self.snapshot.workspace
        if space is None or role is None or role in space.people:
            return ()
        day = self.plan.cycle.day_of(self.as_of)
        people = dict.fromkeys(holding.person for holding in space.holders(role, day))
        return tuple(Named(person, self.person(person)) for person in people)

    @cached_property
    def values(self) -> dict[str, Decimal]:
        """Reading id → its value, of all live readings."""
        every = (r for several in self.snapshot.readings.values() for r in several)
        return {reading.id: reading.value for reading in every if reading.id}

    @cached_property
    def progress(self) -> Progress:
        """Progress of the whole cycle."""
        return self.snapshot.figures.get("", unknown("no active objective"))

    def teams(self) -> Iterator[Named]:
        """Teams that have an objective in the plan in force, in its order."""
        yield from map(self.team, dict.fromkeys(o.team for o in self.plan.objectives if o.team))


def card_of(known: Snapshot) -> Scorecard | None:
    """The scorecard of a cycle; None where it has not begun, or nothing was read or may be seen."""
    try:
        card = known.scorecard
    except RefusalError:
        return None
    return card if card.scores else None


def cycle_score(card: Scorecard | None) -> Fraction | None:
    """The score of a whole cycle, overrides included."""
    return card.teams[""].effective if card and "" in card.teams else None
