"""Mirror rules: where a plan's items live in other tools, and that no two live in one place."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.basics.exact import canonical_json
from okr_core.files.rule import Problem, key_results, near, objectives
from okr_core.files.yaml_tree import Path
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Workspace


def check_mirrors(plan: Plan, workspace: Workspace | None) -> Iterator[Problem]:
    """Mirrors in the place of another, and at connections that are unknown or of another kind.

    Args:
        plan: A plan whose items are valid by themselves.
        workspace: Knows the connections; None: they are not checked.
    """
    items: list[tuple[Path, Objective | KeyResult]] = [*objectives(plan)]
    items += [(path, key_result) for path, _, key_result in key_results(plan)]
    taken: dict[bytes, Path] = {}
    for path, item in items:
        for kind, fields in item.mirror.items():
            place = (*path, "mirror", kind)
            first = taken.setdefault(canonical_json([kind, fields]), place)
            if first != place:
                message = "another item lives in the same place."
                fix = "Give each its own: they would overwrite each other."
                yield Problem(place, "duplicate-mirror", message, fix, also=first)
            if workspace is not None and isinstance(fields, dict):
                yield from _check_connection(place, kind, fields.get("connection"), workspace)


def _check_connection(
    place: Path, kind: str, name: object, workspace: Workspace
) -> Iterator[Problem]:
    if not isinstance(name, str):
        return  # the tool's own model says that it is missing
    connection = workspace.connections.get(name)
    where = (*place, "connection")
    if connection is None:
        message = f"connection `{name}` is not in okr.yaml."
        fix = near(name, workspace.connections, "Add it under `connections`.")
        yield Problem(where, "unknown-connection", message, fix)
    elif connection.kind != kind:
        message = f"connection `{name}` is of kind {connection.kind}, not {kind}."
        fix = f"Name a connection of kind {kind}, or mirror in `{connection.kind}`."
        yield Problem(where, "wrong-connection", message, fix)
    elif connection.write_back is None:
        message = f"connection `{name}` has no `write_back`: nothing is written there."
        fix = f"Add `write_back` to it in okr.yaml, such as {_EXAMPLES.get(kind, 'its fields')}."
        yield Problem(where, "write-back-off", message, fix, severity="info")


_EXAMPLES = {"jira": "`{property: okr}`", "notion": "`{score: Score, status: Status}`"}
