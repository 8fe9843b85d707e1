"""Workspace rules: what must hold among the people, roles and settings of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from okr_core.files.rule import Fix, Problem, near
from okr_core.files.text_rules import check_texts
from okr_core.files.web_rules import check_web
from okr_core.files.yaml_tree import Path
from okr_core.plan.workspace import Workspace

__all__ = ["check_workspace"]


def check_workspace(workspace: Workspace) -> list[Problem]:
    """Every rule among entries that the workspace breaks."""
    return [
        *_check_secrets(workspace),
        *check_texts(workspace),
        *_check_people(workspace),
        *_check_roles(workspace),
        *_check_policies(workspace),
        *check_web(workspace),
    ]


def _check_secrets(workspace: Workspace) -> Iterator[Problem]:
    urls: list[tuple[Path, str | None]] = [
        (("connections", name, "url"), each.url) for name, each in workspace.connections.items()
    ]
    for path, url in [*urls, (("store",), workspace.store)]:
        store = path == ("store",)
        if url is not None and _has_secret(url, user=not store):
            where = "the variable OKR_STORE_URL" if store else "a Prefect block"
            message = "the address holds a password or token."
            yield Problem(path, "secret", message, f"Put it into {where}, not into a file.")


def _has_secret(url: str, *, user: bool) -> bool:
    """Whether an address says who signs in; a store's may name its user alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "@" in url
    return parts.password is not None or (user and parts.username is not None)


def _check_people(workspace: Workspace) -> Iterator[Problem]:
    for name, person in workspace.people.items():
        for i, absence in enumerate(person.absences):
            if absence.ends < absence.starts:
                message = f"ends {absence.ends} lies before starts {absence.starts}."
                path = ("people", name, "absences", i)
                yield Problem(path, "reversed", message, "Swap or correct them.")


def _check_roles(workspace: Workspace) -> Iterator[Problem]:
    for name, role in workspace.roles.items():
        if name in workspace.people:
            message = f"`{name}` is a person and a role."
            fix: Fix = "Rename the role: a person is a role of that name already."
            yield Problem(("roles", name), "duplicate-id", message, fix, also=("people", name))
        if role.circle and workspace.teams and role.circle not in workspace.teams:
            message = f"circle `{role.circle}` is not under `teams`."
            fix = near(role.circle, workspace.teams, "Add it there.")
            yield Problem(("roles", name, "circle"), "unknown-team", message, fix)
        for i, holding in enumerate(role.held_by):
            path = ("roles", name, "held_by", i)
            if holding.person not in workspace.people:
                message = f"person `{holding.person}` is not under `people`."
                fix = near(holding.person, workspace.people, "Add them there.")
                yield Problem((*path, "person"), "unknown-person", message, fix)
            if holding.from_ and holding.until and holding.until < holding.from_:
                message = f"until {holding.until} lies before from {holding.from_}."
                yield Problem(path, "reversed", message, "Swap or correct them.")


def _check_policies(workspace: Workspace) -> Iterator[Problem]:
    status = workspace.policies.status
    if not status.ahead >= status.on_track >= status.behind:
        message = "ahead, on_track and behind are not in descending order."
        yield Problem(("policies", "status"), "policy", message, "Sort them.")
