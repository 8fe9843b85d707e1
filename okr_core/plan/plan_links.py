"""Links as first agreed: which objective contributes to which, and what counts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from okr_core.plan.plan import Objective

History = Mapping[int, Objective]
"""An objective in each version that had it, by the version's index."""


class Links(NamedTuple):
    """Links among all objectives.

    Attributes:
        counts: Parent → counted child → weight.
        parents: Child → what it contributes to, counted or not.
    """

    counts: dict[str, dict[str, Decimal]]
    parents: dict[str, tuple[str, ...]]


def agreed_links(histories: Mapping[str, History]) -> Links:
    """Each link as it was in the first version that had both of its ends.

    A link that would close a loop is left out: it can only come from versions that never were in
    force together, and the older link was agreed first.
    """
    found = Links({name: {} for name in histories}, dict.fromkeys(histories, ()))
    for version, child, parent in sorted(_edges(histories)):
        if _leads_to(found.parents, parent, child):
            continue
        found.parents[child] = (*found.parents[child], parent)
        weight = histories[parent][version].counts.get(child)
        if weight is not None:
            found.counts[parent][child] = weight
    return found


def _edges(histories: Mapping[str, History]) -> set[tuple[int, str, str]]:
    """(version, child, parent) of each link in the first version that had both ends."""
    edges = set()
    for child, history in histories.items():
        for version, objective in history.items():
            for parent in objective.contributes_to:
                if version == _first_shared(history, histories.get(parent, {})):
                    edges.add((version, child, parent))
    return edges


def _first_shared(child: History, parent: History) -> int | None:
    return min(child.keys() & parent.keys(), default=None)


def _leads_to(parents: Mapping[str, tuple[str, ...]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(parents[name])
    return False
