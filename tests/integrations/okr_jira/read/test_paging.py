"""Pages of a search: short, empty, repeated, truncated; no server needed."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import DataError
from okr_jira.read.paging import Pages, ShiftedError


def page(ids: Sequence[str], token: str | None = None, **more: object) -> dict[str, object]:
    body: dict[str, object] = {"issues": [{"id": name} for name in ids], **more}
    return body if token is None else {**body, "nextPageToken": token}


def taken(*pages: object) -> list[str]:
    state = Pages()
    return [name for each in pages for name in state.take(each)]


def test_only_a_missing_token_ends_a_search() -> None:
    state = Pages()
    state.take(page([], "t1", isLast=False))
    assert (state.done, state.token) == (False, "t1")
    state.take(page(["1"], "t2", isLast=True))
    assert (state.done, state.token) == (False, "t2")
    state.take(page(["2"], isLast=True))
    assert (state.done, state.token, state.taken) == (True, None, 3)


def test_an_issue_that_comes_twice_tells_that_another_may_be_missing() -> None:
    for pages in ([page(["1", "2"], "t"), page(["2", "3"])], [page(["1", "2", "1"])]):
        with pytest.raises(ShiftedError):
            taken(*pages)


@pytest.mark.parametrize("wrong", ["01", "1 ", " 1", "1_0", "\N{ARABIC-INDIC DIGIT ONE}", "x"])
def test_an_id_that_jira_does_not_write_is_refused(wrong: str) -> None:
    with pytest.raises(DataError, match="which is none of Jira's"):
        taken(page(["1", wrong]))


def test_whether_a_page_is_the_last_is_yes_or_no() -> None:
    several: tuple[object, ...] = ("false", 0, {}, [])
    for said in several:
        with pytest.raises(DataError, match="neither yes nor no"):
            taken(page(["1"], isLast=said))


def test_a_token_that_comes_again_is_an_error() -> None:
    state = Pages()
    state.take(page(["1"], "t"))
    with pytest.raises(DataError, match="never ends"):
        state.take(page(["2"], "t"))


def test_a_last_page_that_says_there_is_more_is_truncated() -> None:
    with pytest.raises(DataError, match="truncated"):
        Pages().take(page(["1"], isLast=False))


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"issues": None},
        {"issues": {"id": "1"}},
        {"issues": [None]},
        {"issues": [[]]},
        {"issues": [{}]},
        {"issues": [{"id": ""}]},
        {"issues": [{"id": 1}]},
        {"issues": [], "nextPageToken": 7},
    ],
)
def test_a_body_that_is_no_page_is_an_error(body: object) -> None:
    with pytest.raises(DataError):
        Pages().take(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["issues", "id", "nextPageToken", "isLast"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_answer_gives_issues_of_different_ids_or_is_refused(body: object) -> None:
    try:
        issues = Pages().take(body)
    except DataError:
        return
    assert isinstance(body, dict)
    assert list(issues.values()) == body["issues"]
    assert list(issues) == [issue["id"] for issue in body["issues"]]


@given(st.lists(st.lists(st.sampled_from("123456"), max_size=5), min_size=1, max_size=6))
def test_however_a_selection_is_cut_into_pages_each_issue_is_seen_once(
    cut: list[list[str]],
) -> None:
    """Or the search is read again: an answer never has an issue twice."""
    last = len(cut) - 1
    pages = [page(ids, f"t{n}" if n < last else None) for n, ids in enumerate(cut)]
    names = [name for ids in cut for name in ids]
    try:
        assert taken(*pages) == names
    except ShiftedError:
        assert len(set(names)) < len(names)
