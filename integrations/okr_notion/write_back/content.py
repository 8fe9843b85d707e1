"""Content: what a page says, piece by piece, within Notion's limits, and read back to compare.

Limits (developers.notion.com, "Request limits"): 2,000 characters in a text, 100 texts or blocks in
an array, 1,000 blocks and 500 KB in a request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, cast, get_args

from okr_notion.read.values import plain_text
from okr_notion.site.wire import Json

Kind = Literal[
    "heading_1",
    "heading_2",
    "heading_3",
    "paragraph",
    "bulleted_list_item",
    "quote",
    "divider",
    "table",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
TEXT: Final = 1000
"""Characters in a text. Notion counts 2,000 as JavaScript does, where an emoji is two."""
TEXTS: Final = 100
"""Texts of one block, rows of one table, blocks of one request."""
BLOCKS: Final = 900
"""Blocks of one request, with those inside them; below Notion's 1,000."""
BYTES: Final = 400_000
"""Bytes of one request; below Notion's 500,000."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a page.

    Attributes:
        text: Plain text; empty for dividers and tables.
        rows: Of a table, the header first, all equally wide.
    """

    kind: Kind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def blocks(self) -> int:
        """How many blocks it takes."""
        return 1 + len(self.rows)


def fitted(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same content in pieces that Notion takes: long texts and tables are continued.

    >>> [len(piece.rows) for piece in fitted([Piece("table", rows=(("a",),) * 150)])]
    [100, 51]
    """
    for piece in pieces:
        if piece.kind == "table":
            yield from _tables(piece)
        else:
            yield from _texts(piece)


def _tables(piece: Piece) -> Iterator[Piece]:
    """Tables of at most 100 rows, each with the header."""
    if not piece.rows:
        return
    header, body = piece.rows[0], [_cells(row) for row in piece.rows[1:]]
    for start in range(0, max(len(body), 1), TEXTS - 1):
        rows = (_cells(header), *body[start : start + TEXTS - 1])
        yield replace(piece, rows=rows)


def _cells(row: Sequence[str]) -> tuple[str, ...]:
    # A cell cannot be continued elsewhere; nobody reads a hundred thousand characters in one.
    return tuple(cell[: TEXT * TEXTS] for cell in row)


def _texts(piece: Piece) -> Iterator[Piece]:
    most = TEXT * TEXTS
    for start in range(0, max(len(piece.text), 1), most):
        yield replace(piece, text=piece.text[start : start + most])


def batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces in requests that Notion takes."""
    batch: list[Piece] = []
    blocks = size = 0
    for piece in pieces:
        weight = len(json.dumps(block_of(piece), ensure_ascii=False).encode())
        full = len(batch) == TEXTS or blocks + piece.blocks > BLOCKS or size + weight > BYTES
        if batch and full:
            yield batch
            batch, blocks, size = [], 0, 0
        batch.append(piece)
        blocks += piece.blocks
        size += weight
    if batch:
        yield batch


def block_of(piece: Piece) -> Json:
    """A piece as Notion takes it when it is new."""
    return {"object": "block", "type": piece.kind, piece.kind: content_of(piece)}


def content_of(piece: Piece) -> Json:
    """What a block of the piece's kind holds."""
    if piece.kind == "divider":
        return {}
    if piece.kind == "table":
        rows: list[Json] = [
            {
                "object": "block",
                "type": "table_row",
                "table_row": {"cells": [_rich_text(cell) for cell in row]},
            }
            for row in piece.rows
        ]
        width = len(piece.rows[0])
        return {"table_width": width, "has_column_header": True, "children": rows}
    return {"rich_text": _rich_text(piece.text)}


def _rich_text(text: str) -> list[Json]:
    return [
        {"type": "text", "text": {"content": text[start : start + TEXT]}}
        for start in range(0, len(text), TEXT)
    ]


def title_of(text: str) -> list[Json]:
    """A page's title as Notion takes it."""
    return _rich_text(text[:TEXT])


def piece_of(block: Mapping[str, object], rows: Iterable[Mapping[str, object]] = ()) -> Piece:
    """What a block says.

    Args:
        block: As Notion gives it, of one of `KINDS`.
        rows: The blocks inside it; of a table its rows.
    """
    kind = cast("Kind", block["type"])
    content = block.get(kind)
    if kind == "table":
        return Piece(kind, rows=tuple(_row(row) for row in rows))
    text = content.get("rich_text") if isinstance(content, Mapping) else None
    return Piece(kind, plain_text(text))


def _row(block: Mapping[str, object]) -> tuple[str, ...]:
    content = block.get("table_row")
    cells = content.get("cells") if isinstance(content, Mapping) else None
    return tuple(plain_text(cell) for cell in cells) if isinstance(cells, list) else ()
