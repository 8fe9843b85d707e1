"""Redaction: a material without what its audience may not see, before any view is built.

What is taken out here cannot be in any form of a report. Figures stay those of the whole cycle:
an objective that counts another team's keeps its number, without that team's objective.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from okr_core.record.failure import Failure
from okr_core.snapshot import Snapshot
from okr_report.audience import KINDS, Audience, visible
from okr_report.facts import card_of
from okr_report.material import Material, Provenance
from okr_report.redacted_entries import redacted_entries, redacted_reading, redacted_readings
from okr_report.redacted_figures import seen_card, seen_figures, seen_standings, seen_trend
from okr_report.redacted_plan import redacted_versions, redacted_workspace
from okr_report.sight import Sight


def redacted(material: Material, audience: Audience) -> Material:
    """The material as the audience may see it.

    Args:
        material: All that is known; it stays as it is.
        audience: Who reads.
    """
    if audience.whole and audience.sees == frozenset(KINDS):
        return material
    every = (material.snapshot, *material.earlier)
    sights = [_sight(audience, each) for each in every]
    lineage = {f"{s.cycle}/{item}" for s in sights[1:] for item in s.items}
    now, *earlier = (
        _snapshot(replace(sight, lineage=None if audience.whole else frozenset(lineage)), known)
        for sight, known in zip(sights, every, strict=True)
    )
    known = material.snapshot
    _keep(
        now,
        revision=known.revision,
        trend=seen_trend(sights[0], known.trend),
        unavailable=_unavailable(sights[0], known.unavailable),
    )
    return Material(
        snapshot=now,
        organization=material.organization,
        provenance=_provenance(sights[0], material.provenance),
        earlier=tuple(earlier),
        sees=audience.sees & material.sees,
    )


def _sight(audience: Audience, known: Snapshot) -> Sight:
    plans = [version.plan for version in known.versions]
    items = visible(audience, plans, known.workspace)
    people = frozenset(known.workspace.people if known.workspace else ())
    return Sight(audience, known.cycle.id, frozenset(items), people)


def _snapshot(sight: Sight, known: Snapshot) -> Snapshot:
    versions = redacted_versions(sight, known)
    readings = redacted_readings(sight, known.readings)
    entries = redacted_entries(sight, known.entries)
    said = {e.by for several in entries.values() for e in several}
    said |= {r.by for several in readings.values() for r in several}
    said |= {version.by for version in versions}
    seen = Snapshot(
        as_of=known.as_of,
        versions=versions,
        readings=readings,
        entries=entries,
        workspace=redacted_workspace(sight, known.workspace, versions, said),
        days_off=known.days_off,
    )
    _keep(
        seen,
        standings=seen_standings(sight, known.standings),
        figures=seen_figures(sight, known, seen.plan),
        scorecard=seen_card(sight, known, card_of(known), seen.agreement.plan),
    )
    return seen


def _keep(owner: Snapshot, **values: object) -> None:
    """Gives a snapshot figures of the whole cycle, where it would work out those of a part.

    `cached_property` keeps its value in the instance under its own name.
    """
    vars(owner).update(values)


def _provenance(sight: Sight, found: Mapping[str, Provenance]) -> dict[str, Provenance]:
    if not sight.sees("evidence", "progress"):
        return {}
    return {
        item: replace(told, reading=told.reading and redacted_reading(sight, told.reading))
        for item, told in found.items()
        if item in sight.items
    }


def _unavailable(sight: Sight, found: Mapping[str, Failure]) -> dict[str, Failure]:
    """The fact always; the source's words, which name fields and queries, are evidence."""
    return {
        item: failure if sight.sees("evidence") else Failure("", at=failure.at)
        for item, failure in found.items()
        if item in sight.items
    }
