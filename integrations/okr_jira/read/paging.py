"""Paging: which page of a search comes next, as pure state.

Pages may be short or empty, so only a missing token ends a search, and a token that comes again
would never end. An issue that comes twice tells that the selection moved between two pages: another
one may have slipped through, and the search is read again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from okr_core.basics.base import shortened
from okr_core.errors import DataError
from okr_sources.gate.paging import Novelty

_ID = itemgetter("id")
_WRITTEN = re.compile(r"[1-9][0-9]*", re.ASCII)
MOST_PAGES = 10_000
"""More pages than any selection that is worth measuring has."""


class ShiftedError(DataError):
    """The selection changed between two pages: what was read so far does not join."""


def shifted(jql: str) -> ShiftedError:
    """A selection of which two pages do not join."""
    return ShiftedError(f"issues of `{jql}` change while being read.", hint="Try again later.")


@dataclass(slots=True)
class Pages:
    """One search in progress.

    Attributes:
        jql: The selection, for messages.
        token: Token of the next page, None for the first one and after the last.
        done: Whether the last page was taken.
        taken: Pages taken.
    """

    jql: str = ""
    token: str | None = None
    done: bool = False
    taken: int = 0
    _tokens: set[str] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set)
    _novelty: Novelty = field(default_factory=Novelty)

    def take(self, page: object) -> dict[str, Mapping[str, object]]:
        """Issues of the page by id, in their order.

        Raises:
            ShiftedError: One of them came before.
            DataError: The page has no issues, repeats a token or ends without saying so.
        """
        issues, token, last = _parsed(page)
        self.taken += 1
        self._turn(token, last)
        ids = ids_of(issues)
        fresh = dict(zip(ids, issues, strict=True))
        if len(fresh) < len(ids) or not self._ids.isdisjoint(fresh):
            raise shifted(self.jql)
        self._ids.update(fresh)
        if not self.done:
            self._novelty.page(len(fresh))
        return fresh

    def _turn(self, token: str | None, last: bool | None) -> None:
        if token is None:
            if last is False:
                raise DataError(
                    "the answer is truncated: it says that more pages follow and not which.",
                    hint="Try again later.",
                )
            self.done, self.token = True, None
            return
        if token in self._tokens or self.taken >= MOST_PAGES:
            raise DataError(
                f"the answer never ends: page {self.taken} points to an earlier one.",
                hint="Try again later; narrow the query if it stays.",
            )
        self._tokens.add(token)
        self.token = token


def _parsed(page: object) -> tuple[list[Mapping[str, object]], str | None, bool | None]:
    if not isinstance(page, dict) or not isinstance(page.get("issues"), list):
        raise DataError("the answer has no list of issues.", hint="Check the url.")
    token = page.get("nextPageToken")
    if token is not None and not isinstance(token, str):
        raise DataError("the answer has a page token that is no text.", hint="Try again later.")
    last = page.get("isLast")
    if last is not None and not isinstance(last, bool):
        raise DataError(
            "the answer says neither yes nor no about whether it is the last page.",
            hint="Try again later.",
        )
    return page["issues"], token or None, last


def ids_of(issues: list[Mapping[str, object]]) -> list[str]:
    """Ids of a page's issues.

    Raises:
        DataError: One has none, or one that Jira does not write: digits alone, no zero in front.
    """
    # Ids of 5,000 issues come on a page: what looks at each of them runs in C.
    try:
        ids: list[str] = list(map(_ID, issues))
    except (KeyError, TypeError):
        ids = [""]
    if not (set(map(type, ids)) <= {str} and all(ids)):
        raise DataError("the answer has an issue without an id.", hint="Try again later.")
    digits = "".join(ids)
    if digits and not (digits.isascii() and digits.isdigit() and "0" not in {i[0] for i in ids}):
        wrong = next(name for name in ids if not _WRITTEN.fullmatch(name))
        raise DataError(
            f"the answer has an issue with the id {shortened(json.dumps(wrong))}, which is none of "
            "Jira's.",
            hint="Try again later.",
        )
    return ids
