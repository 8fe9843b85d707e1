"""The flow `run-cycle`, through Prefect: what ticks start, what events say, what none may read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail_servers import mail_server
from prefect_api import PrefectApi
from reminding import CYCLE, MONDAY, PAGE, WORKSPACE, begin
from wait import until

from okr_core.errors import InputError
from okr_core.plan.acting import Actor, Occasion
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.clock.report import TickReport
from okr_flows.clock.tick import ticking
from okr_flows.people.keys import VARIABLE, Keys
from okr_flows.run.leases import held
from okr_store import Store, open_store

pytestmark = pytest.mark.usefixtures("prefect_server")
HOUR = timedelta(hours=1)


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a store of its own."""
    return str(shutil.copy(sqlite_template, tmp_path / "lite.db"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The store."""
    with open_store(url) as opened:
        yield opened


def tick(url: str, at: datetime = MONDAY) -> TickReport:
    """A tick of a time, as a worker runs it."""
    from okr_flows.clock.run_cycle import run_tick  # noqa: PLC0415 - the server's settings come first

    return run_tick(CYCLE, store_url=url, as_of=at, now=at)


def company(store: Store, address: str = "") -> None:
    """The company, of which one value was said, with its mail server."""
    mail = f'mail: {{smtp: "{address}", sender: okr@acme.example, security: none}}\n'
    routeless = WORKSPACE.replace("routes: {sales: slack-webhook/sales}\n", "")
    page = f"web: {{url: {PAGE}}}\n"
    begin(store, routeless + (mail + page if address else ""))
    said = datetime(2025, 10, 2, 9, tzinfo=UTC)
    check_in(store, CYCLE, CheckInText("answers.time", "3"), Occasion(said, said, Actor("t", "bo")))


def test_a_tick_scores_reports_and_reminds_and_says_so_by_an_event(
    prefect_server: PrefectApi, store: Store, url: str
) -> None:
    with mail_server() as (address, inbox):
        company(store, address)
        report = tick(url)
        again = tick(url, MONDAY + HOUR)
    assert [slot.job for slot in report.done] == ["score", "report"]
    assert report.headline.startswith("scored 1 day, reported; reminded 2 people")
    assert again.done == ()
    assert sorted(to for to, _ in inbox.taken) == ["ada@acme.example", "bo@acme.example"]
    assert len(list(store.entries(CYCLE, kinds=("scored",)))) == 1
    ticked = until(
        lambda: prefect_server.events("okr.cycle.ticked")[1:], "both ticks are told", seconds=60
    )
    assert ticked


def test_a_mail_holds_the_link_of_its_person_and_nothing_of_it_is_in_prefect(
    prefect_server: PrefectApi, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "what links are signed with, of over 32 signs"
    monkeypatch.setenv(VARIABLE, secret)
    with mail_server() as (address, inbox):
        company(store, address)
        tick(url)
    (message,) = inbox.to("ada@acme.example")
    part = message.get_body(("plain",))
    assert part is not None
    text = str(part.get_content())
    assert "New teams from 0 to 10" in text  # the control: it is where it belongs
    (token,) = re.findall(rf"{PAGE}/l/(\S+)", text)
    link = Keys(secret).read_link(token)
    assert link is not None
    assert (link.person, link.purpose) == ("ada", "page")
    kept = prefect_server.everything()
    for hidden in ("ada@acme.example", "Ada Okafor", str(message["Message-ID"]), token):
        assert hidden not in kept


def test_a_tick_beside_another_does_nothing_and_is_no_alarm(store: Store, url: str) -> None:
    company(store)
    with held(store, ticking(CYCLE)):
        report = tick(url)
    assert (report.done, report.incomplete) == ((), False)
    assert report.headline.startswith("nothing was done: the clock of cycle")


def test_a_mail_server_that_is_away_is_told_and_holds_nothing_up(store: Store, url: str) -> None:
    with mail_server() as (gone, _):
        pass
    company(store, gone)
    report = tick(url)
    assert [slot.job for slot in report.done] == ["score", "report"]
    assert report.reminders is not None
    assert "is not there" in report.reminders.down
    assert report.incomplete


def test_a_cycle_that_there_is_not_is_refused(store: Store, url: str) -> None:
    from okr_flows.clock.run_cycle import run_tick  # noqa: PLC0415

    company(store)
    with pytest.raises(InputError, match="has no plan of cycle `2030-q1`"):
        run_tick("2030-q1", store_url=url, as_of=MONDAY, now=MONDAY)
