"""Problem: a rule among items that a plan or workspace breaks, before it has a file and a line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from okr_core.basics.closest import closest
from okr_core.errors import Severity
from okr_core.files.yaml_tree import Path
from okr_core.plan.plan import KeyResult, Objective, Plan

Fix = str | Callable[[], str]
"""What to do, one sentence; a function where that takes long to find."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule.

    Attributes:
        path: Place in the document, keys and list indexes.
        rule: Stable id such as `unknown-role`.
        message: What is wrong, one sentence; the place says with what.
        fix: What to do, one sentence.
        severity: A `warning` does not stop a revision.
        also: The other place that is part of it, such as the first use of an id.
    """

    path: Path
    rule: str
    message: str
    fix: Fix
    severity: Severity = "error"
    also: Path | None = None


def objectives(plan: Plan) -> Iterator[tuple[Path, Objective]]:
    """Every objective with its place."""
    for i, objective in enumerate(plan.objectives):
        yield ("objectives", i), objective


def key_results(plan: Plan) -> Iterator[tuple[Path, Objective, KeyResult]]:
    """Every key result with its place and its objective."""
    for path, objective in objectives(plan):
        for j, key_result in enumerate(objective.key_results):
            yield (*path, "key_results", j), objective, key_result


def near(word: str, known: Collection[str], otherwise: str) -> Fix:
    """The fix for an unknown name: the closest known one, else what to do."""

    def fix() -> str:
        found = closest(word, known)
        return f"Closest: `{found}`." if found else otherwise

    return fix
