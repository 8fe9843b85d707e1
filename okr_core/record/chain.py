"""Chain: hashes that bind what was recorded to each other, without people's words and names.

Decisions, revisions and corrections are links of their own. The other readings and entries of one
transaction are bound together by a seal, whose link covers their number and one digest over them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from pydantic import Field, ValidationError

from okr_core.basics.base import FrozenModel
from okr_core.basics.exact import canonical_json, digest

GENESIS = ""
"""What the first link of a chain names as its previous hash."""


def link_hash(*, scope: str, seq: int, table: str, row: int, payload: str, previous: str) -> str:
    """The hash of one link: it covers the link's place, its row's content and the link before it.

    Args:
        scope: Which chain: a cycle's id, empty for the workspace.
        seq: 1-based place in that chain.
        table: Table of the chained row.
        row: Number of the chained row in its table.
        payload: The row as canonical JSON, free text and persons replaced by digests and ids.
        previous: Hash of the link before, `GENESIS` for the first.
    """
    return digest(
        canonical_json(
            {
                "scope": scope,
                "seq": seq,
                "table": table,
                "row": row,
                "payload": payload,
                "previous": previous,
            }
        )
    )


def payload_of(fields: Mapping[str, str | int | None]) -> str:
    """What is chained of a row: its fields as canonical JSON."""
    return canonical_json(fields).decode()


def salted_digest(salt: str, text: str) -> str:
    """A digest of free text that cannot be guessed back once the salt is gone (HMAC-SHA256).

    >>> salted_digest("00", "because")[:22]
    'hmac-sha256:a5a01687d5'
    """
    return f"hmac-sha256:{hmac.new(bytes.fromhex(salt), text.encode(), 'sha256').hexdigest()}"


class SealedRows(FrozenModel):
    """Rows of one table that were recorded together.

    Attributes:
        first: Number of the first of them.
        last: Number of the last; numbers between may belong to rows of other cycles.
        count: How many they are.
        digest: Over their content, in the order of their numbers; see `RowsDigest`.
    """

    first: int = Field(ge=1)
    last: int = Field(ge=1)
    count: int = Field(ge=1)
    digest: str


class Seal(FrozenModel):
    """What one transaction recorded in one cycle beside decisions, bound by one link.

    Attributes:
        readings: The readings, None where it recorded none.
        entries: The entries, None where it recorded none.
        workspace: Of a scoring or closing: the head of the workspace's chain whose policies it
            judged by; what it judged of its own cycle are the links before it.
        upgraded_from: Of an upgrade: the version of the store whose rows, until then outside the
            chain, it bound as they were found.
        at: When that was.
        people: Of an upgrade: subject id → digest of the name that it stood for.
    """

    readings: SealedRows | None = None
    entries: SealedRows | None = None
    workspace: str = ""
    upgraded_from: str = ""
    at: datetime | None = None
    people: dict[str, str] = Field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether it would bind nothing."""
        return self == Seal()

    def body(self) -> str:
        """The seal as canonical JSON, which `seal_of` reads back."""
        return canonical_json(self.model_dump(exclude_defaults=True)).decode()


def seal_of(body: str) -> Seal | None:
    """The seal that a body says; None where it says none any more."""
    try:
        return Seal.model_validate_json(body)
    except ValidationError:
        return None


class RowsDigest:
    """Adds up rows to `SealedRows`, one row in memory at a time.

    >>> rows = RowsDigest()
    >>> rows.add(7, b'{"value":"1"}')
    >>> rows.add(9, b'{"value":"2"}')
    >>> rows.sealed.first, rows.sealed.last, rows.sealed.count
    (7, 9, 2)
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._first = self._last = self._count = 0

    def add(self, number: int, content: bytes) -> None:
        """Add a row: its number, above those before it, and its content on one line."""
        self._first = self._first or number
        self._last = number
        self._count += 1
        self._hash.update(content + b"\n")

    @property
    def sealed(self) -> SealedRows | None:
        """All rows so far; None before the first."""
        if not self._count:
            return None
        return SealedRows(
            first=self._first,
            last=self._last,
            count=self._count,
            digest=f"sha256:{self._hash.hexdigest()}",
        )
