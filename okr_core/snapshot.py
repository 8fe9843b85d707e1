"""Snapshot: all that is known about one cycle at a time; every figure is a function of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from okr_core.errors import RefusalError
from okr_core.plan.agreement import Agreement, PlanVersion, agree
from okr_core.plan.cycle import Cycle, cutoff_of
from okr_core.plan.plan import KeyResult, Plan
from okr_core.plan.retirement import counting
from okr_core.plan.revision import Proposal
from okr_core.plan.workspace import Policies, Workspace
from okr_core.progress.derived import RETIRED, UNREAD, Lack
from okr_core.progress.grades import has_learned
from okr_core.progress.progress import Progress
from okr_core.progress.rollup import averaged, team_figures
from okr_core.progress.silence import ConnectionRead, connections_read
from okr_core.progress.standings import standing
from okr_core.progress.status import Standing
from okr_core.record.entries import Entry, Reading, SyncRecord
from okr_core.record.failure import Failure
from okr_core.record.score_records import RULES, Closing, ForecastRecord, Restatement, Scored
from okr_core.words.vocabulary import Outcome

# What `okr status` does not ask for loads where it is asked for.
if TYPE_CHECKING:
    from okr_core.forecast.forecast import Forecast
    from okr_core.progress.trends import Trend
    from okr_core.score.scores import Scorecard
    from okr_core.score.second_person import SecondPerson


@dataclass(frozen=True)
class Snapshot:
    """A cycle as it is known at a time: its plans, readings and entries, and what follows.

    Whether it is closed, its policies and days off enter here, for all that follows.

    Attributes:
        as_of: Aware time in UTC; nothing later is in here, restatements apart.
        versions: Accepted revisions of the plan by number; none where only one was read.
        readings: Key result → its live readings, observed and suspect, by time.
        entries: Objective or key result → its entries by time; those of the whole cycle (syncs,
            scores, the closing) under the empty id.
        workspace: As it was then; None where none was applied.
        agreed_policies: Those in force when the cycle began: scores go by them. None: the
            workspace's.
        days_off: Holidays, for the pace `workdays`.
        proposed: Revisions of the plan and the workspace that wait for a decision.
        opened_by: Id of the person who accepted the plan's first revision; empty where unknown.
        carried: Objective → how often its goal was carried over, itself from `carried_from`.
        one: The version of the plan that was read, its starts filled in, where only one was.
            Readings and entries are then the newest: what standings ask for, and nothing else.
        changed: With `one`: the versions up to it, where it was changed since the first agreement.
    """

    as_of: datetime
    versions: tuple[PlanVersion, ...]
    readings: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    entries: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    workspace: Workspace | None = None
    agreed_policies: Policies | None = None
    days_off: Collection[date] = ()
    proposed: tuple[Proposal, ...] = ()
    opened_by: str = ""
    carried: Mapping[str, int] = field(default_factory=dict)
    one: PlanVersion | None = None
    changed: tuple[PlanVersion, ...] = ()

    @property
    def _past(self) -> tuple[PlanVersion, ...]:
        """All versions, for what rests on the past."""
        assert self.one is None, "the past is not read with one plan"
        return self.versions

    @cached_property
    def agreement(self) -> Agreement:
        """The plan as first agreed, and the one in force."""
        return self._agreed(self.as_of)

    def _agreed(self, at: datetime) -> Agreement:
        return agree(self._past, at, self.scoring_policies.settling_days)

    @cached_property
    def scoring_policies(self) -> Policies:
        """What scores go by: a cycle that older rules closed did not settle."""
        found = self.agreed_policies or self.policies
        body = self.closing.body if self.closing else None
        if isinstance(body, Closing) and body.rules < RULES:
            return found.model_copy(update={"settling_days": 0})
        return found

    def _holders(self, role: str, day: date) -> Collection[str]:
        space = self.workspace
        return {each.person for each in space.holders(role, day)} if space else ()

    @property
    def _scored_at(self) -> datetime:
        return self.closing.at if self.closing else self.as_of

    @property
    def plan(self) -> Plan:
        """The plan in force, starts filled in."""
        return self.one.plan if self.one else self.agreement.current

    @cached_property
    def revision(self) -> int:
        """Number of the plan's revision."""
        return self.one.number if self.one else self.agreement.revision

    @property
    def cycle(self) -> Cycle:
        """The cycle as the plan in force says."""
        return self.plan.cycle

    @property
    def policies(self) -> Policies:
        """The workspace's policies, else the defaults."""
        return self.workspace.policies if self.workspace else Policies()

    def title_of(self, name: str) -> str:
        """Title of an objective or key result, of the plan in force or as agreed; else its id."""
        known = self._known_agreement
        return self.plan.title_of(name) or (known.plan.title_of(name) if known else "") or name

    def with_entry(self, entry: Entry) -> Snapshot:
        """The same cycle with one more entry, recorded or imagined."""
        several = [*self.entries.get(entry.key_result, ()), entry]
        return replace(self, entries={**self.entries, entry.key_result: several})

    def of_kind(self, kind: str) -> Iterator[Entry]:
        """Entries of a kind, whatever they are about, by item and time."""
        for several in self.entries.values():
            yield from (entry for entry in several if entry.body.kind == kind)

    @cached_property
    def closing(self) -> Entry | None:
        """The entry that closed the cycle; None while it is open."""
        return next(self.of_kind("closing"), None)

    @property
    def closed(self) -> bool:
        """Whether the cycle is closed."""
        return self.closing is not None

    @property
    def closed_at(self) -> datetime | None:
        """When the cycle was closed; None: it is open."""
        return self.closing.at if self.closing else None

    @cached_property
    def restatements(self) -> list[Entry]:
        """What was restated since, by version."""

        def version(entry: Entry) -> int:
            return entry.body.version if isinstance(entry.body, Restatement) else 0

        return sorted(self.of_kind("restatement"), key=version)

    @cached_property
    def scorings(self) -> list[tuple[Entry, Scored]]:
        """What scoring runs recorded, oldest first."""
        found = [(e, e.body) for e in self.of_kind("scored") if isinstance(e.body, Scored)]
        return sorted(found, key=lambda pair: pair[0].at)

    @property
    def forecasts(self) -> Mapping[str, ForecastRecord]:
        """Key result → the forecast that the last scoring stored; none once closed."""
        return self.scorings[-1][1].forecasts if self.scorings and not self.closed else {}

    @cached_property
    def _syncs(self) -> list[tuple[Entry, SyncRecord]]:
        """What syncs did, oldest first."""
        found = [(e, e.body) for e in self.of_kind("sync") if isinstance(e.body, SyncRecord)]
        return sorted(found, key=lambda pair: pair[0].at)

    @cached_property
    def unavailable(self) -> Mapping[str, Failure]:
        """Key result → why its last sync could not read it, what to do, and when that was."""
        found: dict[str, Failure] = {}
        for entry, sync in self._syncs:
            for read in (*sync.observed, *sync.suspect):
                found.pop(read, None)
            for each in sync.unavailable:
                found[each.key_result] = Failure(each.reason, each.hint, entry.at)
        return found

    @property
    def synced_at(self) -> datetime | None:
        """When a sync last ended; None: never."""
        return self._syncs[-1][0].at if self._syncs else None

    @cached_property
    def connections_read(self) -> tuple[ConnectionRead, ...]:
        """When each connection that serves key results was read; none once the cycle is over."""
        if self.workspace is None or self.closed:
            return ()
        applied = self.one or self.versions[-1]
        return connections_read(self.plan, self.workspace, self._syncs, self.as_of, applied.at)

    @property
    def silent(self) -> tuple[ConnectionRead, ...]:
        """Connections that were not read when their schedule said so."""
        return tuple(each for each in self.connections_read if each.overdue)

    @cached_property
    def scorecard(self) -> Scorecard:
        """The scores as they stand: computed, or frozen and restated once the cycle is closed.

        Raises:
            RefusalError: The cycle has not begun, or nothing was read by then.
        """
        return self.card()

    def card(self, *, unread: bool = False) -> Scorecard:
        """The scorecard; see `scorecard`.

        Args:
            unread: A cycle in which nothing was read has one too, without any score.
        """
        return self._unread_card if unread else self._carded(unread=False)

    @cached_property
    def _unread_card(self) -> Scorecard:
        try:
            return self.scorecard
        except RefusalError:  # nothing was read by then
            return self._carded(unread=True)

    def _carded(self, *, unread: bool) -> Scorecard:
        from okr_core.score.closed import frozen, restated  # noqa: PLC0415
        from okr_core.score.score import scorecard  # noqa: PLC0415

        moment = self._scored_at
        card = scorecard(
            self._past,
            self.readings,
            self.entries,
            moment,
            policies=self.scoring_policies,
            unread=unread or self.closed,
            holders=self._holders,
        )
        if self.closing is None:
            return card
        assert isinstance(self.closing.body, Closing), "a closing has its own body"
        agreed = self._agreed(moment).plan
        kept = frozen(card, self.closing.body)
        return restated(kept, agreed, self.restatements, self.second_person)

    @cached_property
    def second_person(self) -> SecondPerson:
        """Who else answered for decisions, and who may."""
        from okr_core.score.second_person import SecondPerson  # noqa: PLC0415

        said = (entry for several in self.entries.values() for entry in several)
        plans = [*(version.plan for version in self.since_agreed), self.plan]
        return SecondPerson(plans, self._holders, said, self.as_of)

    @property
    def second_person_required(self) -> bool:
        """Whether what moves a figure of the cycle waits for a second person."""
        return self.scoring_policies.second_person == "required"

    @property
    def since_agreed(self) -> Sequence[PlanVersion]:
        """The version that was first agreed and those after it; none where one plan is all."""
        known = self._known_agreement
        return known.versions if known else ()

    @cached_property
    def _known_agreement(self) -> Agreement | None:
        """What was first agreed; None where one plan is all that there is to know."""
        if self.one is None:
            return self.agreement
        if not self.changed:
            return None
        return agree(self.changed, self.as_of, self.scoring_policies.settling_days)

    @cached_property
    def counting(self) -> Plan:
        """The plan in force as it counts: with what was retired too late to count no more."""
        known = self._known_agreement
        return counting(self.plan, known.plan, known.retired) if known else self.plan

    @cached_property
    def retired_late(self) -> tuple[KeyResult, ...]:
        """Key results that were retired too late to be left out: they count like active ones."""
        late = set(self._retired_late)
        return (
            tuple(kr for kr in self.counting.weighed_key_results if kr.id in late) if late else ()
        )

    @property
    def _retired_late(self) -> Collection[str]:
        known = self._known_agreement
        return [n for n, gone in known.retired.items() if not gone.early] if known else ()

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """How every key result and objective stands."""
        return standing(
            self.counting,
            self.readings,
            self.entries,
            self.as_of,
            self.days_off,
            policies=self.policies,
            closed=self.closed,
            outcomes=self._outcomes,
            retired_late=self._retired_late,
            lacking=self.lacking,
        )

    @cached_property
    def lacking(self) -> Mapping[str, Lack]:
        """Key results that have no value for those that take theirs from them.

        A source that could not be read leaves its key result with the last value; a sum of old and
        new values would be neither.
        """
        if not self.plan.derived:
            return {}
        known = self._known_agreement
        found = {n: Lack(gone.at, RETIRED) for n, gone in known.retired.items()} if known else {}
        unread = {
            name: Lack(failure.at, UNREAD)
            for name, failure in self.unavailable.items()
            if failure.at is not None and not self.plan.ended(name, failure.at)
        }
        return unread | found

    @cached_property
    def _outcomes(self) -> Mapping[str, Outcome] | None:
        """Item → its outcome by its score; None while nothing has ended, or nothing is scored."""
        if self.one is not None or not (self.closed or self.plan.any_ended(self.as_of)):
            return None
        try:
            card = self.card(unread=True)
        except RefusalError:
            return None
        words = {
            name: score.word(learned=has_learned(self.entries.get(name, ()), card.as_of))
            for name, score in card.scores.items()
        }
        return {name: word for name, word in words.items() if word is not None}

    @property
    def numbers_until(self) -> datetime | None:
        """Until when numbers still count for what has ended; None: nothing has, or it is past."""
        cutoff = cutoff_of(self.cycle)
        open_ = not self.closed and self.as_of <= cutoff
        return cutoff if open_ and self.plan.any_ended(self.as_of) else None

    @property
    def numbers_until_day(self) -> date | None:
        """The last local day of `numbers_until`; a midnight ends the day before it."""
        until = self.numbers_until
        return None if until is None else self.cycle.day_of(until - timedelta.resolution)

    @cached_property
    def figures(self) -> dict[str, Progress]:
        """Progress of teams and of the whole cycle, which has the empty id."""
        rolled = {name: each.progress for name, each in self.standings.items()}
        return team_figures(self.counting, rolled)

    @cached_property
    def averages(self) -> dict[str, int]:
        """Team → how many objectives its figure averages; the cycle's under the empty id."""
        return averaged(self.counting, {n: each.progress for n, each in self.standings.items()})

    @cached_property
    def trend(self) -> Trend:
        """Progress, expectation, confidence and values week by week."""
        from okr_core.progress.trends import trend, trend_times  # noqa: PLC0415

        return trend(
            self._past,
            self.readings,
            self.entries,
            trend_times(self.cycle, self.as_of),
            self.days_off,
            policies=self.policies,
            settling_days=self.scoring_policies.settling_days,
        )

    def forecast(self) -> dict[str, Forecast]:
        """Forecasts computed now; reading commands show those that the last scoring stored."""
        from okr_core.forecast.forecast import forecasts  # noqa: PLC0415

        return forecasts(self.plan, self.readings, self.entries, self.as_of, self.days_off)
