"""Request: a connection that a person wants, as an entry of okr.yaml and as variables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from pydantic import ValidationError

from okr_core.basics.base import ID_PATTERN
from okr_core.errors import InputError, RefusalError
from okr_core.files.workspace_edit import WorkspaceEdit, WorkspaceText
from okr_core.files.yaml_edit import Path, Value
from okr_core.plan.dump import plain
from okr_core.plan.workspace import Connection, Workspace
from okr_sources.credentials import variable
from okr_sources.source import Credentials

_SITE = ".atlassian.net"


@dataclass(frozen=True, slots=True)
class ConnectionRequest:
    """A connection that is wanted, as a person said it.

    Attributes:
        url: None: to be asked for, where the kind has one.
        user: None: to be asked for, where the kind has one.
        block: Whether the token goes to a Prefect block.
    """

    kind: str
    name: str
    url: str | None = None
    user: str | None = None
    block: bool = False
    datacenter: bool = False
    allow_http: bool = False
    allow_private: bool = False

    def __post_init__(self) -> None:
        """Refuse a name that okr.yaml could not hold."""
        if not re.fullmatch(ID_PATTERN, self.name):
            raise InputError(
                f"`{self.name}` is no name for a connection.",
                hint="Use lower-case letters, digits, dots and dashes, such as acme.",
            )

    @property
    def block_name(self) -> str | None:
        """Name of the Prefect block: Prefect takes letters, digits and dashes only."""
        return re.sub(r"[^a-z0-9]+", "-", self.name).strip("-") if self.block else None

    @property
    def settings(self) -> dict[str, object]:
        """What it says of the connection, beside its address."""
        flags = {"allow_http": self.allow_http, "allow_private": self.allow_private}
        # As text, like everything that okr.yaml says.
        options = {name: "true" for name, is_set in flags.items() if is_set}
        said: dict[str, object] = {"kind": self.kind, "block": self.block_name}
        said |= {"options": options} if options else {}
        return said | ({"deployment": "datacenter"} if self.datacenter else {})


@dataclass(frozen=True, slots=True)
class WantedConnection:
    """A connection, and the edit that adds it to okr.yaml."""

    connection: Connection
    edit: WorkspaceEdit


def wanted_connection(
    before: WorkspaceText, request: ConnectionRequest, url: str | None, *, replace: bool
) -> WantedConnection:
    """The connection that is wanted: settings that were not named stay as they are.

    Args:
        before: What okr.yaml says now.
        request: What a person said.
        url: The address that was typed, given, or known already.
        replace: Whether it may differ from what okr.yaml says of that name.

    Raises:
        RefusalError: It does differ.
        InputError: There can be no such connection.
    """
    known = before.workspace.connections.get(request.name)
    wanted = _connection(request, known, url)
    if known is not None and wanted != known and not replace:
        fields = Connection.model_fields
        differing = [each for each in fields if getattr(wanted, each) != getattr(known, each)]
        raise RefusalError(
            f"okr.yaml has a connection `{request.name}` with another {' and '.join(differing)}; "
            "nothing was saved.",
            hint="Choose another name, or say --replace.",
        )
    return WantedConnection(
        wanted, before.with_values({} if wanted == known else _entry(request.name, wanted))
    )


def _connection(
    request: ConnectionRequest, known: Connection | None, url: str | None
) -> Connection:
    said = {**request.settings, **({"url": url} if url else {})}
    base = {}
    if known is not None and known.kind == request.kind:
        base = known.model_dump(exclude_unset=True)
    try:
        return Connection.model_validate({**base, **said})
    except ValidationError as error:
        reason = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise InputError(f"connection `{request.name}`: {reason}", hint="Correct it.") from None


def _entry(name: str, connection: Connection) -> dict[Path, Value]:
    """The place of a connection in okr.yaml and what stands there."""
    fields = {key: _value(value) for key, value in plain(connection).items()}
    return {("connections", name): fields}


def refuse_shared_variable(workspace: Workspace, request: ConnectionRequest) -> None:
    """Two names that differ in `-` and `_` alone would share one token.

    Raises:
        InputError: They would.
    """
    for name, other in workspace.connections.items():
        if name != request.name and not other.block and not request.block:
            shared = variable(name, "TOKEN")
            if shared == variable(request.name, "TOKEN"):
                raise InputError(
                    f"`{request.name}` and `{name}` would share the variable {shared}.",
                    hint="Choose another name, or save the token with --block.",
                )


def variables(name: str, credentials: Credentials) -> dict[str, str]:
    """The variables that hold a connection's credentials. They include the token."""
    held = {variable(name, "TOKEN"): credentials.token.get_secret_value()}
    return held | ({variable(name, "USER"): credentials.user} if credentials.user else {})


def tidied(url: str, kind: str) -> str:
    """An address as people copy it, as a base address.

    >>> tidied("acme.atlassian.net/jira/software/projects/GROW", "jira")
    'https://acme.atlassian.net'
    """
    text = url.strip()
    text = text if "://" in text or not text else f"https://{text}"
    text = text if text.endswith("://") else text.rstrip("/")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return text
    if kind == "jira" and host.endswith(_SITE):
        return f"{parts.scheme}://{parts.netloc}"
    return text


def _value(value: object) -> Value:
    if isinstance(value, dict):
        return {str(key): _value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    if isinstance(value, bool | int | Decimal):
        return value
    return value == "true" or str(value)
