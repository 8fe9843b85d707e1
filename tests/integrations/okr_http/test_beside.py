"""What an answer says beside its data is a note on the reading."""

from collections.abc import Iterator

import pytest
from http_asks import LOCAL, ask, read, session
from small_internet import Said, Server

from okr_sources.answers import Observed

FOLLOWS = "the server says that another page follows ({}): only this one was read"
MORE = "the server says that there are 50 ({}), and 2 came"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({}) as server:
        yield server


def noted(server: Server, said: Said, value: str) -> tuple[str, ...]:
    server.answers["/n"] = said
    answer = read(session(server.url, options=LOCAL), [ask("a", url="/n", value=value)])["a"]
    assert isinstance(answer, Observed), answer
    return answer.evidence.notes


@pytest.mark.parametrize(
    ("beside", "note"),
    [
        ({"has_more": True}, FOLLOWS.format("`has_more`")),
        ({"pageInfo": {"hasNextPage": True}}, FOLLOWS.format("`hasNextPage`")),
        ({"isLast": False}, FOLLOWS.format("`isLast`")),
        ({"nextPageToken": "z"}, FOLLOWS.format("`nextPageToken`")),
        ({"@odata.nextLink": "https://x.example"}, FOLLOWS.format("`@odata.nextLink`")),
        ({"_links": {"next": {"href": "/p2"}}}, FOLLOWS.format("`next`")),
        ({"total": 50}, MORE.format("`total`")),
        ({"meta": {"totalCount": 50}}, MORE.format("`totalCount`")),
    ],
)
def test_an_answer_that_tells_of_more_is_noted_where_a_list_counts(
    server: Server, beside: dict[str, object], note: str
) -> None:
    said = Said({"n": 7, "items": [{"a": 1}, {"a": 2}], **beside})
    assert noted(server, said, "length(items)") == (note,)
    assert noted(server, said, "sum(items[].a)") == (note,)
    assert noted(server, said, "n") == ()


@pytest.mark.parametrize(
    ("headers", "notes"),
    [
        ({"X-Total-Count": "50"}, (MORE.format("X-Total-Count"),)),
        ({"Content-Range": "items 0-1/50"}, (MORE.format("Content-Range"),)),
        ({"Link": '</p2>; rel="next"'}, (FOLLOWS.format('Link: rel="next"'),)),
        ({"X-Total-Count": "2", "Content-Range": "items 0-1/2"}, ()),
        ({"X-Total-Count": "many", "Content-Range": "bytes */9"}, ()),
    ],
)
def test_headers_that_tell_of_more_are_noted(
    server: Server, headers: dict[str, str], notes: tuple[str, ...]
) -> None:
    assert noted(server, Said([1, 2], headers=headers), "length(@)") == notes


@pytest.mark.parametrize(
    "beside",
    [
        {"has_more": False, "next": None, "total": 2, "isLast": True},
        {"count": 2, "nextCursor": "", "_links": {"next": {}}},
        {"errors": [], "error": None},
        {"error": 0},
    ],
)
def test_an_answer_that_has_all_needs_no_word(server: Server, beside: dict[str, object]) -> None:
    assert noted(server, Said({"items": [1, 2], **beside}), "length(items)") == ()


@pytest.mark.parametrize(
    ("document", "note"),
    [
        (
            {"data": {"n": 0}, "errors": [{"message": "denied"}]},
            "the answer names errors beside its data (`errors`): `denied`",
        ),
        (
            {"data": {"n": 0}, "error": "try later"},
            "the answer names errors beside its data (`error`): `try later`",
        ),
        (
            {"data": {"n": 0}, "error": True},
            "the answer names errors beside its data (`error`)",
        ),
    ],
)
def test_errors_beside_a_number_are_noted(
    server: Server, document: dict[str, object], note: str
) -> None:
    assert noted(server, Said(document), "data.n") == (note,)
