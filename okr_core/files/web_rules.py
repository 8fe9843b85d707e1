"""Web rules: what must hold among the settings of the page, its readers and their audiences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from okr_core.files.rule import Problem, near
from okr_core.files.yaml_tree import Path
from okr_core.plan.web import WHOLE
from okr_core.plan.workspace import Workspace

_SCOPES = ("team:", "person:")


def check_web(workspace: Workspace) -> Iterator[Problem]:
    """Every rule of the page's settings that the workspace breaks."""
    yield from _check_address(workspace)
    yield from _check_proxy(workspace)
    yield from _check_readers(workspace)


def _check_address(workspace: Workspace) -> Iterator[Problem]:
    web = workspace.web
    if web.reached_by_others and not web.secure:
        message = "the page would be sent unencrypted: who listens could act as its readers."
        yield Problem(("web", "url"), "unencrypted", message, "Write `https://`.")


def _check_proxy(workspace: Workspace) -> Iterator[Problem]:
    web = workspace.web
    if web.user_header and not web.trusted_proxies:
        message = "nobody may set the header: no proxy is trusted."
        fix = "Add `trusted_proxies` with the proxy's address."
        yield Problem(("web", "user_header"), "no-proxy", message, fix)
    if web.trusted_proxies and not web.user_header:
        message = "proxies are trusted, and no header says who reads."
        fix = "Add `user_header`, such as X-Forwarded-Email."
        yield Problem(("web", "trusted_proxies"), "no-header", message, fix)
    if not web.user_header:
        return
    people: dict[str, list[str]] = defaultdict(list)
    for name, person in workspace.people.items():
        if person.email:
            people[person.email.casefold()].append(name)
    for email, several in people.items():
        if len(several) > 1:
            names = " and ".join(f"`{name}`" for name in several)
            message = f"{names} have the address {email}: the page could not tell them apart."
            path = ("people", several[-1], "email")
            yield Problem(path, "same-email", message, "Give each their own.")


def _check_readers(workspace: Workspace) -> Iterator[Problem]:
    web, people = workspace.web, workspace.people
    named: list[tuple[Path, str]] = [(("web", "audience"), web.audience)]
    named += [(("web", "readers", name), each) for name, each in web.readers.items()]
    known = [WHOLE, *workspace.audiences]
    for path, audience in named:
        if audience not in known and not audience.startswith(_SCOPES):
            message = f"audience `{audience}` is not under `audiences`."
            yield Problem(path, "unknown-audience", message, near(audience, known, "Add it there."))
    for path, person in (
        *((("web", "readers", name), name) for name in web.readers),
        *([(("web", "contact"), web.contact)] if web.contact else ()),
    ):
        if person not in people:
            message = f"person `{person}` is not under `people`."
            yield Problem(path, "unknown-person", message, near(person, people, "Add them there."))
