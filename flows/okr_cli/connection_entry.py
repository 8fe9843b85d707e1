"""Connection entry: what `okr connect` was told, as an entry of okr.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from pydantic import ValidationError

from okr_cli.yaml_edit import Path, Value
from okr_core.base import ID_PATTERN
from okr_core.dump import plain
from okr_core.errors import InputError, RefusalError
from okr_core.workspace import Connection, Workspace
from okr_sources.credentials import variable

_SITE = ".atlassian.net"


@dataclass(frozen=True, slots=True)
class Given:
    """Arguments of `okr connect`, as they were typed.

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


def connection_of(
    given: Given, known: Connection | None, url: str | None, *, replace: bool
) -> Connection:
    """The connection that is wanted: settings that were not named stay as they are.

    Args:
        given: The arguments.
        known: What okr.yaml says of the name by now.
        url: The address that was typed, given, or known already.
        replace: Whether it may differ from what is known.

    Raises:
        RefusalError: It does differ.
    """
    said = {**given.settings, **({"url": url} if url else {})}
    base = {} if known is None or known.kind != given.kind else known.model_dump(exclude_unset=True)
    try:
        wanted = Connection.model_validate({**base, **said})
    except ValidationError as error:
        reason = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise InputError(f"connection `{given.name}`: {reason}", hint="Correct it.") from None
    if known is not None and wanted != known and not replace:
        differing = [name for name in Connection.model_fields if _differs(wanted, known, name)]
        raise RefusalError(
            f"okr.yaml has a connection `{given.name}` with another {' and '.join(differing)}; "
            "nothing was saved.",
            hint="Choose another name, or say --replace.",
        )
    return wanted


def entry_of(name: str, connection: Connection) -> dict[Path, Value]:
    """The place of a connection in okr.yaml and what stands there."""
    fields = {key: _value(value) for key, value in plain(connection).items()}
    return {("connections", name): fields}


def refuse_shared_variable(workspace: Workspace, given: Given) -> None:
    """Two names that differ in `-` and `_` alone would share one token.

    Raises:
        InputError: They would.
    """
    for name, other in workspace.connections.items():
        if name != given.name and not other.block and not given.block:
            shared = variable(name, "TOKEN")
            if shared == variable(given.name, "TOKEN"):
                raise InputError(
                    f"`{given.name}` and `{name}` would share the variable {shared}.",
                    hint="Choose another name, or save the token with --block.",
                )


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


def _differs(wanted: Connection, known: Connection, name: str) -> bool:
    return bool(getattr(wanted, name) != getattr(known, name))


def _value(value: object) -> Value:
    if isinstance(value, dict):
        return {str(key): _value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    if isinstance(value, bool | int | Decimal):
        return value
    return value == "true" or str(value)
