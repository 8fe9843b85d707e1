"""Blocks and comments: the content of pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from okr_sandbox.notion.errors import invalid
from okr_sandbox.notion.values import minute, rich_text

Content = dict[str, object]

_TEXT: Final[Content] = {"rich_text": [], "color": "default"}
_HEADING: Final[Content] = {**_TEXT, "is_toggleable": False}
DEFAULTS: Final[dict[str, Content]] = {
    "paragraph": _TEXT,
    "heading_1": _HEADING,
    "heading_2": _HEADING,
    "heading_3": _HEADING,
    "bulleted_list_item": _TEXT,
    "numbered_list_item": _TEXT,
    "quote": _TEXT,
    "toggle": _TEXT,
    "to_do": {**_TEXT, "checked": False},
    "callout": {**_TEXT, "icon": None},
    "code": {"rich_text": [], "caption": [], "language": "plain text"},
    "bookmark": {"url": "", "caption": []},
    "embed": {"url": "", "caption": []},
    "equation": {"expression": ""},
    "divider": {},
    "table_of_contents": {"color": "default"},
    "table": {"table_width": 1, "has_column_header": False, "has_row_header": False},
    "table_row": {"cells": []},
}
"""Content by type of block, as it is where a request leaves it out."""


@dataclass(slots=True, eq=False)
class Block:
    """A block of a page: paragraph, heading, to-do and so on, with the blocks inside it.

    Attributes:
        by: Id of its author, empty where it is the page's.
    """

    id: str
    kind: str
    content: Content
    created: datetime
    edited: datetime
    children: "list[Block]" = field(default_factory=list)
    trashed: datetime | None = None
    by: str = ""

    @classmethod
    def of_text(
        cls, block_id: str, at: datetime, kind: str, text: str, content: Mapping[str, object]
    ) -> "Block":
        """A block with plain text."""
        made: Content = {**DEFAULTS[kind], **content}
        if "rich_text" in DEFAULTS[kind]:
            made["rich_text"] = rich_text(text)
        return cls(block_id, kind, made, at, at)

    def here(self, at: datetime) -> bool:
        """Whether the block exists at a time."""
        return self.created <= at and (self.trashed is None or self.trashed > at)

    def walk(self) -> "Iterator[Block]":
        """The block and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def json(self, parent: Mapping[str, object], by: str, at: datetime) -> dict[str, object]:
        """The block object."""
        return {
            "object": "block",
            "id": self.id,
            "parent": parent,
            "created_time": minute(self.created),
            "last_edited_time": minute(self.edited),
            "created_by": {"object": "user", "id": self.by or by},
            "last_edited_by": {"object": "user", "id": self.by or by},
            "has_children": any(child.here(at) for child in self.children),
            "in_trash": not self.here(at),
            "type": self.kind,
            self.kind: self.content,
        }


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a page."""

    id: str
    discussion: str
    page: str
    text: str
    created: datetime
    by: str

    def json(self, author: str) -> dict[str, object]:
        """The comment object; ``author`` is the name that is shown."""
        return {
            "object": "comment",
            "id": self.id,
            "parent": {"type": "page_id", "page_id": self.page},
            "discussion_id": self.discussion,
            "created_time": minute(self.created),
            "last_edited_time": minute(self.created),
            "created_by": {"object": "user", "id": self.by},
            "rich_text": rich_text(self.text),
            "display_name": {"type": "integration", "resolved_name": author},
        }


def plain_text(items: object, path: str) -> str:
    """The text of rich text items of a request; their formatting is not kept.

    Raises:
        NotionRefusal: an item is neither text, nor a mention, nor an equation.
    """
    if not isinstance(items, list):
        raise invalid(f"body failed validation: {path} should be an array.")
    return "".join(_item_text(item, f"{path}[{i}]") for i, item in enumerate(items))


def _item_text(item: object, path: str) -> str:
    if isinstance(item, dict):
        for kind, key in (("text", "content"), ("equation", "expression")):
            inner = item.get(kind)
            if isinstance(inner, dict) and isinstance(inner.get(key), str):
                return str(inner[key])
        if isinstance(item.get("mention"), dict):
            return "@mention"
    raise invalid(f"body failed validation: {path}.text should be defined.")


def block_kind(body: Mapping[str, object], path: str) -> str:
    """The type of a block in a request.

    Raises:
        NotionRefusal: the request names none that the sandbox knows.
    """
    kind = next((key for key in body if key in DEFAULTS), None)
    if kind is None or not isinstance(body[kind], dict):
        raise invalid(f"body failed validation: {path} should name a block type.")
    return kind


def content_of(kind: str, body: Mapping[str, object], path: str) -> Content:
    """What a request says of a block's content, its texts as Notion shows them."""
    given = {key: value for key, value in body.items() if key != "children"}
    for key in given.keys() & {"rich_text", "caption"}:
        given[key] = rich_text(plain_text(given[key], f"{path}.{kind}.{key}"))
    if isinstance(cells := given.get("cells"), list):
        given["cells"] = [rich_text(plain_text(c, f"{path}.{kind}.cells")) for c in cells]
    return given
