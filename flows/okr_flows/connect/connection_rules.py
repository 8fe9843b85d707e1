"""Connection rules: what okr.yaml says of a connection that no request could ever use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from urllib.parse import urlsplit

from okr_core.basics.closest import closest
from okr_core.errors import ConfigError
from okr_core.files.rule import Problem
from okr_core.plan.workspace import Connection, Workspace
from okr_sources.credentials import LOOPBACK, trusts_http, variable

_NEEDS_URL = frozenset({"jira"})


def check_connections(workspace: Workspace, env: Mapping[str, str]) -> Iterator[Problem]:
    """Every connection of an unknown kind, without an address, or that shows its token.

    Args:
        workspace: What okr.yaml says.
        env: May name addresses that okr.yaml leaves out.
    """
    installed = sorted(entry.name for entry in entry_points(group="okr.sources"))
    for name, connection in workspace.connections.items():
        if connection.kind not in installed:
            message = f"connection kind `{connection.kind}` is unknown."
            found = closest(connection.kind, installed)
            fix = f"Closest: `{found}`. " if found else ""
            path = ("connections", name, "kind")
            listed = f"{fix}Installed: {', '.join(installed)}."
            yield Problem(path, "unknown-source", message, listed)
        else:
            yield from _check_address(name, connection, env)
            yield from _check_report(name, connection)


def _check_address(name: str, connection: Connection, env: Mapping[str, str]) -> Iterator[Problem]:
    if not connection.url:
        told = connection.block or env.get(variable(name, "URL"))
        if connection.kind in _NEEDS_URL and not told:
            message = "the connection has no url, and no block that could name it."
            fix = "Add `url: https://acme.atlassian.net`, or the name of a credentials `block`."
            yield Problem(("connections", name), "missing", message, fix)
    elif _is_open(connection.url) and not trusts_http(connection):
        message = "the address is http, which shows the token on the way."
        fix = "Use https, or `options: {allow_http: true}` in a network that you trust."
        yield Problem(("connections", name, "url"), "open-http", message, fix)


def _check_report(name: str, connection: Connection) -> Iterator[Problem]:
    """A page for reports that cannot be."""
    if connection.kind != "notion" or not any(
        key.startswith("report_") for key in connection.options
    ):
        return
    from okr_flows.connect.report_page import asked_pages  # noqa: PLC0415 - only where it is asked for

    try:
        asked_pages({name: connection})
    except ConfigError as error:
        yield Problem(("connections", name, "options"), "report-page", error.message, error.hint)


def _is_open(url: str) -> bool:
    """Whether requests would cross a network in the clear."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname not in LOOPBACK
