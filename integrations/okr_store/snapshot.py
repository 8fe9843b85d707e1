"""Reading a snapshot: all that the store knows about a cycle at a time; the only reading of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypedDict, TypeVar

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import InputError
from okr_core.open.entries import ASKED_BY
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import Plan
from okr_core.plan.revision import Proposal, diff_plans, roles_concerned
from okr_core.plan.settling import settled_at
from okr_core.plan.workspace import Policies, Workspace
from okr_core.progress.bands import judged_over_time
from okr_core.record.entries import KINDS, Entry, Reading
from okr_core.snapshot import Snapshot
from okr_store.revision import RevisionHeader
from okr_store.store import Store
from okr_store.versions import agreed_policies, read_versions, version_of

_AFTERWARDS = frozenset({"restatement"})
"""Kinds that are looked for after `as_of` too: they put right what was known then."""
_STANDING = frozenset({"scored", *ASKED_BY})
"""Kinds that standings and what is shown beside them rest on."""
_ALL_OF = frozenset(
    {
        "approval",
        "blocker",
        "blocker_lifted",
        "correction",
        "decided",
        "help",
        "help_answer",
        "override",
        "sync",
    }
)
"""Kinds of which the newest alone does not tell what holds: a sync may be about a few, an item may
have been asked more than one thing or have several blockers, and what was said last may wait for a
second person."""
_About = TypeVar("_About", Reading, Entry)


def read_snapshot(
    store: Store,
    cycle: str,
    as_of: datetime,
    *,
    kinds: Iterable[str] = (),
    newest: bool = False,
    revision: int | None = None,
) -> Snapshot:
    """Read a cycle from the store as it was known at `as_of`.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Aware time; restatements are those of today, whenever that was.
        kinds: Kinds of entries that are wanted; all where left out.
        newest: Only how everything stands is asked: one plan, the newest readings and words. A
            past of 5,000 key results takes seconds. Once something has ended more is read all the
            same: how it ended rests on the past.
        revision: With `newest`: number of the plan's revision; None: the one in force.

    Raises:
        InputError: No plan of the cycle was in force by then.
    """
    applied = store.revision("workspace", "", as_of=as_of) or store.revision("workspace", "")
    workspace = applied.workspace() if applied else None
    waiting = _waiting(store, cycle, as_of)
    if newest:
        known = _newest(store, cycle, as_of, workspace, revision)
        plans = [known.one.plan] if known.one else [each.plan for each in known.versions]
        return replace(known, days_off=_days_off(workspace, plans), **waiting)
    versions = read_versions(store, cycle, as_of)
    if not versions:
        raise _no_plan(store, cycle, as_of)
    wanted = frozenset(kinds) or KINDS
    entries = [*store.entries(cycle, kinds=wanted - _AFTERWARDS, as_of=as_of)]
    if not wanted.isdisjoint(_AFTERWARDS):
        entries += store.entries(cycle, kinds=_AFTERWARDS)
    return Snapshot(
        as_of=as_of,
        versions=tuple(versions),
        readings=_by_item(store.readings(cycle, as_of=as_of)),
        entries=_by_item(entries),
        workspace=workspace,
        agreed_policies=agreed_policies(store, versions[0].plan.cycle),
        days_off=_days_off(workspace, [each.plan for each in versions]),
        carried=_carried(store, versions[-1].plan, as_of),
        **waiting,
    )


def read_past(
    store: Store, known: Snapshot, cycle: str, key_results: Sequence[str]
) -> Snapshot | None:
    """The past of a few key results of a cycle whose newest state is known.

    Returns:
        None where the plan is younger than the time that is asked about.
    """
    versions = read_versions(store, cycle, known.as_of)
    if not versions or versions[-1].number < known.revision:
        return None
    kinds, at = KINDS - _AFTERWARDS, known.as_of
    return replace(
        known,
        versions=tuple(versions),
        readings=_by_item(store.readings(cycle, as_of=at, key_results=key_results)),
        entries=_by_item(store.entries(cycle, kinds=kinds, key_results=key_results, as_of=at)),
        agreed_policies=agreed_policies(store, versions[0].plan.cycle),
        one=None,
    )


def _days_off(workspace: Workspace | None, plans: Sequence[Plan]) -> Collection[date]:
    """Days off of the company, for the pace `workdays`; without one that has it, none are asked."""
    several = (kr for plan in plans for kr in plan.key_results())
    if workspace is None or not any(kr.pace.curve == "workdays" for kr in several):
        return ()
    # Only where it matters: knowing the holidays of the world takes a tenth of a second.
    from okr_calendar.workplace import company_days_off  # noqa: PLC0415

    cycles = [plan.cycle for plan in plans]
    first = min(cycle.starts for cycle in cycles)
    return company_days_off(workspace, first, max(cycle.ends for cycle in cycles))


class _Waiting(TypedDict):
    """What of a snapshot the headers of revisions tell."""

    proposed: tuple[Proposal, ...]
    opened_by: str


def _waiting(store: Store, cycle: str, as_of: datetime) -> _Waiting:
    """What was proposed and not decided by then, and who accepted the plan's first revision."""
    plan = store.revisions("plan", cycle)
    known = [each for each in (*plan, *store.revisions("workspace", "")) if each.at <= as_of]
    first = next((each for each in plan if each.state == "accepted"), None)
    return _Waiting(
        proposed=tuple(
            replace(_proposal(each, known), roles=_roles(store, each))
            for each in known
            if _is_open(each, as_of)
        ),
        opened_by=(first.decided_by or first.by) if first else "",
    )


