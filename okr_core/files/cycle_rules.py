"""Cycle rules: what must hold between the plans of several cycles, file by file.

One file per cycle: of two, the one that is applied last would overwrite the other's targets.
Cycles that lie over each other count the same work twice, unless one is part of the other by its
`parent`. What is carried over comes from an objective that there was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError

from okr_core.basics.closest import closest
from okr_core.errors import DocumentError, Finding
from okr_core.files.finding_words import Words
from okr_core.files.findings import finding_at, tree_at
from okr_core.files.rule import objectives
from okr_core.files.yaml_tree import Document, Path, read_document
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan

_ID: Path = ("cycle", "id")
_CYCLE = re.compile(r"^cycle:.*(?:\n(?:[ \t}#].*)?)*", re.MULTILINE)
"""The key and what is indented below it."""
ObjectivesOf = Callable[[str], Collection[str] | None]
"""Cycle id → ids of its objectives; None: there is no plan of that cycle."""


@dataclass(frozen=True)
class PlanFile:
    """A plan as it stands in a file, whatever else is wrong with it."""

    document: Document

    @property
    def name(self) -> str:
        """What messages call the file."""
        return self.document.name

    @property
    def place(self) -> str:
        """The file and the line of its cycle's id."""
        return f"{self.name}:{self.document.line_of(_ID)}"

    @property
    def cycle_id(self) -> str:
        """Id of its cycle; empty where none is written."""
        found = tree_at(self.document.data, _ID)
        return found if isinstance(found, str) else ""

    @property
    def objective_ids(self) -> frozenset[str]:
        """Ids of its objectives."""
        items = self.document.data.get("objectives")
        written = (each.get("id") for each in items or () if isinstance(each, dict))
        return frozenset(each for each in written if isinstance(each, str))

    @cached_property
    def cycle(self) -> Cycle | None:
        """Its cycle; None where that is not valid, which is said elsewhere."""
        try:
            return Cycle.model_validate(self.document.data.get("cycle"))
        except ValidationError:
            return None


def cycle_in(text: str, name: str) -> PlanFile | None:
    r"""The cycle that a file is about, of which nothing else is read: YAML of a long plan is slow.

    Args:
        text: The file.
        name: What messages call it.

    Returns:
        A plan that may have no objectives; None where none can be read, which is said elsewhere.

    >>> found = cycle_in("# q4\ncycle:\n  id: 2026-q4\nobjectives: [{", "q4.yaml")
    >>> found.cycle_id, found.place
    ('2026-q4', 'q4.yaml:3')
    """
    found = _CYCLE.search(text)
    part = "\n" * text.count("\n", 0, found.start()) + found[0] if found else text
    try:
        return PlanFile(read_document(part, name))
    except DocumentError:
        return None


def check_one_file(file: PlanFile, others: Sequence[PlanFile]) -> Iterator[Finding]:
    """That other files are about the same cycle, an error that names them all."""
    same = [each for each in others if each.cycle_id == file.cycle_id and each.name != file.name]
    if file.cycle_id and same:
        places = " and ".join(each.place for each in same)
        words = Words(
            "duplicate-cycle",
            f"`{file.cycle_id}` is also the cycle of {places}.",
            "Give each plan a cycle id of its own, or remove one of the files.",
        )
        yield finding_at(file.document, _ID, words)


def check_overlaps(file: PlanFile, earlier: Sequence[PlanFile]) -> Iterator[Finding]:
    """That its days are also those of a cycle that is not part of it, a warning.

    Args:
        file: A plan.
        earlier: Those that come before it, so that each pair is told once.
    """
    for other in earlier:
        if file.cycle is None or other.cycle is None or not _overlap(file.cycle, other.cycle):
            continue
        starts = max(file.cycle.starts, other.cycle.starts)
        ends = min(file.cycle.ends, other.cycle.ends)
        longer, shorter = sorted((file.cycle, other.cycle), key=_days, reverse=True)
        words = Words(
            "overlapping-cycles",
            f"`{file.cycle_id}` and `{other.cycle_id}` ({other.place}) are both under way from "
            f"{starts} to {ends}.",
            f"Correct the days, or write `parent: {longer.id}` into `{shorter.id}` if it is part "
            "of it.",
            whole=True,
        )
        yield finding_at(file.document, _ID, words, "warning")


def _overlap(one: Cycle, other: Cycle) -> bool:
    if other.id in {one.id, one.parent} or other.parent == one.id:
        return False
    return one.starts <= other.ends and other.starts <= one.ends


def _days(cycle: Cycle) -> int:
    return (cycle.ends - cycle.starts).days


def check_lineage(document: Document, plan: Plan, objectives_of: ObjectivesOf) -> Iterator[Finding]:
    """What is carried over from no objective that there was, an error each.

    Args:
        document: What the plan was read from.
        plan: A plan.
        objectives_of: Knows the plans of other cycles.
    """
    for path, objective in objectives(plan):
        origin = objective.carried_from
        if origin is None:
            continue
        told = _strange_origin(origin, plan, objectives_of)
        if told is not None:
            message, fix = told
            words = Words("unknown-origin", message, fix)
            yield finding_at(document, (*path, "carried_from"), words)


def _strange_origin(origin: str, plan: Plan, objectives_of: ObjectivesOf) -> tuple[str, str] | None:
    """What is wrong with an origin such as `2026-q3/onboarding` and what to do; None: nothing."""
    cycle, slash, name = origin.partition("/")
    if not (cycle and slash and name):
        example = "Write cycle and objective, such as `2026-q3/onboarding`."
        return f"`{origin}` names no objective of another cycle.", example
    if cycle == plan.cycle.id:
        return f"`{origin}` is of this cycle itself.", "Name the cycle that it comes from."
    known = objectives_of(cycle)
    if known is None:
        return (
            f"there is no plan of cycle `{cycle}`, neither in a file nor applied.",
            "Correct it, keep that cycle's file, or remove the line.",
        )
    if name not in known:
        near = closest(name, known)
        fix = f"Closest: `{cycle}/{near}`." if near else "Correct it, or remove the line."
        return f"cycle `{cycle}` has no objective `{name}`.", fix
    return None
