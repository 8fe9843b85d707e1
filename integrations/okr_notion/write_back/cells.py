"""Cells in full: what the endpoint of one property of one page answers, page after page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okr_core.errors import DataError
from okr_notion.read.filters import Json
from okr_notion.read.paging import Cursor, page_of


class PropertyPages:
    """The answers of `GET /v1/pages/{id}/properties/{id}` until the last one."""

    def __init__(self) -> None:
        self.bodies: list[Mapping[str, object]] = []
        self.finished = False
        self._cursor = Cursor()

    @property
    def cursor(self) -> str:
        """Where the next answer begins, empty for the first."""
        return self._cursor.value

    def take(self, body: Mapping[str, object]) -> None:
        """Add an answer.

        Raises:
            DataError: The list cannot be completed.
        """
        self.bodies.append(body)
        following = page_of(body).cursor if body.get("object") == "list" else ""
        if following:
            self._cursor.move(following)
        else:
            self.finished = True


def whole_cell(bodies: Sequence[Mapping[str, object]]) -> Json:
    """The property value that the answers make together, in the shape that a page shows.

    Raises:
        DataError: The answers are no property.
    """
    last = bodies[-1]
    if last.get("object") == "property_item":
        return dict(last)
    about = last.get("property_item")
    kind = about.get("type") if isinstance(about, Mapping) else None
    if not isinstance(about, Mapping) or not isinstance(kind, str):
        raise DataError("the answer about a property of a page is none.")
    if kind == "rollup":
        return {"type": kind, kind: about.get(kind)}
    items = [item.get(kind) for body in bodies for item in page_of(body).results]
    return {"type": kind, kind: items}
