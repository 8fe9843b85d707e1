"""What the section shows: objectives as trees, each link counted or only drawn."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from okr_core.plan.plan import Objective
from okr_report.audience.audience import KINDS
from okr_report.report_facts import Look, Named, ReportFacts

LinkKind = Literal["root", "counted", "drawn"]
"""A counted link moves its parent's number; a drawn one says whom it serves."""


@dataclass(frozen=True, slots=True)
class Node:
    """An objective in a tree.

    Attributes:
        link: How it hangs on its parent.
        weight: With which a counted link moves the parent; None for other links.
        key_results: How many of its key results count.
        status: The word and mark that it shows; None where the audience may see neither.
        repeated: It stands in full under another parent before.
    """

    id: str
    title: str
    team: Named | None
    link: LinkKind
    weight: Decimal | None
    progress: Fraction | None
    status: Look | None
    key_results: int
    repeated: bool
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The trees, and what stands alone.

    Attributes:
        trees: Objectives that serve no other, and are served.
        alone: Active objectives without any link.
        counted: Links that move a number.
        drawn: Links that do not.
        crossing: Links between two teams.
        sees: What the audience may see: a figure of anything else is left out.
    """

    trees: tuple[Node, ...]
    alone: tuple[Node, ...]
    counted: int
    drawn: int
    crossing: int
    sees: tuple[str, ...] = KINDS

    @property
    def shows_status(self) -> bool:
        """Whether the audience may see a status or a grade."""
        return not {"progress", "scores"}.isdisjoint(self.sees)


def view(facts: ReportFacts) -> View | None:
    """The alignment of a plan; None where no objective serves another."""
    forest = _Forest(facts)
    if not any(forest.children.values()):
        return None
    roots = [o for o in facts.plan.objectives if not forest.parents[o.id]]
    trees = tuple(forest.node(root, "root", None) for root in roots if forest.children[root.id])
    alone = tuple(
        forest.node(root, "root", None)
        for root in roots
        if not forest.children[root.id] and root.active
    )
    kinds = [link for links in forest.children.values() for _, link, _ in links]
    counts = (kinds.count("counted"), kinds.count("drawn"))
    return View(trees, alone, *counts, forest.crossing(), facts.granted)


class _Forest:
    """Links both ways: what a child says it serves, and what a parent says it counts."""

    def __init__(self, facts: ReportFacts) -> None:
        self._facts = facts
        self._seen: set[str] = set()
        plan = facts.plan
        self.parents: dict[str, set[str]] = {o.id: set() for o in plan.objectives}
        self.children: dict[str, list[tuple[Objective, LinkKind, Decimal | None]]] = {
            o.id: [] for o in plan.objectives
        }
        for child in plan.objectives:
            for parent in plan.objectives:
                weight = parent.counts.get(child.id)
                if weight is None and parent.id not in child.contributes_to:
                    continue
                link: LinkKind = "drawn" if weight is None else "counted"
                self.parents[child.id].add(parent.id)
                self.children[parent.id].append((child, link, weight))

    def node(self, objective: Objective, link: LinkKind, weight: Decimal | None) -> Node:
        """An objective with what hangs below it, in full the first time only."""
        known = self._facts.standing(objective.id)
        repeated = objective.id in self._seen
        self._seen.add(objective.id)
        below = () if repeated else self.children[objective.id]
        return Node(
            id=objective.id,
            title=objective.title,
            team=self._facts.team(objective.team) if objective.team else None,
            link=link,
            weight=weight,
            progress=known.progress.clamped,
            status=self._facts.look(objective),
            key_results=len(objective.weighed_key_results),
            repeated=repeated and bool(self.children[objective.id]),
            children=tuple(self.node(*each) for each in below),
        )

    def crossing(self) -> int:
        """Links between two teams."""
        plan = self._facts.plan.objectives_by_id
        return sum(
            plan[parent].team != child.team
            for parent, links in self.children.items()
            for child, _, _ in links
        )
