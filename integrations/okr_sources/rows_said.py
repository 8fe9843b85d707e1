"""Rows said: check-ins that people write into a tool, a row each, and the protocol of reading them.

Rows are texts as people wrote them; what they mean is understood where every check-in is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

from okr_core.basics.base import FrozenModel
from okr_core.basics.command import okr
from okr_core.errors import ConfigError
from okr_core.record.failure import Failure
from okr_sources.answers import Fetch
from okr_sources.source import Account, Check, Memory, source_named


class CheckInFields(FrozenModel):
    """What okr.yaml says below a connection's `check_ins`: where the rows are, what is where."""


@dataclass(frozen=True, slots=True)
class RowsAsk:
    """What a session is asked for.

    Attributes:
        fields: Of the tool's own model.
        since: Rows that were edited before (aware) are known already.
        memory: Counts of the connection's last sync.
        places: Key result → what its `mirror` and its binding of this tool say: rows may point
            there.
        accounts: Ids of accounts that are known to be somebody's.
    """

    fields: CheckInFields
    since: datetime
    memory: Memory
    places: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SaidRow:
    """A row as somebody wrote it; what is empty was not said.

    Attributes:
        id: The tool's id of the row.
        link: Address that a person can open.
        created: When there first was such a row (aware).
        edited: When it was changed last (aware): that is when it was said.
        key_result: Id or title, as far as the row or what it points at says.
        author: Whose word it is; None: nobody is named.
        own: Whether the author made the row and changed it last, which the tool vouches for.
        failure: Why the row cannot be read; None: it can.
    """

    id: str
    link: str
    created: datetime
    edited: datetime
    key_result: str = ""
    value: str = ""
    confidence: str = ""
    note: str = ""
    author: Account | None = None
    own: bool = False
    failure: Failure | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing is said yet: a row that was begun is no check-in."""
        return not (self.value or self.confidence or self.note or self.failure)


@runtime_checkable
class Hearing(Protocol):
    """A session that can read the check-ins of its tool."""

    def rows_fetch(self, ask: RowsAsk) -> Fetch:
        """What will be asked. Sends nothing."""

    def rows_said(self, ask: RowsAsk) -> Sequence[SaidRow]:
        """Rows that were edited since then, oldest edit first.

        Raises:
            OkrError: They cannot be read.
        """

    def rows_check(self, ask: RowsAsk) -> Check:
        """What `okr doctor` says of the place."""


@runtime_checkable
class Heard(Protocol):
    """A source whose sessions are `Hearing`.

    Attributes:
        check_ins: Model of what okr.yaml says below a connection's `check_ins`.
    """

    check_ins: type[CheckInFields]


def heard_kinds() -> dict[str, type[CheckInFields]]:
    """Kind → model of `check_ins` of all installed tools that people can check in with."""
    names = sorted(entry.name for entry in entry_points(group="okr.sources"))
    found = {name: source_named(name) for name in names}
    return {name: source.check_ins for name, source in found.items() if isinstance(source, Heard)}


def heard_fields(kind: str, written: Mapping[str, object]) -> CheckInFields:
    """The fields of a connection's `check_ins`.

    Raises:
        ConfigError: Nobody checks in with tools of that kind, or the fields are wrong.
    """
    source = source_named(kind)
    if not isinstance(source, Heard):
        raise ConfigError(
            f"no check-ins can be read from kind `{kind}`.",
            hint="Remove `check_ins` from the connection.",
        )
    try:
        return source.check_ins.model_validate(dict(written))
    except ValueError as error:
        raise ConfigError(
            "`check_ins` of the connection is wrong.",
            hint=f"Run {okr('check').code}: it names the line.",
        ) from error
