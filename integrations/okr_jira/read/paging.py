"""Paging: which page of a search comes next, as pure state.

Pages may be short or empty, so only a missing token ends a search; a token that comes again would
never end, and an issue that two pages show (it was edited in between) counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_core.errors import DataError
from okr_sources.gate.paging import Novelty

MOST_PAGES = 10_000
"""More pages than any selection that is worth measuring has."""


@dataclass(slots=True)
class Pages:
    """One search in progress.

    Attributes:
        token: Token of the next page, None for the first one and after the last.
        done: Whether the last page was taken.
        taken: Pages taken.
    """

    token: str | None = None
    done: bool = False
    taken: int = 0
    _tokens: set[str] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set)
    _novelty: Novelty = field(default_factory=Novelty)

    def take(self, page: object) -> list[tuple[str, Mapping[str, object]]]:
        """Issues of the page that no earlier one had, as (id, issue).

        Raises:
            DataError: The page has no issues, repeats a token or ends without saying so.
        """
        issues, token, last = _parsed(page)
        self.taken += 1
        self._turn(token, last)
        ids = ids_of(issues)
        fresh = list(zip(ids, issues, strict=True))
        unique = dict.fromkeys(ids)
        if len(unique) < len(ids) or not self._ids.isdisjoint(unique):
            # The rare page pays for it, not the thousands of ids of every page.
            found = {name: issue for name, issue in fresh if name not in self._ids}
            fresh = list(found.items())
        self._ids.update(unique)
        if not self.done:
            self._novelty.page(len(fresh))
        return fresh

    def _turn(self, token: str | None, last: object) -> None:
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


def _parsed(page: object) -> tuple[list[Mapping[str, object]], str | None, object]:
    if not isinstance(page, dict) or not isinstance(page.get("issues"), list):
        raise DataError("the answer has no list of issues.", hint="Check the url.")
    token = page.get("nextPageToken")
    if token is not None and not isinstance(token, str):
        raise DataError("the answer has a page token that is no text.", hint="Try again later.")
    return page["issues"], token or None, page.get("isLast")


def ids_of(issues: list[Mapping[str, object]]) -> list[str]:
    """Ids of a page's issues.

    Raises:
        DataError: One has none.
    """
    try:
        ids = [issue["id"] for issue in issues]
    except (KeyError, TypeError):
        ids = [None]
    names = [name for name in ids if isinstance(name, str) and name]
    if len(names) < len(ids):
        raise DataError("the answer has an issue without an id.", hint="Try again later.")
    return names
