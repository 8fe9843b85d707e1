"""Write-back: what a tool is told about a cycle's items, and the protocol of who tells it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import entry_points
from typing import Literal, Protocol, runtime_checkable

from okr_core.basics.base import FrozenModel, ItemId
from okr_core.basics.exact import decimal_text, ratio_json
from okr_core.errors import ConfigError, OkrError, RetryableError
from okr_core.record.failure import Failure
from okr_sources.session import LOST, message_of
from okr_sources.source import source_named
from okr_sources.write_back.ownership import Settled


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an item stands and scores, as its mirror shows it.

    Attributes:
        item: Id of the objective or key result.
        score: In [0, 1]; None where there is none, which is not 0.
        grade: Of the score, such as `green`.
        progress: In [0, 1]; None where nothing is known.
        status: The word for it, such as `on_track`.
        as_of: Business time (aware), in the cycle's zone: its day is the one that is shown.
        version: Of the frozen scores: 1 once the cycle is closed, one more with each restatement;
            0 while it is open.
    """

    item: str
    kind: Literal["objective", "key_result"]
    title: str
    score: Fraction | None
    grade: str | None
    progress: Fraction | None
    status: str
    as_of: datetime
    version: int


class Mirror(FrozenModel, ABC):
    """What a plan says below `mirror.KIND`: where an item lives in a tool.

    Attributes:
        connection: Name of the connection in okr.yaml.
    """

    connection: ItemId

    @property
    @abstractmethod
    def place(self) -> str:
        """The place in one way of writing it: two items with the same one share it."""


class WriteBackFields(FrozenModel, ABC):
    """What okr.yaml says below a connection's `write_back`."""

    @property
    @abstractmethod
    def fields(self) -> tuple[str, ...]:
        """Fields of an item that are written, such as `score`."""


@dataclass(frozen=True, slots=True)
class Target:
    """An item whose mirror is to be brought up to date.

    Attributes:
        cycle: Id of the cycle.
        mirror: Where it lives; of the tool's own model.
        own: Field → digests of the values that it may hold and be ours; see `ownership`.
        written: Field → digests of the values that were written last, one per place, for what
            nobody else writes.
        taken: Fields that a person has handed over.
    """

    cycle: str
    outcome: Outcome
    mirror: Mirror
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    written: Mapping[str, frozenset[str]] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compared:
    """What becomes, or became, of one item's mirror.

    Attributes:
        place: Where it is, for people, such as `GROW-12`.
        fields: One per field that is written; none where the whole place is out of reach.
        failure: Why it is out of reach, and what to do about that; None if it is not.
        down: Whether the connection as a whole is out of reach.
        detail: The tool's own notes from reading to writing.
    """

    item: str
    place: str
    fields: tuple[Settled, ...] = ()
    failure: Failure | None = None
    down: bool = False
    detail: object = None

    @property
    def changes(self) -> tuple[Settled, ...]:
        """Fields that a write touches."""
        return tuple(each for each in self.fields if each.verdict == "changed")


@runtime_checkable
class Writing(Protocol):
    """A session that can write outcomes into its tool; never raises for one item."""

    def compare(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Compared]:
        """What a write would change, one per target in their order. Sends no write."""

    def put(self, compared: Sequence[Compared]) -> list[Compared]:
        """Write the changes of `compare`; the same with what failed as `unavailable`."""


@runtime_checkable
class Permitted(Protocol):
    """A session whose tool tells before a write what it would refuse."""

    def permissions(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Failure]:
        """What the token may not do at these places. Sends no write."""


@runtime_checkable
class Written(Protocol):
    """A source whose sessions are `Writing`.

    Attributes:
        mirror: Model of what plans say below `mirror.KIND`.
        write_back: Model of what okr.yaml says below a connection's `write_back`.
    """

    mirror: type[Mirror]
    write_back: type[WriteBackFields]


def written_kinds() -> dict[str, Written]:
    """Kind → source of all installed tools that can be written to."""
    names = sorted(entry.name for entry in entry_points(group="okr.sources"))
    found = {name: source_named(name) for name in names}
    return {name: source for name, source in found.items() if isinstance(source, Written)}


def written_source(kind: str) -> Written:
    """The source of a kind that can be written to.

    Raises:
        ConfigError: There is none.
    """
    source = source_named(kind)
    if not isinstance(source, Written):
        raise ConfigError(
            f"nothing can be written back to kind `{kind}`.",
            hint="Remove `write_back` from the connection.",
        )
    return source


def unreached(target: Target, error: OkrError, who: str) -> Compared:
    """An item whose mirror is out of reach.

    Args:
        target: The item.
        error: Why.
        who: Kind and connection, such as "jira `acme`", where the message may lack it.
    """
    return Compared(
        target.outcome.item,
        target.mirror.place,
        failure=Failure(message_of(error, who), error.hint),
        down=isinstance(error, (*LOST, RetryableError)),
    )


def ratio_text(value: Fraction | None) -> str | None:
    """A ratio as a tool shows it: at most 6 places, half-even; None stays None.

    >>> ratio_text(Fraction(7, 10)), ratio_text(Fraction(2, 3)), ratio_text(Fraction(1))
    ('0.7', '0.666667', '1')
    """
    number = ratio_json(value)
    if number is None:
        return None
    whole = Decimal(repr(number)).normalize()
    return decimal_text(whole) if whole else "0"


def in_words(status: str) -> str:
    """A status or grade as people write it.

    >>> in_words("on_track")
    'On track'
    """
    return status.replace("_", " ").capitalize()
