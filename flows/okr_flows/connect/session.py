"""Session: a connection of the workspace by its name, opened with its credentials."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType

from okr_core.basics.command import okr
from okr_core.errors import InputError, OkrError
from okr_core.plan.workspace import Connection, Workspace
from okr_sources.censor import Censor
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
        other = "" if kind else ", or the kind that it is of"
        raise InputError(
            f"okr.yaml has no {kind + ' ' if kind else ''}connection `{name}` "
            f"(it has: {', '.join(of_kind) or 'none'}).",
            hint=f"Run {okr('connect', kind or 'jira', name).code}{other}.",
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


@dataclass(frozen=True, slots=True)
class OpenedSession(AbstractContextManager[Session]):
    """A session, and what keeps its secrets out of everything that is shown or kept of it.

    A session of ours lets none of them through; that a third party's does is looked at here, where
    answers become readings and lines of `okr doctor`.
    """

    session: Session
    censor: Censor

    def __enter__(self) -> Session:
        """Open the session."""
        return self.session.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.session.__exit__(kind, error, trace)


def open_connection(name: str, connection: Connection, env: Mapping[str, str]) -> OpenedSession:
    """A session on a connection; sends nothing yet.

    Raises:
        ConfigError: No source of that kind, or no credentials.
    """
    credentials = connection_credentials(name, connection, env)
    return opened(name, connection, credentials)


def opened(name: str, connection: Connection, credentials: Credentials) -> OpenedSession:
    """A session with these credentials; sends nothing yet.

    Raises:
        ConfigError: No source of that kind.
    """
    session = source_named(connection.kind).open(name, connection, credentials)
    return OpenedSession(session, Censor(credentials.secrets))


def mistake_of(kind: str, error: Exception) -> OkrError:
    """What a source raised against the contract; not in its own words, which may hold a token."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    name = last.filename.replace("\\", "/").rpartition("/")[2]
    return OkrError(
        f"source {kind} made a mistake: {type(error).__name__} in {name}:{last.lineno}.",
        hint="Report this to its author.",
    )
