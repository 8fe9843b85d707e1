"""Sight: what one audience sees of one cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from okr_core.progress.rollup import CYCLE
from okr_core.snapshot import Snapshot
from okr_report.audience.audience import Audience


@dataclass(frozen=True, slots=True)
class Sight:
    """An audience in front of a cycle.

    Attributes:
        items: Objectives and key results that may be seen, and the empty id of the cycle.
        people: Ids of all people: an implicit role of one of them is a name.
        lineage: `CYCLE/OBJECTIVE` of earlier cycles that may be seen; None: all of them.
    """

    audience: Audience
    items: frozenset[str]
    people: frozenset[str]
    lineage: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether every objective may be seen."""
        return self.audience.whole

    def sees(self, *words: str) -> bool:
        """Whether all of these words are granted."""
        return self.audience.sees.issuperset(words)


def sights(audience: Audience, now: Snapshot, earlier: Iterable[Snapshot]) -> list[Sight]:
    """What an audience sees of a cycle and of those before it."""
    every = (now, *earlier)
    items = [frozenset((CYCLE, *_items(audience, known))) for known in every]
    people = frozenset(
        name for known in every if known.workspace for name in known.workspace.people
    )
    linked = zip(every[1:], items[1:], strict=True)
    lineage = frozenset(f"{known.cycle.id}/{name}" for known, seen in linked for name in seen)
    return [Sight(audience, seen, people, None if audience.whole else lineage) for seen in items]


def _items(audience: Audience, known: Snapshot) -> Iterator[str]:
    """Ids of the objectives and key results that an audience may see.

    An objective that is in brings all its key results; a key result that is in by its own role
    brings the objective as its heading, without its sisters. Who was in at any time stays in.
    """
    # A person's implicit role, and those that they hold or held.
    held = known.workspace.roles.items() if known.workspace else ()
    roles = audience.roles | audience.people
    roles |= {n for n, role in held if any(h.person in audience.people for h in role.held_by)}
    for objective in (each for version in known.versions for each in version.plan.objectives):
        owned = objective.team in audience.teams or objective.accountable in roles
        mine = [
            kr.id
            for kr in objective.key_results
            if audience.whole or owned or kr.accountable in roles or roles & kr.contributors.keys()
        ]
        yield from (objective.id, *mine) if audience.whole or owned or mine else ()
