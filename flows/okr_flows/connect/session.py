"""Session: a connection of the workspace by its name, opened with its credentials."""

from __future__ import annotations

from collections.abc import Mapping

from okr_core.errors import InputError
from okr_core.plan.workspace import Connection, Workspace
from okr_sources.credentials import credentials_of
from okr_sources.source import Credentials, Session, source_named, token_optional


def connection_named(workspace: Workspace, name: str, kind: str = "") -> Connection:
    """The connection of that name.

    Args:
        workspace: Names its connections.
        name: Name of the connection.
        kind: What kind of tool it has to be; empty: any.

    Raises:
        InputError: There is none, or it is of another kind.
    """
    of_kind = {
        each: connection
        for each, connection in workspace.connections.items()
        if not kind or connection.kind == kind
    }
    if name not in of_kind:
        raise InputError(
            f"okr.yaml has no {kind + ' ' if kind else ''}connection `{name}` "
            f"(it has: {', '.join(of_kind) or 'none'}).",
            hint=f"Run `okr connect {kind or 'jira|notion|http'} {name}`.",
        )
    return of_kind[name]


def connection_credentials(
    name: str, connection: Connection, env: Mapping[str, str]
) -> Credentials:
    """What signs a connection's requests, from its block or from variables of `env`.

    Raises:
        ConfigError: No source of that kind, or no credentials.
    """
    source = source_named(connection.kind)
    return credentials_of(name, connection, env, source.load_block, optional=token_optional(source))


def open_connection(name: str, connection: Connection, env: Mapping[str, str]) -> Session:
    """A session on a connection; sends nothing yet.

    Raises:
        ConfigError: No source of that kind, or no credentials.
    """
    credentials = connection_credentials(name, connection, env)
    return source_named(connection.kind).open(name, connection, credentials)
