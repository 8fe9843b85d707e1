"""Pages: the answers of a list, one after the other, and the cursor from each to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_core.errors import DataError

AGAIN = "Try again later."
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list endpoint.

    Attributes:
        results: Its items as they came.
        cursor: Of the next page, empty at the end.
        stopped: Whether the query has more rows than Notion gives; None where it does not say.
    """

    results: tuple[Mapping[str, object], ...]
    cursor: str = ""
    stopped: bool | None = None


def page_of(body: Mapping[str, object], of: str = "") -> Page:
    """The page in an answer; a cursor means that more follows, whatever `has_more` says.

    Args:
        body: The answer.
        of: What the list is of, in Notion's word; an answer that names another is none.

    Raises:
        DataError: It is no list, or one of something else; it does not say whether it is whole, or
            says that there is more without saying where.
    """
    results = body.get("results")
    if body.get("object") != "list" or (of and body.get("type", of) != of):
        raise DataError("the answer to a query is not a list of rows.", hint=AGAIN)
    if not isinstance(results, list) or not all(isinstance(r, Mapping) for r in results):
        raise DataError("the answer to a query is not a list of rows.", hint=AGAIN)
    has_more, cursor = body.get("has_more", _ABSENT), body.get("next_cursor", _ABSENT)
    if (
        (has_more is _ABSENT and cursor is _ABSENT)
        or not (has_more is _ABSENT or isinstance(has_more, bool))
        or not (cursor is _ABSENT or cursor is None or isinstance(cursor, str))
    ):
        raise DataError("the answer does not say whether more rows follow.", hint=AGAIN)
    following = cursor if isinstance(cursor, str) else ""
    if has_more is True and not following:
        raise DataError("truncated: the answer has more rows and no cursor to them.", hint=AGAIN)
    return Page(tuple(results), following, _stopped(body.get("request_status")))


def _stopped(status: object) -> bool | None:
    if status is None:
        return None
    kind = status.get("type") if isinstance(status, Mapping) else None
    if kind not in ("complete", "incomplete"):
        raise DataError("the answer does not say whether its rows are all.", hint=AGAIN)
    return bool(kind == "incomplete")


@dataclass(slots=True)
class Cursor:
    """Where a list stands, and the guard against a server that goes round in circles."""

    value: str = ""
    seen: set[str] = field(default_factory=set)

    def move(self, cursor: str) -> None:
        """Go on to the next page.

        Raises:
            DataError: The server gave this cursor before.
        """
        if cursor in self.seen:
            raise DataError(
                "truncated: the server repeats a page instead of giving the next one.",
                hint=AGAIN,
            )
        self.seen.add(cursor)
        self.value = cursor
