"""Next cycle: a draft of its plan from the goals of an earlier one, running or closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from okr_core.basics.closest import closest
from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.iteration.carry_over import CarriedOver, carry_over, times_carried
from okr_core.iteration.metrics import Actual
from okr_core.plan.cycle import Cycle, next_days, quarters_between
from okr_core.plan.metrics import Band, Milestones
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.when import When, nearest_cycle
from okr_core.progress.pace import Timeline
from okr_core.record.readings import current_reading
from okr_core.snapshot import Snapshot
from okr_flows.run.cycle import no_plan

if TYPE_CHECKING:
    from okr_store import Store

EVERYTHING = "all"
"""Stands for all goals that are offered."""


@dataclass(frozen=True, slots=True)
class NextCycle:
    """A cycle to draft, and the one whose goals may go on in it.

    Attributes:
        cycle: The one to draft.
        last: The earlier one, as it stands now.
        written: Its plan as people wrote it.
    """

    cycle: Cycle
    last: Snapshot
    written: Plan

    @property
    def offered(self) -> tuple[Objective, ...]:
        """Goals that may go on: all but those that were dropped."""
        return tuple(each for each in self.written.objectives if each.state != "dropped")

    def reached(self, objective: Objective) -> bool:
        """Whether a goal's key results are all reached, so that little is left to carry over."""
        actuals = self.actuals
        known = [actuals[kr.id].reached for kr in objective.key_results if kr.state != "dropped"]
        return bool(known) and all(known)

    @property
    def actuals(self) -> Mapping[str, Actual]:
        """Key result → how far it came."""
        last = self.last
        time = Timeline(last.counting, last.as_of, last.policies, last.readings, last.lacking)
        return {kr.id: self._actual(kr, time) for kr in self.written.key_results()}

    def _actual(self, kr: KeyResult, time: Timeline) -> Actual:
        standing = self.last.standings[kr.id]
        clamped = standing.progress.clamped
        readings = self.last.readings.get(kr.id, ())
        if isinstance(kr.metric, Milestones):
            done = frozenset(
                part.id
                for part in kr.metric.parts
                if (now := current_reading([r for r in readings if r.part == part.id], self.at))
                and now.value
            )
            return Actual(reached=clamped == 1, done=done)
        reading = standing.reading
        if standing.outcome is not None:  # its figure may rest on an earlier one: its due day moved
            _, reading = time.measured_by_due(kr, readings)
        value = reading.value if reading else standing.current
        # A band that holds today can be broken tomorrow: it is never over.
        return Actual(value, clamped == 1 and not isinstance(kr.metric, Band))

    @property
    def at(self) -> datetime:
        """When it was looked at."""
        return self.last.as_of


@dataclass(frozen=True, slots=True)
class NextDraft:
    """What is drafted.

    Attributes:
        carried: The plan, and what became of each key result.
        times: Objective → how often it is carried over with this.
        mirrored: Items that lived in a tool, whose place the draft leaves out.
    """

    next: NextCycle
    carried: CarriedOver
    times: Mapping[str, int]
    mirrored: tuple[str, ...]


def next_cycle(
    store: Store,
    id_: str,
    now: datetime,
    *,
    last: str | None = None,
    starts: date | None = None,
    ends: date | None = None,
) -> NextCycle:
    """The cycle of an id, which is not planned yet, and the one before it.

    Args:
        store: The open store.
        id_: Of the cycle to draft.
        now: The time: what counts by then is what goes on.
        last: Id of the cycle whose goals may go on; None: the last one before it.
        starts: First day of the next cycle; None: as the id says, or at once after the other.
        ends: Its last day; None: it lasts as long as the other.

    Raises:
        InputError: There is no such cycle to go on from, or these are no days.
        RefusalError: The cycle has a plan already, or does not come after the other.
    """
    from okr_store.snapshot import read_snapshot  # noqa: PLC0415 - SQLAlchemy takes half a second

    known = store.cycles()
    if id_ in known:
        raise RefusalError(
            f"cycle `{id_}` has a plan already; nothing was written.",
            hint=f"{okr('pull', cycle=id_).code} writes it as a file.",
        )
    before = _cycle_before(store, id_, last, now)
    cycle = _cycle(id_, before, starts, ends, _parent(store, before))
    snapshot = read_snapshot(store, before.id, now)
    revision = store.revision("plan", before.id)
    assert revision is not None, "the cycle was found by it"
    return NextCycle(cycle, snapshot, revision.written_plan())


