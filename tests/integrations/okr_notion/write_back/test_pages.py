"""Pages over real HTTP: created once, updated in place, within Notion's limits."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from notion_sample import Sample
from notion_world import World
from openapi import Contract

from okr_core.errors import AccessError, DataError, RetryableError
from okr_notion.write_back.content import (
    BLOCKS,
    BYTES,
    TEXTS,
    Piece,
    batches,
    block_of,
    fitted,
)
from okr_notion.write_back.pages import Published, Wanted
from okr_sandbox import Fault

LONG = "长" * 2500 + "🙂" * 1500


def text(words: str) -> Piece:
    return Piece("paragraph", words)


def table(*rows: tuple[str, ...]) -> Piece:
    return Piece("table", rows=(("Key result", "Score"), *rows))


FIRST = (
    Piece("heading_2", "Where we stand"),
    text("7 of 9 objectives are on track."),
    table(("Activation", "43 %"), ("Bugs", "75 %")),
    Piece("divider"),
    Piece("heading_2", "What needs a decision"),
    Piece("bulleted_list_item", "A suspect value."),
    Piece("bulleted_list_item", "An objective at risk."),
)


class Wiki:
    """The page of a report, published again and again."""

    def __init__(self, world: World, sample: Sample) -> None:
        self.world = world
        self.sample = sample
        self.known = ""
        self.remembered: list[str] = []

    def publish(self, *pieces: Piece, title: str = "OKR 2026-q4") -> Published:
        self.world.sandbox.requests.clear()
        self.world.traffic.clear()
        wanted = Wanted(self.sample.home.id, title, pieces, self.known)
        with self.world.session() as session:
            done = session.pages().publish(wanted, self.remembered.append)
        self.known = done.page
        return done

    @property
    def writes(self) -> list[str]:
        """Methods of the requests that changed something."""
        return [r.method for r in self.world.traffic if r.method != "GET"]

    @property
    def shown(self) -> list[str]:
        """What the page says, block by block."""
        now = self.world.sandbox.clock.now()
        page = self.world.workspace.pages[self.known]
        return [_words(block) for block in page.blocks if block.here(now)]


def _words(block: object) -> str:
    content = block.content  # type: ignore[attr-defined]
    if "rich_text" in content:
        return "".join(each["plain_text"] for each in content["rich_text"])
    rows = [
        " ".join("".join(each["plain_text"] for each in cell) for cell in row.content["cells"])
        for row in block.children  # type: ignore[attr-defined]
    ]
    return "; ".join(rows) or "—"


@pytest.fixture
def wiki(world: World, sample: Sample) -> Wiki:
    return Wiki(world, sample)


def test_a_page_is_created_under_its_parent_and_remembered_before_it_is_written(
    wiki: Wiki,
) -> None:
    done = wiki.publish(*FIRST)
    assert done.created
    assert wiki.remembered == [done.page]
    assert wiki.shown[:3] == [
        "Where we stand",
        "7 of 9 objectives are on track.",
        "Key result Score; Activation 43 %; Bugs 75 %",
    ]
    assert wiki.writes == ["POST", "PATCH"]
    page = wiki.world.workspace.pages[done.page]
    assert page.parent is wiki.sample.home
    assert done.url


def test_a_page_that_says_the_same_is_not_touched(wiki: Wiki) -> None:
    first = wiki.publish(*FIRST)
    again = wiki.publish(*FIRST)
    assert (again.page, again.created, again.touched) == (first.page, False, 0)
    assert wiki.writes == []


def test_a_text_that_changed_is_rewritten_in_its_place(wiki: Wiki) -> None:
    wiki.publish(*FIRST)
    now = text("8 of 9 objectives are on track.")
    done = wiki.publish(FIRST[0], now, *FIRST[2:])
    assert (done.touched, wiki.writes) == (1, ["PATCH"])
    assert wiki.shown[1] == "8 of 9 objectives are on track."


def test_of_a_table_that_changed_the_rest_of_the_page_stays(wiki: Wiki) -> None:
    wiki.publish(*FIRST)
    done = wiki.publish(*FIRST[:2], table(("Activation", "50 %")), *FIRST[3:])
    assert (done.touched, wiki.writes) == (2, ["PATCH", "DELETE"])
    assert wiki.shown[2] == "Key result Score; Activation 50 %"
    assert wiki.shown[3:5] == ["—", "What needs a decision"]


def test_what_is_new_at_the_top_stands_at_the_top(wiki: Wiki) -> None:
    wiki.publish(*FIRST)
    wiki.publish(table(("Now", "1 %")), *FIRST)
    assert wiki.shown[:2] == ["Key result Score; Now 1 %", "Where we stand"]


@example([FIRST[0]], [FIRST[4], FIRST[2]])  # a text is rewritten, and a table follows it
@example([FIRST[2], FIRST[5]], [FIRST[6], FIRST[2]])
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(FIRST), max_size=9), st.lists(st.sampled_from(FIRST), max_size=9))
def test_whatever_it_said_before_the_page_says_what_is_wanted(
    wiki: Wiki, before: list[Piece], after: list[Piece]
) -> None:
    wiki.publish(*before)
    wiki.publish(*after)
    updated = wiki.shown
    wiki.known = ""
    wiki.publish(*after, title=f"Another page {len(wiki.remembered)}")
    assert updated == wiki.shown


def test_what_people_wrote_on_the_page_stays(wiki: Wiki) -> None:
    wiki.publish(*FIRST)
    page = wiki.world.workspace.pages[wiki.known]
    page.write("I think that we should celebrate.", by=wiki.sample.ada)
    page.write("A note of ours by hand", "to_do", by=wiki.sample.ada)
    wiki.publish(text("Everything is new."))
    assert wiki.shown == [
        "Everything is new.",
        "I think that we should celebrate.",
        "A note of ours by hand",
    ]


def test_a_run_that_broke_off_is_completed_by_the_next_one(wiki: Wiki) -> None:
    wiki.world.sandbox.faults.add(Fault(500, match="PATCH", times=None))
    with pytest.raises(RetryableError):
        wiki.publish(*FIRST)
    wiki.world.sandbox.faults.clear()
    done = wiki.publish(*FIRST)
    assert (done.created, done.page) == (False, wiki.remembered[0])
    assert len(wiki.shown) == len(FIRST)


def test_a_page_in_the_trash_is_made_anew(wiki: Wiki) -> None:
    first = wiki.publish(*FIRST)
    wiki.world.workspace.pages[first.page].archive(datetime(2026, 10, 14, 12, tzinfo=UTC))
    again = wiki.publish(*FIRST)
    assert again.created
    assert again.page != first.page


def test_a_page_of_a_person_with_the_same_title_is_left_alone(wiki: Wiki) -> None:
    theirs = wiki.world.workspace.page(
        "OKR 2026-q4", parent=wiki.sample.home, by=wiki.sample.ada, blocks=["Mine"]
    )
    assert wiki.publish(*FIRST).page != theirs.id


def test_a_parent_that_is_not_shared_is_told(wiki: Wiki) -> None:
    wiki.sample.home.shared = False
    with pytest.raises(AccessError, match="not shared with the integration"):
        wiki.publish(*FIRST)


def test_a_busy_notion_is_asked_again_and_nothing_is_written_twice(wiki: Wiki) -> None:
    wiki.world.sandbox.faults.add(Fault(429, match="PATCH", times=2, retry_after=0))
    wiki.publish(*FIRST)
    assert len(wiki.shown) == len(FIRST)


def test_a_thousand_key_results_and_long_texts_are_within_the_limits(wiki: Wiki) -> None:
    rows = [(f"Key result {n} {LONG[:300]}", f"{n / 10} %") for n in range(1000)]
    pieces = (text(LONG * 30), table(*rows), *(text(f"Note {n}") for n in range(250)))
    wiki.publish(*pieces)
    assert wiki.publish(*pieces).touched == 0


@given(st.lists(st.text(max_size=3000), max_size=8), st.integers(0, 450))
def test_nothing_is_lost_when_it_is_made_to_fit(words: list[str], rows: int) -> None:
    many = [("k", str(n)) for n in range(rows)]
    pieces = [*map(text, words), table(*many)]
    found = [piece for batch in batches(fitted(pieces)) for piece in batch]
    assert "".join(piece.text for piece in found) == "".join(words)
    kept = [row for piece in found for row in piece.rows[1:]]
    assert kept == many
    for batch in batches(fitted(pieces)):
        assert len(batch) <= TEXTS
        assert sum(piece.blocks for piece in batch) <= BLOCKS
        assert sum(len(str(block_of(piece)).encode()) for piece in batch) <= 2 * BYTES


def test_every_request_is_one_that_the_vendors_document_allows(
    wiki: Wiki, shared_dir: Path
) -> None:
    path = shared_dir / "contracts" / "notion-2025-09-03.openapi.json"
    if not path.is_file():
        pytest.skip("Notion's OpenAPI document is not here")
    contract = Contract(path)
    seen: set[str] = set()
    for pieces in (FIRST, (*FIRST[:1], text("Now."), table(("a", "b")), text("End"))):
        wiki.publish(*pieces)
        seen |= {_checked(request, contract) for request in wiki.world.traffic}
    assert seen == {
        "GET /v1/users/me",
        "GET /v1/pages/{page_id}",
        "POST /v1/pages",
        "GET /v1/blocks/{block_id}/children",
        "PATCH /v1/blocks/{block_id}/children",
        "PATCH /v1/blocks/{block_id}",
        "DELETE /v1/blocks/{block_id}",
    }


def _checked(request: httpx.Request, contract: Contract) -> str:
    body = orjson.loads(request.content) if request.content else None
    path = request.url.raw_path.decode().partition("/notion")[2]
    return contract.check_request(request.method, path, body=body)


SWALLOWED = [
    {"object": "error", "status": 503, "message": "maintenance"},
    {"ok": True},
]


@pytest.mark.parametrize("answer", SWALLOWED, ids=["error", "ok"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_that_notion_did_not_take_is_told_and_completed_by_the_next_run(
    wiki: Wiki, method: str, answer: object
) -> None:
    shorter = (text("Two of nine are."), *FIRST[1:3])
    if method != "POST":
        wiki.publish(*FIRST)
    wiki.world.sandbox.instead = lambda sent: answer if sent.method == method else None
    with pytest.raises(DataError) as caught:
        wiki.publish(*shorter)
    assert caught.value.hint
    wiki.world.sandbox.instead = lambda _: None
    wiki.publish(*shorter)
    assert wiki.shown == ["Two of nine are.", *wiki.shown[1:]]
    assert len(wiki.shown) == 3
