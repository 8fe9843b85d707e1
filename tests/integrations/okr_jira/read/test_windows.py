"""Pages of a Data Center join, whatever its server makes of them; without HTTP."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import DataError
from okr_jira.read.paging import ShiftedError
from okr_jira.read.windows import Windows
from okr_jira.site.kinds import DATA_CENTER

Key = tuple[str, int]
"""Project and number."""


@dataclass
class Index:
    """An index of issues that answers as Data Center's search does.

    Attributes:
        ids: Id of each issue by key.
        by_key: Whether `id > n` and the order compare numbers within projects; else ids.
        cap: Most issues on a page.
        asked: Queries that came.
    """

    ids: dict[Key, int]
    by_key: bool = True
    cap: int = 1000
    asked: list[str] = field(default_factory=list)

    def page(self, pages: Windows) -> object:
        assert pages.start + pages.room <= pages.window
        self.asked.append(pages.query)
        found = self._selected(pages.query)
        rows = found[pages.start : pages.start + min(pages.room, self.cap)]
        issues = [{"id": str(self.ids[key]), "key": f"{key[0]}-{key[1]}"} for key in rows]
        return {"startAt": pages.start, "total": len(found), "issues": issues}

    def _selected(self, query: str) -> list[Key]:
        ordered = sorted(self.ids) if self.by_key else sorted(self.ids, key=self.ids.__getitem__)
        if query == "all":
            return ordered
        head, _, tail = query.partition(" OR project not in (")
        last = int(head.rpartition("> ")[2])
        read = {name.strip('"') for name in tail.partition(")")[0].split(", ")}
        (named,) = (key for key, number in self.ids.items() if number == last)
        return [key for key in ordered if self._follows(key, named) or key[0] not in read]

    def _follows(self, key: Key, named: Key) -> bool:
        if not self.by_key:
            return self.ids[key] > self.ids[named]
        return key[0] == named[0] and key > named


def read(
    index: Index,
    size: int = 1000,
    meanwhile: Callable[[int], None] | None = None,
    window: int = DATA_CENTER.window,
) -> Windows:
    pages = Windows("all", size, window)
    seen: list[str] = []
    while not pages.done:
        seen += pages.take(index.page(pages))
        if meanwhile:
            meanwhile(pages.taken)
    assert len(seen) == len(set(seen))
    assert set(seen) == {str(number) for number in index.ids.values()}
    return pages


def scattered(*sizes: int) -> dict[Key, int]:
    """Projects A, B, … whose issues were made in turn, so that ids and keys disagree."""
    keys = [(chr(65 + n), row) for n, size in enumerate(sizes) for row in range(1, size + 1)]
    return {key: 10_000 + n for n, key in enumerate(sorted(keys, key=lambda key: key[::-1]))}


@given(
    sizes=st.lists(st.integers(0, 40), max_size=4),
    size=st.integers(2, 12),
    window=st.integers(12, 30),
    by_key=st.booleans(),
)
def test_every_issue_is_read_once_in_as_many_pages_as_planned(
    sizes: list[int], size: int, window: int, by_key: bool
) -> None:
    index, small = Index(scattered(*sizes), by_key), replace(DATA_CENTER, window=window)
    taken = read(index, size, window=window).taken
    assert taken == small.pages(len(index.ids), size) == len(index.asked)


@pytest.mark.parametrize("by_key", [True, False])
def test_a_selection_of_many_projects_goes_on_beyond_10_000_rows(by_key: bool) -> None:
    index = Index(scattered(9_000, 3_500, 9_000), by_key)
    pages = read(index)
    assert pages.taken == DATA_CENTER.pages(21_500, 1000) == 11 + 11 + 2
    assert len(set(index.asked)) == 3
    assert index.asked[-1].startswith("(all) AND (id > ")


def test_a_server_that_gives_less_than_was_asked_for_is_followed() -> None:
    index = Index(scattered(95), cap=10)
    assert read(index).taken == 1 + 10


@pytest.mark.parametrize("before", [1, 2])
def test_an_issue_that_leaves_between_two_pages_is_noticed(before: int) -> None:
    index = Index(scattered(25))

    def meanwhile(taken: int) -> None:
        if taken == before:
            del index.ids["A", 3]
            index.ids["A", 99] = 99_999  # the total stays as it was

    with pytest.raises(ShiftedError):
        read(index, 10, meanwhile)


def test_an_issue_that_leaves_between_two_windows_is_noticed() -> None:
    index = Index(scattered(10_500))

    def meanwhile(taken: int) -> None:
        if taken == 11:
            del index.ids["A", 10_400]

    with pytest.raises(ShiftedError):
        read(index, meanwhile=meanwhile)


def test_issues_that_come_in_at_the_end_are_read() -> None:
    index = Index(scattered(15))

    def meanwhile(taken: int) -> None:
        if taken == 1:
            index.ids["A", 99] = 99_999

    assert read(index, 10, meanwhile).taken == 2


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ({"issues": [], "total": 3}, "truncated"),
        ({"issues": []}, "no total"),
        ({"issues": [], "total": True}, "no total"),
        ({"total": 3}, "no list of issues"),
        ({"issues": [{"key": "A-1"}], "total": 1}, "without an id"),
        ([], "no list of issues"),
        ({"startAt": 7, "issues": [{"id": "1"}], "total": 8}, "begins at row `7`, and row 0 was"),
        ({"startAt": "0", "issues": [], "total": 0}, "begins at row `0`, and row 0 was"),
        ({"startAt": False, "issues": [], "total": 0}, "begins at row `False`, and row 0 was"),
    ],
)
def test_a_page_that_makes_no_sense_is_an_error_and_never_the_end(page: object, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Windows("all", 10).take(page)


def test_a_page_that_only_repeats_the_last_row_is_not_asked_for_for_ever() -> None:
    pages = Windows("all", 10)
    pages.take({"issues": [{"id": "1", "key": "A-1"}], "total": 5})
    with pytest.raises(DataError, match="ends at 1 of 5"):
        pages.take({"issues": [{"id": "1", "key": "A-1"}], "total": 5})