def chosen_goals(found: NextCycle, names: Sequence[str]) -> list[str]:
    """Ids of the goals that are named; `all` are those of which something is left to do.

    Raises:
        InputError: One is none of the cycle's objectives, or was dropped.
    """
    if list(names) == [EVERYTHING]:
        return [each.id for each in found.offered if not found.reached(each)]
    offered = [each.id for each in found.offered]
    for name in names:
        if name in offered:
            continue
        if name in found.written.objectives_by_id:
            hint = "Write it into the new plan by hand if it goes on all the same."
            raise InputError(f"objective `{name}` was dropped.", hint=hint)
        near = closest(name, offered)
        told = f"Closest: `{near}`." if near else f"It has {', '.join(offered) or 'none'}."
        raise InputError(f"cycle `{found.written.cycle.id}` has no objective `{name}`.", hint=told)
    return list(dict.fromkeys(names))


def draft_next(store: Store, found: NextCycle, chosen: Sequence[str]) -> NextDraft:
    """Draft the plan of the next cycle.

    Args:
        store: Knows how the goals came here.
        found: The cycle to draft.
        chosen: Ids of the goals that go on.
    """
    plans: dict[str, Mapping[str, str | None]] = {}

    def origin_of(cycle: str, name: str) -> str | None:
        if cycle not in plans:
            plans[cycle] = _origins(store, cycle)
        return plans[cycle].get(name)

    carried = carry_over(found.written, chosen, found.cycle, found.actuals)
    times = {
        each.id: times_carried(each.carried_from, origin_of) for each in carried.plan.objectives
    }
    before = [each for each in found.written.objectives if each.id in times]
    items = [*before, *(kr for each in before for kr in each.key_results)]
    return NextDraft(found, carried, times, tuple(each.id for each in items if each.mirror))


def _origins(store: Store, cycle: str) -> Mapping[str, str | None]:
    revision = store.revision("plan", cycle)
    objectives = revision.fields().get("objectives", ()) if revision else ()
    return {each["id"]: each.get("carried_from") for each in objectives}


def _cycle_before(store: Store, id_: str, last: str | None, now: datetime) -> Cycle:
    """The cycle whose goals may go on."""
    known = store.cycles()
    if last is not None and last not in known:
        raise no_plan(last, known)
    revisions = (store.revision("plan", each) for each in ([last] if last else known))
    cycles = [revision.cycle() for revision in revisions if revision is not None]
    if not cycles:
        raise InputError(
            "the store has no plan whose goals could go on.",
            hint=f"{okr('init').code} writes a first plan, {okr('apply').code} records it.",
        )
    earlier = {each.id: quarters_between(each.id, id_) or 0 for each in cycles}
    quarters = [each for each in cycles if earlier[each.id] > 0]
    if last is None and quarters:
        return min(quarters, key=lambda each: earlier[each.id])
    return nearest_cycle(cycles, When(), now)


def _cycle(
    id_: str, before: Cycle, starts: date | None, ends: date | None, parent: Cycle | None
) -> Cycle:
    try:
        begins, over = next_days(before, id_)
        if starts is not None:
            begins, over = starts, starts + (over - begins)
        cycle = before.model_copy(update={"cutoff": None, "parent": None}).model_dump() | {
            "id": id_,
            "starts": begins,
            "ends": ends or over,
        }
        found = Cycle.model_validate(cycle)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["loc"] == ("id",):
            raise InputError(
                f"`{id_}` is no id for a cycle.",
                hint="Write lower-case letters, digits and dashes, such as 2027-q1.",
            ) from None
        text = first["msg"].removeprefix("Value error, ")
        raise InputError(f"cycle `{id_}`: {text}", hint="Correct --starts and --ends.") from None
    except (ValueError, OverflowError):
        raise InputError(
            f"cycle `{id_}` has no days.", hint="Say them with --starts and --ends."
        ) from None
    if found.starts <= before.starts:
        raise RefusalError(
            f"cycle `{id_}` would begin on {found.starts}, not after `{before.id}` "
            f"({before.starts}); nothing was written.",
            hint="Correct the id or --starts, or name the cycle to go on from with --from.",
        )
    fits = parent is not None and parent.starts <= found.starts and found.ends <= parent.ends
    return found.model_copy(update={"parent": parent.id if parent and fits else None})


def _parent(store: Store, cycle: Cycle) -> Cycle | None:
    """The longer cycle that a cycle is part of, where it is known."""
    revision = store.revision("plan", cycle.parent) if cycle.parent else None
    return revision.cycle() if revision else None
