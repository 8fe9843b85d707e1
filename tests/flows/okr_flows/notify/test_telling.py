"""A run tells the routes itself: through blocks of a real Prefect server, to a real webhook."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prefect_stage import Chat, chat

from okr_core.files.document import load_workspace
from okr_core.plan.workspace import Workspace
from okr_core.record.write_back import NoticeRecord
from okr_flows.notify.message import Message, Told
from okr_store import Store, open_store

pytestmark = pytest.mark.usefixtures("prefect_server")
AT = datetime(2026, 11, 2, 6, tzinfo=UTC)
SECRET = "T00-B00-secret-of-the-hook"
MESSAGE = Message("growth", "sync 2026-11-02T06:00:00Z", "OKR q4: a sync", "a.one is suspect")


@pytest.fixture(scope="module")
def heard() -> Iterator[Chat]:
    with chat() as running:
        yield running


@pytest.fixture
def team(heard: Chat) -> Chat:
    """A team's chat, behind the block `tell-chat`, that has heard nothing yet."""
    heard.messages.clear()
    _save("tell-chat", f"{heard.url}/{SECRET}")
    return heard


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return str(shutil.copy(sqlite_template, tmp_path / "lite.db"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


def _save(name: str, url: str) -> None:
    from prefect.blocks.notifications import (  # noqa: PLC0415 - takes seconds to import
        CustomWebhookNotificationBlock,
    )

    said = {"subject": "{{subject}}", "body": "{{body}}"}
    CustomWebhookNotificationBlock(name="hook", url=url, json_data=said, timeout=5).save(
        name, overwrite=True
    )


def _workspace(**routes: str) -> Workspace:
    led = ", ".join(f"{route}: {block}" for route, block in routes.items())
    return load_workspace(
        f"organization: Acme\npeople: {{ada: {{name: Ada}}}}\nroutes: {{{led}}}\n"
    )


GROWTH = _workspace(growth="tell-chat")


def _tell(store: Store, *messages: Message, to: Workspace = GROWTH, link: str = "") -> Told:
    from okr_flows.notify.telling import tell  # noqa: PLC0415 - the server's settings come first

    return tell(store, to, "q4", messages, at=AT, link=link)


def _records(store: Store) -> list[NoticeRecord]:
    bodies = [entry.body for entry in store.entries("q4", kinds=("notice",))]
    return [body for body in bodies if isinstance(body, NoticeRecord)]


def test_a_route_is_told_through_its_block_with_the_way_to_the_run(
    store: Store, team: Chat
) -> None:
    told = _tell(store, MESSAGE, link="http://prefect.example/runs/1")
    assert told == Told(("growth",))
    assert team.messages == [
        {"subject": "OKR q4: a sync", "body": "a.one is suspect\nhttp://prefect.example/runs/1"}
    ]


def test_the_same_news_is_told_once_and_other_news_again(store: Store, team: Chat) -> None:
    _tell(store, MESSAGE)
    assert _tell(store, MESSAGE) == Told(before=("growth",))
    later = Message("growth", "sync 2026-11-03T06:00:00Z", "OKR q4: a sync", "still suspect")
    assert _tell(store, later).routes == ("growth",)
    assert len(team.messages) == 2


def test_runs_that_tell_the_same_at_once_tell_it_once(url: str, team: Chat) -> None:
    def run(_: int) -> Told:
        with open_store(url) as mine:
            return _tell(mine, MESSAGE)

    with ThreadPoolExecutor(6) as pool:
        several = list(pool.map(run, range(6)))
    assert sorted(len(told.routes) for told in several) == [0, 0, 0, 0, 0, 1]
    assert len(team.messages) == 1


def test_routes_that_lead_to_one_block_hear_the_same_words_once(store: Store, team: Chat) -> None:
    both = _workspace(growth="tell-chat", care="custom-webhook/tell-chat")
    care = Message("care", MESSAGE.about, MESSAGE.subject, MESSAGE.text)
    assert _tell(store, MESSAGE, care, to=both).routes == ("growth", "care")
    assert len(team.messages) == 1


def test_a_block_that_fails_is_reported_stops_no_other_and_is_tried_again(
    store: Store, team: Chat
) -> None:
    _save("tell-down", "http://127.0.0.1:9/hook")
    several = _workspace(care="tell-down", ops="tell-gone", growth="tell-chat")
    messages = [
        Message(route, MESSAGE.about, MESSAGE.subject, MESSAGE.text)
        for route in ("care", "ops", "growth")
    ]
    told = _tell(store, *messages, to=several)
    assert told.routes == ("growth",)
    assert "block `custom-webhook/tell-down` did not deliver (ConnectError)" in told.failed["care"]
    assert "block `tell-gone` in `routes` does not exist" in told.failed["ops"]
    assert [record.route for record in _records(store) if record.failed] == ["care", "ops"]
    _save("tell-down", team.url)
    again = _tell(store, *messages[:1], to=several)
    assert again.routes == ("care",)
    assert _tell(store, *messages[:1], to=several).before == ("care",)


def test_the_address_of_a_hook_is_in_no_log_at_any_level_and_in_no_record(
    store: Store, team: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for talkative in ("httpx", "httpcore", "apprise", "urllib3"):
        caplog.set_level(logging.DEBUG, talkative)
    _save("tell-refused", f"{team.url}/{SECRET}/refused")
    gone = Message("care", MESSAGE.about, MESSAGE.subject, MESSAGE.text)
    to = _workspace(growth="tell-chat", care="tell-refused")
    team.refuses = "/refused"
    told = _tell(store, MESSAGE, gone, to=to)
    assert told.routes == ("growth",)
    assert "answered 403" in told.failed["care"]
    logged = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert "could not tell care" in logged, "nothing was caught"
    for text in (logged, str(told), str(_records(store))):
        assert SECRET not in text
