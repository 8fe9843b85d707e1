"""Source: the protocol that a tool's package implements, and how one is found by kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from types import TracebackType
from typing import Literal, Protocol, Self, runtime_checkable

from pydantic import BaseModel, SecretStr

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_sources.answers import Answer, Ask, RequestPlan


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs a request; the token shows nowhere.

    Attributes:
        token: API token.
        user: Account that it belongs to, where the tool asks for one (Jira Cloud: the e-mail).
        url: Base address from the credentials block, empty if the workspace names it.
    """

    token: SecretStr
    user: str = ""
    url: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may show: the token, alone and joined as Basic authentication does."""
        token = self.token.get_secret_value()
        return (token, f"{self.user}:{token}") if token else ()


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `okr doctor`: what was looked at, how it is, what to do."""

    subject: str
    outcome: Literal["ok", "warning", "error"]
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the last run knew: the planner's cost model is fed with it.

    Attributes:
        counts: Query digest → rows found last time.
    """

    counts: Mapping[str, int]


class Session(Protocol):
    """An open connection; used by one run, closed at its end.

    Attributes:
        requests: HTTP requests sent so far, retries included.
        counts: Query digest → rows found in this run, the next run's `Memory`.
    """

    @property
    def requests(self) -> int:
        """HTTP requests sent so far, retries included."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Query digest → rows found in this run."""

    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        """Fewest requests that answer all asks exactly. Sends nothing."""

    def read(self, plan: RequestPlan) -> Iterator[Answer]:
        """Exactly one answer per ask, as they come; never raises for one key result."""

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """What `okr doctor` says of this connection."""

    def __enter__(self) -> Self:
        """Open."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""


@runtime_checkable
class Source(Protocol):
    """A kind of tool that key results can be read from; one object per kind, stateless.

    Attributes:
        kind: The binding's key in a plan, such as `jira`.
        binding: Pydantic model of the binding's fields; `okr check` validates with it.
    """

    kind: str
    binding: type[BaseModel]

    def open(self, name: str, connection: Connection, credentials: Credentials) -> Session:
        """A session on one connection; sends nothing yet."""

    def load_block(self, name: str) -> Credentials:
        """Credentials from the Prefect block of that name. Imports Prefect only here."""


def token_optional(source: Source) -> bool:
    """Whether the source also reads what needs no token: its attribute `token_optional`, if any."""
    return bool(getattr(source, "token_optional", False))


def connection_optional(source: Source) -> bool:
    """Whether its bindings may name no connection: those of addresses that everyone may read."""
    named = source.binding.model_fields.get("connection")
    return named is None or not named.is_required()


@cache
def source_named(kind: str) -> Source:
    """The source of a binding kind, from the entry-point group `okr.sources`.

    Raises:
        ConfigError: No installed package offers that kind; the message lists those that are.
    """
    offered = {entry.name: entry for entry in entry_points(group="okr.sources")}
    if kind not in offered:
        names = ", ".join(sorted(offered)) or "none"
        raise ConfigError(
            f"source kind `{kind}` is unknown. Installed: manual, {names}.",
            hint="Correct the binding, or install the package that offers it.",
        )
    try:
        source = offered[kind].load()
    except Exception as error:
        raise ConfigError(
            f"the package of source kind `{kind}` cannot be loaded ({type(error).__name__}).",
            hint="Install it again, or report this to its author.",
        ) from error
    if not isinstance(source, Source):
        raise ConfigError(
            f"entry point `{kind}` of group okr.sources is not a Source.",
            hint="See docs/sources.md for the protocol.",
        )
    return source


@dataclass(frozen=True, slots=True)
class Account:
    """Someone's account in a tool.

    Attributes:
        id: The tool's stable id.
        name: How the tool shows them.
        email: Empty where the tool does not tell, which is up to each person's privacy settings.
    """

    id: str
    name: str
    email: str = ""


@runtime_checkable
class People(Protocol):
    """A session that can list the people of its tool: active ones, no apps."""

    def people(self) -> Sequence[Account]:
        """All accounts.

        Raises:
            OkrError: They may not be read.
        """


@runtime_checkable
class Labels(Protocol):
    """A session that can say what people call its rows; only for showing a few."""

    def labels(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Id → what people call it; what cannot be found is left out."""


@runtime_checkable
class Excludable(Protocol):
    """A session that can say which names a binding's `exclude` could leave out."""

    def excludable(self, ask: Ask) -> Mapping[str, int]:
        """Name of a resolution or status → rows of the selection that have it, most first.

        Raises:
            OkrError: They cannot be read.
        """


def query_digest(*parts: str) -> str:
    """A short name of a query, the same in every run: 32 hex digits.

    >>> query_digest("a", "bc") == query_digest("ab", "c")
    False
    """
    joined = "\x00".join(parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]
