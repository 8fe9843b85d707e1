"""ReportFacts: the input of a report with its names and lookups, as the sections ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from okr_core.basics.exact import weighted_mean
from okr_core.errors import RefusalError
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import KeyResult, Objective, Plan, State
from okr_core.plan.retirement import Retirement
from okr_core.plan.revision import Change, ReasonClass, diff_plans
from okr_core.progress.progress import Progress, unknown
from okr_core.progress.status import Standing
from okr_core.record.score_records import ForecastRecord
from okr_core.score.scores import Score, Scorecard
from okr_core.snapshot import Snapshot
from okr_core.words.vocabulary import GradeName, Shown
from okr_report.audience.audience import KINDS
from okr_report.locale import NoteDays
from okr_report.report_input import ReportInput

Phase = Literal["before", "running", "ended", "closed"]
"""Of a cycle: before its first day, in it, after its last, frozen by a named person."""

Look = Shown | GradeName | State
"""The word and mark that an item shows."""


class Named(NamedTuple):
    """Somebody or something by id, with the name people know; the id where there is no name."""

    id: str
    name: str


class GoalChange(NamedTuple):
    """A revision that changed what was agreed, mid-cycle.

    Attributes:
        why: Class of the reason.
        items: Objectives and key results whose terms it changed; none for others' terms.
    """

    at: datetime
    why: ReasonClass
    reason: str
    items: tuple[str, ...]


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

    @property
    def numbers_until(self) -> date | None:
        """The last local day whose numbers count for what has ended; None: see the snapshot."""
        return self.snapshot.numbers_until_day

    @property
    def retired_late(self) -> tuple[KeyResult, ...]:
        """Key results that count in the score, though they are not pursued any more."""
        return self.snapshot.retired_late

    @property
    def note_days(self) -> NoteDays:
        """What notes beside a score are told with."""
        cycle = self.plan.cycle
        return NoteDays(cycle.starts, cycle.ends, self.snapshot.numbers_until)

    def under_way(self, item: str) -> bool:
        """Whether an item's due day is still to come: what has ended has an outcome."""
        due = self.plan.key_results_by_id.get(item)
        ends = self.plan.cycle.end_of(self.plan.due_of(due) if due else self.plan.cycle.ends)
        return not self.snapshot.closed and self.as_of < ends

    def look(self, item: Objective | KeyResult) -> Look | None:
        """What an item shows: its status or, where that may not be seen, what its score shows.

        None where it has no score either.
        """
        if not item.active:
            return item.state
        shown, score = self.standing(item.id).shown, self.score(item.id)
        scored = score.look if score else None
        if not self.sees("progress"):
            return scored
        return scored if shown == "closed" and scored else shown

    def score(self, item: str) -> Score | None:
        """How an item scored; None without scores."""
        return self.scorecard.scores.get(item) if self.scorecard else None

    def forecast(self, kr: KeyResult) -> ForecastRecord | None:
        """The last stored forecast of a key result, as long as its end is ahead."""
        past = self.plan.due_of(kr) < self.plan.cycle.day_of(self.as_of)
        return None if past or over(self.phase) else self.snapshot.forecasts.get(kr.id)

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

    def named(self, person: str) -> Named | None:
        """A person; None for a flow, and where the audience may not see people."""
        return Named(person, self.person(person)) if person else None

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

    def expected(
        self, of: Objective | Iterable[KeyResult], at: int | None = None
    ) -> Fraction | None:
        """What the paces ask for: the weighted mean over those that have a pace, in [0, 1].

        What has ended was asked for in full; None once all of it has, since what counts then is
        the outcome.

        Args:
            of: An objective, whose active key results count by their weights; or key results,
                which count by their weights times their objectives'.
            at: Place of a time of the trend; None: now.
        """
        parents = self.plan.objective_of
        if isinstance(of, Objective):
            weighed = [(kr, kr.weight) for kr in of.active_key_results]
        else:
            weighed = [(kr, kr.weight * parents[kr.id].weight) for kr in of]
        if at is None and not any(self.under_way(kr.id) for kr, _ in weighed):
            return None
        paces = ((weight, self._expected(kr.id, at)) for kr, weight in weighed)
        return weighted_mean((weight, share) for weight, share in paces if share is not None)

    def _expected(self, key_result: str, at: int | None) -> Fraction | None:
        if at is None:
            return self.standing(key_result).paced
        line = self.snapshot.trend.items.get(key_result)
        return line.expected[at] if line else None

    @cached_property
    def revisions(self) -> tuple[tuple[PlanVersion, tuple[Change, ...]], ...]:
        """Each version of the plan since the cycle began, with what it changed; oldest first."""
        begins = self.agreed.cycle.start_of(self.agreed.cycle.starts)
        known = (each for each in self.snapshot.versions if each.at <= self.as_of)
        return tuple(
            (after, tuple(diff_plans(before.plan, after.plan)))
            for before, after in pairwise(sorted(known, key=lambda each: (each.at, each.number)))
            if after.at > begins
        )

    @property
    def goal_changes(self) -> Iterator[GoalChange]:
        """Changes of what was agreed; a metric error is none: it changes no goal."""
        for version, changes in self.revisions:
            why = version.reason_class
            if why is not None and why != "metric_error":
                items = dict.fromkeys(each.item for each in changes if each.protected and each.item)
                yield GoalChange(version.at, why, version.reason, tuple(items))

    @property
    def retired(self) -> Iterator[tuple[str, Retirement]]:
        """What is no longer pursued, oldest first; without what went with its objective."""
        found = self.snapshot.agreement.retired
        for item, gone in sorted(found.items(), key=lambda pair: (pair[1].at, pair[0])):
            parent = self.objective_of(item)
            if parent is None or parent.id == item or parent.id not in found:
                yield item, gone

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

    def key_results_of(self, team: Named) -> tuple[KeyResult, ...]:
        """The active key results of a team's objectives."""
        parents = self.plan.objective_of
        return tuple(k for k in self.plan.active_key_results if parents[k.id].team == team.id)


def over(phase: Phase) -> bool:
    """Whether a cycle has ended."""
    return phase in {"ended", "closed"}


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
