"""Plan rules: what must hold among the items of a plan, and between a plan and its workspace."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.files.date_rules import check_dates
from okr_core.files.link_rules import check_links
from okr_core.files.mirror_rules import check_mirrors
from okr_core.files.role_rules import check_accountable, check_prices, check_references
from okr_core.files.rule import Problem, key_results, objectives
from okr_core.files.yaml_tree import Path
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace

__all__ = ["Problem", "check_plan"]


def check_plan(plan: Plan, workspace: Workspace | None) -> list[Problem]:
    """Every rule among items that the plan breaks, in the order of the plan.

    Args:
        plan: A plan whose items are valid by themselves.
        workspace: Knows people, roles, teams and connections; None: references to them are not
            checked.
    """
    problems = [
        *_check_ids(plan),
        *check_links(plan),
        *check_dates(plan),
        *check_accountable(plan),
        *check_prices(plan, workspace),
        *check_mirrors(plan, workspace),
    ]
    if workspace is not None:
        problems += check_references(plan, workspace)
    return sorted(problems, key=lambda problem: [str(part).zfill(9) for part in problem.path[:4]])


def _check_ids(plan: Plan) -> Iterator[Problem]:
    """Objectives and key results share one space of ids: entries and links name either."""
    first: dict[str, Path] = {}
    places = [(path, objective.id) for path, objective in objectives(plan)]
    places += [(path, key_result.id) for path, _, key_result in key_results(plan)]
    for path, name in sorted(places, key=lambda place: [str(p).zfill(9) for p in place[0]]):
        if name in first:
            message = f"`{name}` is used twice."
            yield Problem((*path, "id"), "duplicate-id", message, "Rename one.", also=first[name])
        else:
            first[name] = path