def _is_open(header: RevisionHeader, as_of: datetime) -> bool:
    decided = header.decided_at
    return header.state == "proposed" or (decided is not None and decided > as_of)


def _proposal(header: RevisionHeader, known: Iterable[RevisionHeader]) -> Proposal:
    latest = max(
        (h.number for h in known if h.kind == header.kind and h.state == "accepted"), default=0
    )
    return Proposal(
        reference=header.reference,
        of_plan=header.kind == "plan",
        at=header.at,
        by=header.by,
        reason=header.reason,
        explained=bool(header.reason and header.reason_class),
        stale=header.base != latest,
    )


def _roles(store: Store, header: RevisionHeader) -> tuple[str, ...]:
    """Who is accountable for what a proposed plan changes of what was agreed."""
    if header.kind != "plan" or not header.base:
        return ()
    numbers = (header.base, header.number)
    found = [store.revision("plan", header.scope, number) for number in numbers]
    before, after = (each.written_plan() if each else None for each in found)
    if before is None or after is None:
        return ()
    return roles_concerned([before, after], diff_plans(before, after))


def _carried(store: Store, plan: Plan, as_of: datetime) -> dict[str, int]:
    """Objective → how often its goal was carried over, of those that were more than once."""
    origins: dict[str, dict[str, str]] = {}
    found = {}
    for objective in plan.active_objectives:
        link, seen = objective.carried_from, set[str]()
        while link and link not in seen:
            seen.add(link)
            cycle, _, item = link.partition("/")
            if cycle not in origins:
                origins[cycle] = _origins(store, cycle, as_of)
            link = origins[cycle].get(item)
        if len(seen) > 1:
            found[objective.id] = len(seen)
    return found


def _origins(store: Store, cycle: str, as_of: datetime) -> dict[str, str]:
    """Objective of an earlier cycle → what it was carried over from itself."""
    revision = store.revision("plan", cycle, as_of=as_of)
    objectives = revision.fields().get("objectives", ()) if revision else ()
    return {each["id"]: each["carried_from"] for each in objectives if each.get("carried_from")}


def _newest(
    store: Store, cycle: str, as_of: datetime, workspace: Workspace | None, number: int | None
) -> Snapshot:
    revision = store.revision("plan", cycle, number, as_of)
    if revision is None:
        raise _no_plan(store, cycle, as_of)
    policies = agreed_policies(store, revision.cycle())
    settling_days = (policies or Policies()).settling_days
    one = replace(version_of(revision), plan=revision.plan(settling_days))
    if one.plan.any_ended(as_of) or any(store.entries(cycle, kinds=("closing",), as_of=as_of)):
        past = read_versions(store, cycle, as_of)
        if past and past[-1].number >= one.number:
            return _with_ends(store, one, past, as_of, workspace)
    over_time = [*_with_history(one.plan)]
    entries = [
        *store.entries(cycle, kinds=_STANDING - _ALL_OF, as_of=as_of, latest=True),
        *store.entries(cycle, kinds=_ALL_OF, as_of=as_of),
    ]
    return Snapshot(
        as_of=as_of,
        versions=(),
        readings=_by_item(store.readings(cycle, as_of=as_of, history=over_time)),
        entries=_by_item(entries),
        workspace=workspace,
        agreed_policies=policies,
        carried=_carried(store, one.plan, as_of),
        one=one,
        changed=_changed_since(store, one, as_of, settling_days),
    )


