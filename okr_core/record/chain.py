"""Chain: hashes that bind rows about decisions and money to each other, without their words."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

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
