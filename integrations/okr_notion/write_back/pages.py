"""Pages: a page that is created once and then updated in place, touching only what changed.

Blocks are compared by what they say, so that a run that broke off is completed by the next one, and
a page that says the right thing already is left alone. Blocks of people, and pages below, stay:
ours are those whose author is this integration, or the one that created the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING

from okr_core.errors import DataError
from okr_notion.read.rows import is_deleted
from okr_notion.site.errors import NotSharedError
from okr_notion.site.pages import Cursor, page_of
from okr_notion.site.wire import Json
from okr_notion.write_back.content import (
    KINDS,
    Piece,
    batches,
    block_of,
    content_of,
    fitted,
    piece_of,
    title_of,
)
from okr_sources.errors import ThrottledError
from okr_sources.gate.paging import Novelty
from okr_sources.session import Send

if TYPE_CHECKING:
    from okr_notion.site.client import Client

_LOOK = "Look at the page; what stands in between may swallow writes. The next run completes it."
_PATIENCE = 5
"""Times that a request is sent which Notion did not take because it was busy."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page shall be.

    Attributes:
        parent: Id of the page under which it is created.
        title: Its title; a page of that title of our own there is taken for it.
        pieces: What it shall say.
        known: Its id, empty where it is not known.
    """

    parent: str
    title: str
    pieces: tuple[Piece, ...]
    known: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What was done.

    Attributes:
        page: Id of the page.
        url: Address that a person can open.
        created: Whether it was created now.
        touched: Blocks that were added, changed or removed.
    """

    page: str
    url: str
    created: bool
    touched: int


@dataclass(frozen=True, slots=True)
class _Standing:
    """A block of ours on the page."""

    id: str
    piece: Piece


