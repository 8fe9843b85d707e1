"""Reminding: who is to hear of something hears of it once; what waits is read from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from okr_core.errors import OkrError
from okr_core.open.entries import ASKED_BY
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import JUDGED_BY
from okr_core.reminders.due import CircleNotice, DueNow, Reminder, due_now
from okr_core.reminders.matter import Matter, never_reported
from okr_core.reminders.presence import Presence
from okr_core.snapshot import Snapshot
from okr_flows.notify.message import Message, Told
from okr_flows.owed.owed import Owed
from okr_flows.remind.records import Records
from okr_flows.remind.report import RemindReport
from okr_flows.run.leases import Purpose, held
from okr_flows.run.names import names_of
from okr_mail import Letter, NotSentError, RefusedError, UnsureError
from okr_report.letters.frame import Written
from okr_report.letters.reminder import Place, circle_digest, reminder_mail
from okr_store import Store
from okr_store.snapshot import read_snapshot

WAIT = 60.0
"""Seconds that a run waits for another that sends reminders of the same cycle."""


class Post(Protocol):
    """What takes letters, such as `okr_mail.Session`."""

    def open(self) -> None:
        """Be ready; raises what is wrong with the server."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over; see `okr_mail.Session.send` for what it raises."""


TellRoutes = Callable[[Workspace, Sequence[Message]], Told]
"""Tells routes their messages, each once."""


@dataclass(frozen=True)
class Doors:
    """How people are reached.

    Attributes:
        post: Takes letters; None: there is no mail server.
        tell: Tells routes; None: nobody can be told through one.
        page: Address of the page, without a link that logs in.
        link_of: Id of a person → the link that opens the page as that person; None: they sign in.
            It is asked only for who is mailed, and what it gives stays in that mail.
    """

    post: Post | None = None
    tell: TellRoutes | None = None
    page: str = ""
    link_of: Callable[[str], str] | None = field(default=None, repr=False)


def reminding(cycle: str) -> Purpose:
    """Sending reminders of a cycle."""
    return Purpose(f"remind {cycle}", f"reminding of cycle `{cycle}`", "sending reminders")


def remind(
    store: Store,
    cycle: str,
    at: datetime,
    doors: Doors,
    *,
    wait: float = WAIT,
) -> RemindReport:
    """Send the reminders that are due at a time; safe to run again, at once, and after a crash.

    A reminder is recorded as intended before it is sent, under a lease, and afterwards how it
    ended. One that a run has left without an end is never sent again, and told as unsure.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        at: The time (aware): what it was in the past nobody is reminded of.
        doors: How people are reached.
        wait: Seconds to wait for another run that reminds.

    Raises:
        InputError: The cycle has no plan.
        BusyError: Another run sends reminders of the cycle for longer.
        LeaseLostError: This run was stopped for so long that another took over.
    """
    snapshot = read_snapshot(store, cycle, at, kinds={*JUDGED_BY, *ASKED_BY})
    if snapshot.closed:
        return RemindReport(closed=True)
    with held(store, reminding(cycle), wait=wait) as mine:
        return _Round(mine, snapshot, doors).report()