def _changed_since(
    store: Store, one: PlanVersion, as_of: datetime, settling_days: int
) -> tuple[PlanVersion, ...]:
    """The versions of the plan, where one came after the first agreement; else none.

    Read only then: the documents of a large plan take long.
    """
    cycle = one.plan.cycle
    known = [
        header
        for header in store.revisions("plan", cycle.id)
        if header.state == "accepted"
        and (header.decided_at or header.at) <= as_of
        and header.number <= one.number
    ]
    times = [header.decided_at or header.at for header in known]
    if not times or max(times) <= settled_at(cycle, min(times), settling_days):
        return ()
    return tuple(v for v in read_versions(store, cycle.id, as_of) if v.number <= one.number)


def refreshed(store: Store, known: Snapshot, as_of: datetime, items: Collection[str]) -> Snapshot:
    """A snapshot of how everything stands, brought up to a time by what is new of some items.

    Args:
        store: The open store.
        known: As `read_snapshot` with `newest` gave it, of a cycle of which nothing has ended.
        as_of: Aware time, not before that of `known`.
        items: All objectives and key results about which readings, check-ins or decisions were
            recorded since; nothing else was.
    """
    assert known.one is not None, "the past is not brought up to date, but read anew"
    cycle, plan = known.cycle.id, known.one.plan
    over_time = [*_with_history(plan).intersection(items)]
    readings = store.readings(cycle, as_of=as_of, key_results=items, history=over_time)
    entries = [
        *store.entries(
            cycle, kinds=_STANDING - _ALL_OF, key_results=items, as_of=as_of, latest=True
        ),
        *store.entries(cycle, kinds=_ALL_OF, key_results=items, as_of=as_of),
    ]
    anew = dict.fromkeys(items, ())
    return replace(
        known,
        as_of=as_of,
        readings={**known.readings, **anew, **_by_item(readings)},
        entries={**known.entries, **anew, **_by_item(entries)},
    )


def read_items(store: Store, known: Snapshot, items: Collection[str]) -> Snapshot:
    """A snapshot of how everything stands, with all readings and entries of some of its items."""
    cycle, as_of = known.cycle.id, known.as_of
    readings = store.readings(cycle, as_of=as_of, key_results=items)
    said = store.entries(cycle, kinds=KINDS - {"sync"}, key_results=items, as_of=as_of)
    # The rest stays what it was: how everything stands does not change by knowing more of it.
    found = replace(
        known,
        readings={**known.readings, **_by_item(readings)},
        entries={**known.entries, **_by_item(said)},
    )
    vars(found).update(standings=known.standings, figures=known.figures)
    return found


def _with_history(plan: Plan) -> set[str]:
    """Key results whose newest reading alone does not tell how they stand."""
    found = {kr.id for kr in plan.key_results() if kr.guard or judged_over_time(kr.metric)}
    return found.union(*(derivation.children for derivation in plan.derived.values()))


def _with_ends(
    store: Store,
    one: PlanVersion,
    past: Sequence[PlanVersion],
    as_of: datetime,
    workspace: Workspace | None,
) -> Snapshot:
    """As `_newest`, once something has ended: outcomes rest on scores, and these on the past."""
    plan, cycle = one.plan, one.plan.cycle
    passed = (kr.id for kr in plan.key_results() if cycle.end_of(plan.due_of(kr)) <= as_of)
    ended = {*_with_history(plan), *passed}
    versions = [version for version in past if version.number <= one.number]
    return Snapshot(
        as_of=as_of,
        versions=tuple(versions),
        readings=_by_item(store.readings(cycle.id, as_of=as_of, history=ended)),
        entries=_by_item(
            [
                *store.entries(cycle.id, kinds=KINDS - _AFTERWARDS, as_of=as_of),
                *store.entries(cycle.id, kinds=_AFTERWARDS),
            ]
        ),
        workspace=workspace,
        agreed_policies=agreed_policies(store, versions[0].plan.cycle),
        carried=_carried(store, plan, as_of),
    )


def _no_plan(store: Store, cycle: str, as_of: datetime) -> InputError:
    later = store.revision("plan", cycle)
    zone = later.cycle().zone if later else UTC
    return InputError(
        f"cycle `{cycle}` had no plan at {minute_text(as_of, zone)}.",
        hint=f"{okr('revisions', 'list').code} shows when it was applied; choose a later time.",
    )


def _by_item(several: Iterable[_About]) -> dict[str, list[_About]]:
    """Objective or key result → what is about it, in the order given; empty: the whole cycle."""
    grouped: dict[str, list[_About]] = defaultdict(list)
    for each in several:
        grouped[each.key_result].append(each)
    return grouped