class PageWriter:
    """Creates and updates pages of one connection.

    Args:
        client: Where requests go.
        send: See `Send`.
    """

    def __init__(self, client: Client, send: Send) -> None:
        self._client = client
        self._send = send
        self._me = ""

    def publish(self, wanted: Wanted, remember: Callable[[str], None]) -> Published:
        """Make the page say what is wanted.

        Args:
            wanted: Which page, and what it shall say.
            remember: Told the page's id before anything is written on it, where it is new.

        Raises:
            OkrError: The parent is not shared with the integration, or Notion does not answer.
        """
        self._me = _id(self._send(self._client.me, endpoint="users"))
        page = self._page(wanted.known) if wanted.known else None
        created = False
        if page is None:
            page = self._adopted(wanted)
            created = page is None
            page = page or self._created(wanted)
            remember(_id(page))
        touched = self._update(page, tuple(fitted(wanted.pieces)))
        return Published(_id(page), str(page.get("url") or ""), created, touched)

    # The page

    def _page(self, identifier: str) -> Json | None:
        """The page; None where somebody took it away."""
        try:
            page = self._send(partial(self._client.page, identifier), endpoint="pages")
        except NotSharedError:
            return None
        return None if is_deleted(page) else page

    def _adopted(self, wanted: Wanted) -> Json | None:
        """A page that a run created which broke off before it could be remembered."""
        for block in self._children(wanted.parent):
            shown = block.get("child_page")
            named = isinstance(shown, Mapping) and shown.get("title") == wanted.title
            if named and _author(block) == self._me:
                return self._page(_id(block))
        return None

    def _created(self, wanted: Wanted) -> Json:
        body: Json = {
            "parent": {"type": "page_id", "page_id": wanted.parent},
            "properties": {"title": {"title": title_of(wanted.title)}},
        }
        return self._once(partial(self._client.create_page, body), "pages")

    # What it says

    def _update(self, page: Json, pieces: Sequence[Piece]) -> int:
        standing = list(self._ours(page))
        match = SequenceMatcher(None, [each.piece for each in standing], pieces, autojunk=False)
        touched, anchor = 0, ""
        for word, i1, i2, j1, j2 in match.get_opcodes():
            old, new = standing[i1:i2], pieces[j1:j2]
            if word != "equal":
                same = _rewritable(old, new)
                for each, piece in zip(old[:same], new[:same], strict=True):
                    self._rewrite(each.id, piece)
                anchor = old[same - 1].id if same else anchor
                anchor = self._insert(_id(page), anchor, new[same:])
                for each in old[same:]:
                    self._remove(each.id)
                touched += same + len(new[same:]) + len(old[same:])
            else:
                anchor = old[-1].id
        return touched

    def _ours(self, page: Json) -> Iterator[_Standing]:
        authors = {self._me, _author(page)}
        for block in self._children(_id(page)):
            if block.get("type") in KINDS and _author(block) in authors:
                inside = self._children(_id(block)) if block.get("type") == "table" else ()
                yield _Standing(_id(block), piece_of(block, inside))

    def _rewrite(self, identifier: str, piece: Piece) -> None:
        body: Json = {piece.kind: content_of(piece)}
        answer = self._send(partial(self._client.update_block, identifier, body), endpoint="blocks")
        if _id(answer) != identifier:
            raise DataError(f"block {identifier} was written, and another one answers.", hint=_LOOK)

    def _insert(self, page: str, anchor: str, pieces: Iterable[Piece]) -> str:
        """Add pieces after a block of ours, at the start where there is none; the last one's id."""
        for batch in batches(pieces):
            body: Json = {
                "children": [block_of(piece) for piece in batch],
                "position": {"type": "after_block", "after_block": {"id": anchor}}
                if anchor
                else {"type": "start"},
            }
            answer = self._once(partial(self._client.append, page, body), "blocks")
            made = page_of(answer).results
            if len(made) < len(batch):  # a server that took nothing lists nothing
                raise DataError(
                    f"page {page} took only a part of what was added to it.", hint=_LOOK
                )
            anchor = _id(made[len(batch) - 1])
        return anchor

    def _remove(self, identifier: str) -> None:
        try:
            gone = self._once(partial(self._client.delete_block, identifier), "blocks")
        except NotSharedError:
            return  # somebody was faster
        if not is_deleted(gone):
            raise DataError(f"block {identifier} is not in the trash after all.", hint=_LOOK)

    def _children(self, identifier: str) -> Iterator[Mapping[str, object]]:
        cursor, seen, novelty = Cursor(), set[str](), Novelty()
        while True:
            asked = partial(self._client.children, identifier, cursor.value)
            page = page_of(self._send(asked, endpoint="blocks"))
            yield from page.results
            if not page.cursor:
                return
            fresh = {str(block.get("id")) for block in page.results} - seen
            seen |= fresh
            novelty.page(len(fresh))
            cursor.move(page.cursor)

    def _once(self, request: Callable[[], Json], endpoint: str) -> Json:
        """A request that must not be sent twice, but where Notion says that it was not taken."""
        for _ in range(_PATIENCE - 1):
            try:
                return self._send(request, endpoint=endpoint, safe=False)
            except ThrottledError:
                continue
        return self._send(request, endpoint=endpoint, safe=False)


def _rewritable(old: Sequence[_Standing], new: Sequence[Piece]) -> int:
    """How many of the old blocks can simply say something else: those of the same kind of text."""
    count = 0
    for each, piece in zip(old, new, strict=False):
        if each.piece.kind != piece.kind or piece.kind in ("table", "divider"):
            break
        count += 1
    return count


def _author(of: Mapping[str, object]) -> str:
    by = of.get("created_by")
    return str(by.get("id")) if isinstance(by, Mapping) else ""


def _id(of: Mapping[str, object]) -> str:
    """The id of what Notion shows.

    Raises:
        DataError: It has none: something else answers.
    """
    if not of.get("id"):
        raise DataError("the answer does not say what it is about.", hint=_LOOK)
    return str(of["id"])
