"""Evidence: what a number was added up from, compressed and kept once by its digest."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, select

from okr_core.basics.command import okr
from okr_core.basics.exact import digest as digest_of
from okr_core.errors import DataError
from okr_store.database import insert_new, names_in, streamed
from okr_store.tables import evidence

MOST_BYTES = 32 * 2**20
"""Of one content: what unpacks to more is none, however small it is kept."""
_LEVEL = 4
"""Of compression: a fifth of the usual one's time for ids, which become as small."""
SEVERAL = 100
"""Contents that are in memory at a time: one can be megabytes."""


class DamagedEvidenceError(DataError):
    """What is kept is not what was recorded: who asked for the number cannot be answered."""

    exit_code = 2  # as of all damage to a store


def put_evidence(connection: Connection, contents: Mapping[str, bytes]) -> None:
    """Keep contents by digest; those that are there already are left as they are.

    Raises:
        ValueError: A content does not have the digest that names it.
        DataError: A content is larger than a store keeps.
    """
    rows = []
    # Sorted: two writers that keep the same contents must not wait for each other in a circle.
    for name, content in sorted(contents.items()):
        if digest_of(content) != name:
            raise ValueError(f"evidence `{name}` has another digest ({digest_of(content)}).")
        if len(content) > MOST_BYTES:
            raise DataError(
                f"evidence of {len(content) // 2**20} MiB is more than a store keeps "
                f"({MOST_BYTES // 2**20} MiB).",
                hint="Narrow the binding's query, so that fewer rows are counted.",
            )
        rows.append({"digest": name, "content": zlib.compress(content, _LEVEL)})
    if rows:
        connection.execute(insert_new(connection, evidence), rows)


def evidence_of(connection: Connection, name: str) -> bytes | None:
    """The content of that digest, None where it was never kept.

    Raises:
        DamagedEvidenceError: What is kept under that digest is not what was recorded.
    """
    kept = connection.scalar(select(evidence.c.content).where(evidence.c.digest == name))
    if kept is None:
        return None
    content = unpacked(kept)
    if content is None or digest_of(content) != name:
        raise damaged(name)
    return content


def damaged(name: str) -> DamagedEvidenceError:
    """That what is kept under a digest is not what was recorded."""
    return DamagedEvidenceError(
        f"evidence `{name}` in the store is damaged.",
        hint=f"{okr('audit', 'verify').code} lists all that was altered; restore the store from a "
        "copy.",
    )


def several_evidence(
    connection: Connection, names: Collection[str]
) -> Iterator[tuple[str, bytes | None]]:
    """Digest and content of all that are kept, few in memory at a time; None: damaged."""
    kept = select(evidence).where(names_in(connection, evidence.c.digest, names))
    for row in streamed(connection, kept, page=SEVERAL):
        content = unpacked(row.content)
        intact = content is not None and digest_of(content) == row.digest
        yield row.digest, content if intact else None


def unpacked(kept: bytes) -> bytes | None:
    """The content that is kept compressed; None where it cannot be read any more.

    What goes on behind the content, or unpacks to more than a store keeps, is no evidence either.
    """
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(kept, MOST_BYTES + 1)
    except (zlib.error, TypeError):  # SQLite takes text where bytes belong
        return None
    whole = unpacking.eof and not unpacking.unused_data and len(content) <= MOST_BYTES
    return content if whole else None
