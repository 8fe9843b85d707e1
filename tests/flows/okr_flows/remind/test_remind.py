"""Reminding: the mail server's log is the count; each at most once, whatever fails or dies."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import stamina
from mail_servers import Inbox, hangs_after_the_letter, mail_server, scripted_server
from reminding import (
    CYCLE,
    MONDAY,
    PAGE,
    POINTS,
    SECRET_LINK,
    WORKSPACE,
    Point,
    Routes,
    begin,
    link_of,
    remind_and_die,
    remind_once,
    server,
)
from store_processes import context

from okr_core.plan.acting import Actor, Occasion
from okr_core.record.reminders import ReminderRecord
from okr_flows.close.close_cycle import close
from okr_flows.remind.records import counted
from okr_flows.remind.remind import Doors, remind
from okr_flows.remind.report import RemindReport
from okr_flows.run.names import names_of
from okr_mail import Letter, Session
from okr_store import Store
from okr_store.leases import Lease, LeaseLostError, this_process

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Nothing waits between two attempts."""
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def company(store: Store) -> Store:
    """A store of the company, on each engine."""
    begin(store)
    return store


def round_of(
    store: Store, address: str, at: datetime = MONDAY, routes: Routes | None = None
) -> RemindReport:
    """One run."""
    with Session(server(address)) as session:
        doors = Doors(session, routes or Routes(), PAGE, link_of)
        return remind(store, CYCLE, at, doors)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """A part of a mail."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_each_person_is_mailed_once_however_often_it_ticks(company: Store) -> None:
    with mail_server() as (address, inbox):
        first = round_of(company, address)
        for hours in (0, 1, 2, 24):
            again = round_of(company, address, MONDAY + timedelta(hours=hours))
            assert (again.sent, again.incomplete) == ((), False)
    assert sorted(first.sent) == ["ada", "bo"]
    assert sorted(to for to, _ in inbox.taken) == ["ada@acme.example", "bo@acme.example"]
    assert first.never_reported == 2
    assert counted(company, CYCLE) == {"sent": 2}


def test_a_mail_says_exactly_what_to_do(company: Store) -> None:
    with mail_server() as (address, inbox):
        round_of(company, address)
    (message,) = inbox.to("ada@acme.example")
    text, html = text_of(message), text_of(message, "html")
    assert message["Subject"] == f"OKR {CYCLE}: 1 thing is overdue"
    assert "New teams from 0 to 10" in text
    assert "nobody ever reported it: where does it stand?" in text
    (command,) = [line.strip()[2:] for line in text.splitlines() if line.strip().startswith("$ ")]
    assert shlex.split(command) == ["okr", "checkin", "sales.new", "VALUE", "--cycle", CYCLE]
    for part in (text, html):
        assert f"{SECRET_LINK}ada.signed" in part
        assert "bo.signed" not in part
    assert command in html


def test_a_mail_in_chinese_has_no_english_of_ours(store: Store) -> None:
    begin(store, WORKSPACE + "policies: {reminders: {language: zh}}\n")
    with mail_server() as (address, inbox):
        round_of(store, address)
    (message,) = inbox.to("bo@acme.example")
    assert message["Subject"] == f"OKR {CYCLE}：1 件事已逾期"
    lines = text_of(message).splitlines()
    ours = [line for line in lines if "okr" not in line.lower() and "Bo Lind" not in line]
    assert not any(letter.isascii() and letter.isalpha() for line in ours for letter in line)


def test_the_circle_hears_through_its_route_without_a_name_or_a_link(company: Store) -> None:
    routes = Routes()
    with mail_server() as (address, _):
        for days in range(8):
            round_of(company, address, MONDAY + days * DAY, routes)
    (told,) = routes.told
    assert (told.route, told.about) == ("sales", "reminders 2025-10-16")
    name = names_of(company, CYCLE).deployment
    assert told.subject == f"OKR {name}: 1 question left unanswered"
    assert "New teams from 0 to 10" in told.text
    assert f"okr decide --cycle {CYCLE}" in told.text
    assert PAGE in told.text
    assert "2 key results were never reported." in told.text
    for hidden in ("link/", "Ada", "ada", "@"):
        assert hidden not in told.text + told.subject + told.html


def test_a_route_that_is_down_is_told_at_the_next_tick(company: Store) -> None:
    routes = Routes()
    with mail_server() as (address, _):
        round_of(company, address, routes=routes)
        routes.down = True
        failed = round_of(company, address, MONDAY + 3 * DAY, routes)
        assert (failed.incomplete, list(failed.failed)) == (True, ["sales"])
        routes.down = False
        told = round_of(company, address, MONDAY + 3 * DAY + timedelta(hours=1), routes)
        assert told.told == ("sales",)
        assert round_of(company, address, MONDAY + 4 * DAY, routes).told == ()


def test_a_server_that_is_down_costs_no_row_and_loses_no_reminder(company: Store) -> None:
    inbox = Inbox()
    with mail_server(inbox) as (gone, _):
        pass
    report = round_of(company, gone)
    assert "is not there" in report.down
    assert report.incomplete
    assert list(company.entries(CYCLE, kinds=("reminder",))) == []
    with mail_server(inbox) as (address, _):
        assert sorted(round_of(company, address, MONDAY + timedelta(hours=1)).sent) == ["ada", "bo"]
    assert len(inbox.taken) == 2


def test_what_a_server_takes_later_is_sent_later_once(company: Store) -> None:
    inbox = Inbox(answers={"ada@acme.example": "451 later"})
    with mail_server(inbox) as (address, _):
        first = round_of(company, address)
        assert (list(first.failed), first.sent) == (["ada"], ("bo",))
        inbox.answers.clear()
        assert round_of(company, address, MONDAY + timedelta(hours=1)).sent == ("ada",)
        assert round_of(company, address, MONDAY + timedelta(hours=2)).sent == ()
    assert len(inbox.taken) == 2


def test_who_the_server_does_not_know_is_told_once_and_stops_nobody(company: Store) -> None:
    inbox = Inbox(answers={"ada@acme.example": "550 no such user"})
    with mail_server(inbox) as (address, _):
        first = round_of(company, address)
        again = round_of(company, address, MONDAY + timedelta(hours=1))
    assert (list(first.refused), first.sent, again.refused) == (["ada"], ("bo",), {})
    assert "1 reminder refused by the mail server" in first.headline
    assert "ada" not in first.headline


def test_a_server_that_hangs_after_the_letter_leaves_it_unsure_and_it_is_never_sent_again(
    company: Store,
) -> None:
    with scripted_server(hangs_after_the_letter) as address, Session(server(address, "0.5")) as s:
        first = remind(company, CYCLE, MONDAY, Doors(s, page=PAGE))
    assert sorted(first.unsure) == ["ada", "bo"]
    assert "2 reminders may or may not have gone out" in first.headline
    with mail_server() as (address, inbox):
        for hours in (1, 2, 25):
            round_of(company, address, MONDAY + timedelta(hours=hours))
    assert inbox.taken == []


def test_who_has_no_address_is_counted(store: Store) -> None:
    begin(store, WORKSPACE.replace("person: ada", "person: di"))
    with mail_server() as (address, _):
        report = round_of(store, address)
    assert (report.unreachable, report.sent) == (("di",), ("bo",))
    assert "1 person without address" in report.headline
    assert not report.incomplete
    assert list(company_records(store, "di")) == []


def company_records(store: Store, person: str) -> Iterator[ReminderRecord]:
    """What is kept of reminders to a person."""
    subject = store.people().get(person)
    for entry in store.entries(CYCLE, kinds=("reminder",)):
        if isinstance(entry.body, ReminderRecord) and subject and entry.body.to == subject:
            yield entry.body


def test_the_records_hold_no_name_no_address_and_no_link(company: Store) -> None:
    with mail_server() as (address, _):
        round_of(company, address)
    kept = [str(entry) for entry in company.entries(CYCLE, kinds=("reminder",))]
    assert len(kept) == 4
    text = "".join(kept)
    assert [each for each in ("ada", "Ada", "acme.example", "link", "signed") if each in text] == []
    assert sorted(body.step for body in company_records(company, "ada")) == ["intended", "sent"]
    assert company.audit().ok


def test_without_a_mail_server_nothing_is_sent_and_that_is_said(company: Store) -> None:
    report = remind(company, CYCLE, MONDAY, Doors())
    assert (report.sent, report.unmailed) == ((), True)
    assert "okr.yaml names no mail server" in report.headline


def test_of_a_closed_cycle_nobody_is_reminded(company: Store) -> None:
    january = datetime.fromisoformat("2026-01-12T08:35:00+00:00")
    with mail_server() as (address, inbox):
        open_ = round_of(company, address, january)
        assert open_.to_close
        occasion = Occasion(january, january, Actor("test", "ada"))
        close(company, CYCLE, {}, occasion=occasion, reason="nothing was measured")
        taken = len(inbox.taken)
        assert round_of(company, address, january + DAY).closed
        assert len(inbox.taken) == taken


class Overtaken:
    """A post during whose opening another run takes over, as from one that was stopped."""

    def __init__(self, store: Store) -> None:
        self._leases, self.letters = store.leases, 0

    def open(self) -> None:
        """Lose the lease."""
        purpose = f"remind {CYCLE}"
        self._leases.release(Lease(purpose, this_process(), 1, 60))
        assert self._leases.acquire(purpose, owner="another")

    def send(self, _letter: Letter) -> None:
        """Count what should not be sent."""
        self.letters += 1


def test_who_was_stopped_for_too_long_sends_nothing(company: Store) -> None:
    post = Overtaken(company)
    with pytest.raises(LeaseLostError):
        remind(company, CYCLE, MONDAY, Doors(post))
    assert post.letters == 0
    assert counted(company, CYCLE) == {}


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_reminder_goes_out_at_most_once_where_its_run_is_killed(
    ready_url: str, store: Store, point: Point
) -> None:
    begin(store)
    with mail_server() as (address, inbox):
        dying = context().Process(target=remind_and_die, args=(ready_url, address, point))
        dying.start()
        dying.join()
        assert dying.exitcode == -9
        sent_by_the_dead = len(inbox.taken)
        later = MONDAY + timedelta(hours=1)
        report = round_of(store, address, later)
        for hours in (2, 3, 24):
            round_of(store, address, MONDAY + timedelta(hours=hours))
    recipients = [to for to, _ in inbox.taken]
    assert len(set(recipients)) == len(recipients)
    assert sent_by_the_dead == (0 if point == "before send" else 1)
    # Whoever the dead run had not come to is mailed by the next one.
    assert len(recipients) == (1 if point == "before send" else 2)
    assert report.unsure == (() if point == "after record" else ("ada",))


@pytest.mark.slow
def test_many_runs_at_once_mail_each_person_once(ready_url: str, store: Store) -> None:
    begin(store)
    with mail_server() as (address, inbox):
        several = [
            context().Process(target=remind_once, args=(ready_url, address)) for _ in range(5)
        ]
        for each in several:
            each.start()
        for each in several:
            each.join()
        assert [each.exitcode for each in several] == [0] * 5
    assert sorted(to for to, _ in inbox.taken) == ["ada@acme.example", "bo@acme.example"]
