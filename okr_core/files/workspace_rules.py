"""Workspace rules: what must hold among the people, roles and settings of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from okr_core.basics.days import days_after
from okr_core.basics.who import address_in, is_address
from okr_core.files.mail_rules import check_mail
from okr_core.files.rule import Fix, Problem, near
from okr_core.files.text_rules import check_texts
from okr_core.files.web_rules import check_web
from okr_core.files.yaml_tree import Path
from okr_core.plan.stand_in import is_there
from okr_core.plan.workspace import Absence, Workspace

__all__ = ["check_workspace"]

_LEAST = 2
"""People without whom nobody can be a second one."""


def check_workspace(workspace: Workspace) -> list[Problem]:
    """Every rule among entries that the workspace breaks."""
    return [
        *_check_secrets(workspace),
        *check_texts(workspace),
        *_check_people(workspace),
        *_check_roles(workspace),
        *_check_policies(workspace),
        *check_mail(workspace),
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
        yield from _check_address(name, person.email)
        for i, absence in enumerate(person.absences):
            if absence.ends < absence.starts:
                message = f"ends {absence.ends} lies before starts {absence.starts}."
                path = ("people", name, "absences", i)
                yield Problem(path, "reversed", message, "Swap or correct them.")
            yield from _check_stand_in(workspace, name, i, absence)
        if person.country not in (None, workspace.country) and person.timezone is None:
            message = (
                f"works in {person.country} and has no time zone: what is due from them is due by "
                f"the clocks of {workspace.timezone}."
            )
            fix = "Add `timezone`, an IANA name such as Europe/Zurich."
            yield Problem(("people", name), "no-zone", message, fix, "warning")


def _check_stand_in(
    workspace: Workspace, name: str, number: int, absence: Absence
) -> Iterator[Problem]:
    """A stand-in who is not there to act."""
    other = absence.stand_in
    path = ("people", name, "absences", number, "stand_in")
    if other is None:
        return
    if other == name:
        message = f"`{name}` cannot stand in for themselves."
        yield Problem(path, "stand-in", message, "Name somebody else, or remove the line.")
    elif other not in workspace.people:
        message = f"person `{other}` is not under `people`."
        fix = near(other, workspace.people, "Add them there.")
        yield Problem(path, "unknown-person", message, fix)
    elif (first := _first_day_missed(workspace, other, absence)) is not None:
        message = f"`{other}` is not there on {first}, in the middle of it."
        fix = "Split the absence, each part with a stand-in who is there."
        yield Problem(path, "stand-in", message, fix, "warning")


def _first_day_missed(workspace: Workspace, person: str, absence: Absence) -> date | None:
    """The first day of an absence on which its stand-in is not there; None: always there."""
    known = workspace.people[person]
    days = [absence.starts, *(each.starts for each in known.absences)]
    if known.until is not None:
        days.append(days_after(known.until, 1))
    during = (day for day in days if absence.starts <= day <= absence.ends)
    return min((day for day in during if not is_there(workspace, person, day)), default=None)


def _check_address(name: str, email: str | None) -> Iterator[Problem]:
    """That it is one: whatever else stands in it is part of what accounts are compared with."""
    if email is None or is_address(email):
        return
    inside = address_in(email)
    fix = f"Write `{inside}`." if inside else "Write one, such as ada@example.com, or remove it."
    message = "this is no e-mail address: nothing is sent to it, no account of a tool found by it."
    yield Problem(("people", name, "email"), "no-address", message, fix, severity="warning")


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
    if workspace.policies.second_person == "required" and len(workspace.people) < _LEAST:
        message = "a second person is required, and `people` names fewer than two."
        yield Problem(
            ("policies", "second_person"), "policy", message, "Add people, or write `shown`."
        )
