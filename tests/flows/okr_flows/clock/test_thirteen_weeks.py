"""A whole quarter by the clock: four weeks without a worker, two ticks at each time, runs that die.

The mail server's log is the count.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest
import stamina
from mail_servers import Inbox, mail_server
from reminding import CYCLE, PAGE, WORKSPACE, begin, server

from okr_core.plan.acting import Actor, Occasion
from okr_core.record.reminders import ReminderRecord
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.clock.slots import Slot
from okr_flows.clock.tick import Jobs, tick
from okr_flows.remind.records import counted
from okr_flows.remind.remind import Doors, remind
from okr_flows.remind.report import RemindReport
from okr_flows.score.record import score
from okr_mail import Letter, Session
from okr_store import Store, open_store

STARTS = date(2025, 10, 1)
ENDS = date(2026, 1, 12)
DOWN = (date(2025, 11, 3), date(2025, 12, 1))
"""Four weeks in which no worker runs."""
DAY = timedelta(days=1)


class Killed(BaseException):
    """What ends a process."""


@dataclass
class Mortal:
    """A mail session whose run dies at some letters: before it is sent, after, once recorded."""

    session: Session
    letters: Iterator[int]
    dies_next: bool = False

    def open(self) -> None:
        """Be ready, unless the run dies once the last letter is recorded."""
        if self.dies_next:
            self.dies_next = False
            raise Killed
        self.session.open()

    def send(self, letter: Letter) -> None:
        """Send it."""
        number = next(self.letters)
        if number % 5 == 2:
            raise Killed
        self.session.send(letter)
        if number % 5 == 3:
            raise Killed
        self.dies_next = number % 5 == 4


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """The company's store."""
    shutil.copy(sqlite_template, tmp_path / "okr.db")
    with open_store(str(tmp_path / "okr.db")) as opened:
        begin(opened, WORKSPACE.replace("routes: {sales: slack-webhook/sales}\n", ""))
        yield opened


def jobs(store: Store, session: Session, letters: Iterator[int], now: datetime) -> Jobs:
    """What a tick starts; each tick is a process of its own."""

    def scored(slot: Slot) -> object:
        return score(store, CYCLE, slot.at, now=now)

    def reminded(at: datetime) -> RemindReport:
        doors = Doors(Mortal(session, letters), page=PAGE)
        return remind(store, CYCLE, at, doors)

    return Jobs(scored, lambda _slot: "", reminded)


def say(store: Store, key_result: str, value: str, at: datetime) -> None:
    """What somebody reports."""
    occasion = Occasion(at, at, Actor("test", "ada"))
    check_in(store, CYCLE, CheckInText(key_result, value), occasion)


@pytest.mark.slow
def test_a_quarter_by_the_clock(store: Store) -> None:
    inbox, letters, deaths = Inbox(), count(1), 0
    unsure = list[str]()
    with mail_server(inbox) as (address, _), stamina.set_testing(True, attempts=2, cap=True):
        for number in range((ENDS - STARTS).days):
            day = STARTS + number * DAY
            at_work = not DOWN[0] <= day < DOWN[1]
            for hour in (5, 9, 9, 14) if at_work else ():  # two of them at the same time
                now = datetime(day.year, day.month, day.day, hour, 35, tzinfo=UTC)
                with Session(server(address)) as session:
                    try:
                        report = tick(
                            store, CYCLE, now, jobs(store, session, letters, now), now=now
                        )
                    except Killed:
                        deaths += 1
                    else:
                        assert report.reminders is not None
                        unsure += report.reminders.unsure
                        assert not report.reminders.failed
            if day.weekday() == 2 and number < 30:  # Ada reports on Wednesdays, for a month
                noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
                say(store, "sales.new", str(number // 7), noon)
    assert deaths > 2
    # Each mail once: by its id, and by what it says.
    ids = Counter(message["Message-ID"] for _, message in inbox.taken)
    assert set(ids.values()) == {1}
    said = Counter((to, str(message["Subject"]), _text(message)) for to, message in inbox.taken)
    assert set(said.values()) == {1}
    # What is recorded is what the mail server has, but for those that are told as unsure.
    ends = counted(store, CYCLE)
    assert ends.get("unsure", 0) == len(unsure) > 0
    assert ends["sent"] <= len(inbox.taken) <= ends["sent"] + ends["unsure"]
    # No question is asked twice in a stage of the same person.
    about = Counter(
        (each.matter, each.stage, each.whose)
        for entry in store.entries(CYCLE, kinds=("reminder",))
        if isinstance(entry.body, ReminderRecord) and entry.body.step == "intended"
        for each in entry.body.covers
    )
    assert set(about.values()) == {1}
    # Each working day once and in order, those without a worker made up for.
    scored = [entry.at for entry in store.entries(CYCLE, kinds=("scored",))]
    days = [at.date() for at in scored]
    first = date(2025, 10, 2)
    working = [
        day
        for n in range((date(2026, 1, 6) - first).days + 1)
        if (day := first + n * DAY).weekday() < 5
    ]
    assert days == working
    assert store.audit().ok


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
