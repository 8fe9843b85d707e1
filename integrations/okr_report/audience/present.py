"""How a cycle stands, as an audience may see it: the same rules as those of a report."""

from __future__ import annotations

from dataclasses import replace

from okr_core.plan.agreement import PlanVersion
from okr_core.snapshot import Snapshot
from okr_report.audience.audience import KINDS, Audience, Sight, sights
from okr_report.audience.redaction import in_force, mentioned, seen_figures, with_effect
from okr_report.audience.walker import Walker


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
    whole = with_version(known)
    sight = sights(audience, whole, ())[0]
    walker = Walker(sight)
    shown = walker(whole)
    found = replace(shown, versions=(in_force(walker, whole),))
    found = replace(found, workspace=mentioned(sight, found))
    vars(found).update(
        revision=known.revision,
        standings=walker(known.standings),
        figures=seen_figures(sight, known, found.plan),
        unavailable=walker({k: v for k, v in known.unavailable.items() if k in sight.items}),
    )
    return found


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