class _Round:
    """One run over all that is due."""

    def __init__(
        self,
        store: Store,
        snapshot: Snapshot,
        doors: Doors,
    ) -> None:
        self._snapshot, self._doors = snapshot, doors
        self._owed = Owed(snapshot)
        self._workspace = workspace = self._owed.workspace
        self._presence = Presence(workspace, self._owed.holidays)
        self._name = names_of(store, snapshot.cycle.id).deployment
        self._records = Records(store, snapshot.cycle.id, snapshot.as_of)
        self._policy = workspace.policies.reminders
        self._sent, self._unreachable = list[str](), list[str]()
        self._unsure = list[str]()
        self._told = list[str]()
        self._refused, self._failed = dict[str, str](), dict[str, str]()
        self._down = ""

    def report(self) -> RemindReport:
        """Send what is due, and say what became of it."""
        self._unsure += self._records.end_doubts()
        matters = self._owed.matters
        due = self._due(matters)
        never = never_reported(matters)
        for person, reminders in due.mails.items():
            self._remind(person, reminders)
        self._tell(due.circles, never)
        return RemindReport(
            sent=tuple(self._sent),
            told=tuple(self._told),
            unsure=tuple(self._unsure),
            refused=self._refused,
            failed=self._failed,
            unreachable=tuple(self._unreachable),
            down=self._down,
            never_reported=never,
            to_close=any(each.kind == "close" for each in self._owed.open),
            unmailed=bool(due.mails) and self._doors.post is None,
        )

    def _due(self, matters: Iterable[Matter]) -> DueNow:
        return due_now(
            matters,
            self._records.past(),
            self._presence,
            self._snapshot.plan,
            self._snapshot.as_of,
            self._policy,
            self._snapshot.policies.staleness.grace_days,
        )

    # Mails

    def _remind(self, person: str, reminders: Sequence[Reminder]) -> None:
        post = self._doors.post
        if post is None or self._down:
            return
        if not self._presence.has_address(person):
            self._unreachable.append(person)
            return
        try:
            # Before anything is recorded: a server that is away costs no row, whoever is due.
            post.open()
        except OkrError as error:
            self._down = str(error)
            return
        self._mail(post, person, reminders)

    def _mail(self, post: Post, person: str, reminders: Sequence[Reminder]) -> None:
        records = self._records
        # What may fail without anything being sent comes before the intention.
        written = self._written(person, reminders)
        intention = records.intend((each.about for each in reminders), to=person)
        if intention is None:
            return
        letter = self._letter(intention.number, person, written)
        try:
            post.send(letter)
        except UnsureError as error:
            records.end(intention, "unsure", error.message)
            self._unsure.append(person)
        except RefusedError as error:
            records.end(intention, "refused", error.message)
            self._refused[person] = str(error)
        except OkrError as error:  # it was certainly not sent
            records.end(intention, "failed", error.message)
            self._failed[person] = str(error)
            if not isinstance(error, NotSentError):
                self._down = str(error)
        else:
            records.end(intention, "sent")
            self._sent.append(person)

    def _written(self, person: str, reminders: Sequence[Reminder]) -> Written:
        link = self._doors.link_of(person) if self._doors.link_of else ""
        place = self._place(link)
        return reminder_mail(person, reminders, self._workspace, place, self._policy.language)

    def _letter(self, number: str, person: str, written: Written) -> Letter:
        known = self._workspace.people[person]
        return Letter(
            number=number,
            to=known.email or "",
            name=known.name,
            at=self._snapshot.as_of,
            subject=written.subject,
            text=written.text,
            html=written.html,
        )

    def _place(self, link: str = "") -> Place:
        cycle = self._snapshot.cycle
        return Place(cycle.id, cycle.zone, self._doors.page, link)

    # Circles

    def _tell(self, circles: Mapping[str, Sequence[CircleNotice]], never: int) -> None:
        tell = self._doors.tell
        for circle, notices in circles.items() if tell else ():
            assert tell is not None, "the loop is empty without it"
            intention = self._records.intend((each.about for each in notices), route=circle)
            if intention is None:
                continue
            told = tell(self._workspace, [self._message(circle, notices, never)])
            if circle in told.failed:
                self._records.end(intention, "failed", "its route could not be told")
                self._failed[circle] = told.failed[circle]
            else:
                self._records.end(intention, "sent")
                self._told.append(circle)

    def _message(self, circle: str, notices: Sequence[CircleNotice], never: int) -> Message:
        day = self._presence.day("", self._snapshot.as_of)
        name, language = self._name, self._policy.language
        written = circle_digest(notices, never, self._place(), name, language)
        return Message(circle, f"reminders {day}", written.subject, written.text)
