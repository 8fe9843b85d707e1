"""How a cycle stands, as an audience may see it: the same rules as those of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import Plan
from okr_core.snapshot import Snapshot
from okr_report.audience.audience import KINDS, Audience, Sight, sights
from okr_report.audience.redaction import in_force, mentioned, seen_figures, with_effect
from okr_report.audience.walker import Walker

_Value = TypeVar("_Value")


def sight_of(audience: Audience, known: Snapshot) -> Sight:
    """What an audience sees of a cycle."""
    return sights(audience, with_version(known), ())[0]


def seen_present(known: Snapshot, audience: Audience) -> Snapshot:
    """How a cycle stands, with everything taken out that an audience may not see.

    Figures are those of the whole; there is no scorecard and no trend.

    Args:
        known: As `read_snapshot` with `newest` gives it.
        audience: Who reads.
    """
    if audience.whole and audience.sees == frozenset(KINDS):
        return known
    sight = sight_of(audience, known)
    whole, walker = _only(with_version(known), sight), Walker(sight)
    shown = walker(whole)
    found = replace(shown, versions=(in_force(walker, whole),))
    found = replace(found, workspace=mentioned(sight, found))
    vars(found).update(
        revision=known.revision,
        standings=walker(_of(known.standings, sight)),
        figures=seen_figures(sight, known, found.plan),
        unavailable=walker(_of(known.unavailable, sight)),
    )
    return found


def part_of(known: Snapshot, sight: Sight) -> Snapshot:
    """A snapshot of how everything stands, with the items of a sight alone, and all of these.

    What follows from an item follows as in the whole; what is about the whole cycle stays. Where
    something has ended, how it ended rests on all of it: then it is the whole.
    """
    if known.one is None:
        return known
    one = replace(known.one, plan=_part(known.one.plan, sight))
    found = replace(
        known, one=one, readings=_of(known.readings, sight), entries=_of(known.entries, sight)
    )
    vars(found).update(standings=_of(known.standings, sight), figures=known.figures)
    return found


def _only(whole: Snapshot, sight: Sight) -> Snapshot:
    """The snapshot without what the sight leaves out: a person's part of a large company is small.

    The walker would take the same away, record by record.
    """
    if sight.whole:
        return whole
    versions = tuple(replace(each, plan=_part(each.plan, sight)) for each in whole.versions)
    readings, entries = _of(whole.readings, sight), _of(whole.entries, sight)
    found = replace(whole, versions=versions, readings=readings, entries=entries)
    vars(found).update(standings=_of(whole.standings, sight), figures=whole.figures)
    return found


def _of(several: Mapping[str, _Value], sight: Sight) -> dict[str, _Value]:
    return {name: each for name, each in several.items() if name in sight.items}


def _part(plan: Plan, sight: Sight) -> Plan:
    """A plan without what a sight leaves out."""
    objectives = tuple(
        each.model_copy(
            update={"key_results": tuple(kr for kr in each.key_results if kr.id in sight.items)}
        )
        for each in plan.objectives
        if each.id in sight.items
    )
    return Plan.model_construct(cycle=plan.cycle, objectives=objectives)


def seen_versions(
    known: Snapshot, versions: tuple[PlanVersion, ...], audience: Audience
) -> tuple[PlanVersion, ...]:
    """Versions of a plan as an audience may see them; none where it may see no changes."""
    if audience.whole and audience.sees == frozenset(KINDS):
        return versions
    if "changes" not in audience.sees:
        return ()
    sight = sight_of(audience, known)
    # The reason of a version that changes nothing that is seen is about others.
    return tuple(with_effect(sight, map(Walker(sight), versions)))


def with_version(known: Snapshot) -> Snapshot:
    """The same cycle with the plan that was read as its only version."""
    if known.one is None:
        return known
    found = replace(known, versions=(known.one,), one=None)
    vars(found).update(standings=known.standings, figures=known.figures)
    return found
