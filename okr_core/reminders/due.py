"""Due: which reminders go out at a time: each at most once, to whom, in their working hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from okr_core.plan.plan import Plan
from okr_core.plan.reminder_policy import ReminderPolicy
from okr_core.plan.workspace import Workspace
from okr_core.record.reminders import ReminderStage
from okr_core.reminders.matter import Matter, opens_at
from okr_core.reminders.presence import Presence


class About(NamedTuple):
    """What one reminder is about, which is reminded of once.

    Attributes:
        matter: Key of the matter.
        whose: Id of the person who was asked, or who hears of it as one of the circle; empty where
            the circle has a route.
    """

    matter: str
    stage: ReminderStage
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """A reminder that went out, or of which nobody knows whether it did.

    Attributes:
        at: When (aware).
        to: Id of the person who was reminded; empty where a circle was told.
        circle: Id of the circle that was told; empty where a person was reminded.
    """

    at: datetime
    about: tuple[About, ...]
    to: str = ""
    circle: str = ""


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one person is to be reminded of.

    Attributes:
        to: Id of who is reminded.
        whose: Id of who was asked: `to`, or whom they stand in for; `to` as well where they hear
            of it as one of the circle.
    """

    matter: Matter
    stage: ReminderStage
    to: str
    whose: str

    @property
    def about(self) -> About:
        """What of it happens once."""
        return About(self.matter.key, self.stage, self.whose)


@dataclass(frozen=True, slots=True)
class CircleNotice:
    """What a circle is to hear of.

    Attributes:
        circle: Id of the circle or team, which has a route.
    """

    matter: Matter
    circle: str

    @property
    def about(self) -> About:
        """What of it happens once."""
        return About(self.matter.key, "circle")


@dataclass(frozen=True, slots=True)
class DueNow:
    """What is to be sent now.

    Attributes:
        mails: Person → what they are reminded of, in one mail; a person has at most one a day,
            unless what is due the same day would be missed.
        circles: Circle with a route → what it hears of, at most once a day. The people of one
            without a route have mails.
    """

    mails: dict[str, tuple[Reminder, ...]]
    circles: dict[str, tuple[CircleNotice, ...]]


def due_now(  # noqa: PLR0917 - all that the rule goes by
    matters: Iterable[Matter],
    past: Collection[Past],
    presence: Presence,
    plan: Plan,
    as_of: datetime,
    policy: ReminderPolicy,
    grace_days: int = 3,
) -> DueNow:
    """Who is reminded of what at a time. Pure: what was sent is told by `past`.

    A question is reminded of once before it is due, once when it is overdue and its days of grace
    have passed, and then its role's circle hears of it, once. Each in working hours of whoever is
    reminded; a stand-in is reminded of what stand-ins answer. What was not sent in its time, such
    as while no worker ran, is not made up for: the next stage follows.

    Args:
        matters: What waits, see `matters_of`; none of a closed cycle.
        past: What was sent so far.
        presence: Who works when.
        plan: Which teams the goals are of.
        as_of: Aware time.
        policy: How long before and after.
        grace_days: Days after the deadline that are let pass.
    """
    if not policy.send:
        return DueNow({}, {})
    rule = _Rule(past, presence, plan, as_of, policy, timedelta(days=grace_days))
    reminders: dict[str, list[Reminder]] = defaultdict(list)
    notices: dict[str, list[CircleNotice]] = defaultdict(list)
    for matter in matters:
        for reminder in (*rule.reminders(matter), *rule.circle_reminders(matter)):
            reminders[reminder.to].append(reminder)
        for notice in rule.notices(matter):
            notices[notice.circle].append(notice)
    mails = {to: rule.today(to, several) for to, several in reminders.items()}
    return DueNow(
        {to: several for to, several in mails.items() if several},
        {circle: tuple(several) for circle, several in notices.items()},
    )


class _Rule:
    def __init__(  # noqa: PLR0917 - of `due_now` alone
        self,
        past: Collection[Past],
        presence: Presence,
        plan: Plan,
        as_of: datetime,
        policy: ReminderPolicy,
        grace: timedelta,
    ) -> None:
        self._presence, self._plan, self._as_of = presence, plan, as_of
        self._policy, self._grace = policy, grace
        self._sent = {about: each.at for each in past for about in each.about}
        self._mailed = {(each.to, presence.day(each.to, each.at)) for each in past if each.to}
        self._told = {(each.circle, presence.day("", each.at)) for each in past if each.circle}

    def reminders(self, matter: Matter) -> Iterator[Reminder]:
        """To the people of a matter."""
        for whose in matter.people:
            stage = self._stage(matter, whose)
            if stage is None or About(matter.key, stage, whose) in self._sent:
                continue
            to = self._presence.acting(matter.by or whose, self._as_of, passes=matter.passes)
            if to is not None:
                yield Reminder(matter, stage, to, whose)

    def circle_reminders(self, matter: Matter) -> Iterator[Reminder]:
        """To the people of a matter's circle, where it has no route."""
        circle = circle_of(self._plan, self._presence.workspace, matter)
        if not circle or circle in self._presence.workspace.routes or not self._escalates(matter):
            return
        day = self._presence.day("", self._as_of)
        for person in people_of(self._presence.workspace, circle, day):
            sent = About(matter.key, "circle", person) in self._sent
            asked = person in matter.people or sent
            if not asked and self._presence.works_at(person, self._as_of):
                yield Reminder(matter, "circle", person, person)

    def notices(self, matter: Matter) -> Iterator[CircleNotice]:
        """To the route of a matter's circle."""
        circle = circle_of(self._plan, self._presence.workspace, matter)
        today = self._presence.day("", self._as_of)
        sent = About(matter.key, "circle") in self._sent or (circle, today) in self._told
        if sent or circle not in self._presence.workspace.routes:
            return
        working = self._presence.works_on("", today) and (
            self._as_of in self._presence.hours("", today)
        )
        if working and self._escalates(matter):
            yield CircleNotice(matter, circle)

    def _escalates(self, matter: Matter) -> bool:
        """Whether a circle is to hear of what its role leaves unanswered."""
        late = self._late_since(matter)
        return late is not None and self._as_of >= late + timedelta(days=self._policy.circle_days)

    def _late_since(self, matter: Matter) -> datetime | None:
        """Since when all who were asked know that they are late; None: somebody can still be told.

        Of a vacant role, and of whoever cannot be reached, it is the deadline that counts.
        """
        since = list[datetime]()
        for whose in matter.people or ("",):
            late = self._late_from(matter, whose)
            told = self._sent.get(About(matter.key, "late", whose))
            waits = self._presence.reached(whose, self._as_of, passes=matter.passes)
            if late is None or (told is None and waits):
                return None
            since.append(told or late)
        return max(since)

    def today(self, to: str, several: Iterable[Reminder]) -> tuple[Reminder, ...]:
        """What of a person's reminders goes out today: all, or what cannot wait until tomorrow."""
        found = tuple(several)
        today = self._presence.day(to, self._as_of)
        if (to, today) not in self._mailed:
            return found
        return tuple(each for each in found if self._would_be_missed(each))

    def _would_be_missed(self, reminder: Reminder) -> bool:
        due = self._due(reminder.matter, reminder.whose)
        if reminder.stage != "before" or due is None:
            return False
        day = self._presence.day(reminder.to, self._as_of)
        return due <= self._presence.hours(reminder.to, day).ends

    def _stage(self, matter: Matter, whose: str) -> ReminderStage | None:
        """What a person may be reminded of now; None: it is too early, or in between."""
        late = self._late_from(matter, whose)
        if late is not None and self._as_of >= late:
            return "late"
        due = self._due(matter, whose)
        if due is None:
            return None if matter.owed else "before"
        opens = opens_at(matter, self._policy) or self._as_of
        return "before" if opens <= self._as_of < due else None

    def _due(self, matter: Matter, whose: str) -> datetime | None:
        """The moment by which it is to be answered; None: it is not known, or has passed."""
        if matter.due is not None or matter.owed or matter.entry.deadline is None:
            return matter.due
        return self._presence.hours(whose, matter.entry.deadline).ends

    def _late_from(self, matter: Matter, whose: str) -> datetime | None:
        """From when it is overdue, the days of grace included; None: it is never."""
        deadline = matter.entry.deadline
        if matter.calendar or deadline is None:
            return None  # once it is late it is another matter: an open question
        if matter.owed:
            return min(self._presence.hours(whose, deadline).begins, self._as_of.astimezone(UTC))
        return self._presence.hours(whose, deadline).ends + self._grace


def people_of(workspace: Workspace, circle: str, day: date) -> tuple[str, ...]:
    """Who holds roles of a circle on a day, in the order of the workspace."""
    names = (name for name, role in workspace.roles.items() if role.circle == circle)
    held = (each.person for name in names for each in workspace.holders(name, day))
    return tuple(dict.fromkeys(held))


def circle_of(plan: Plan, workspace: Workspace, matter: Matter) -> str:
    """Who hears of what a role leaves unanswered: the role's circle, else the goal's team.

    Empty where it is asked of a person as such, or neither is named.
    """
    role = matter.entry.to.role
    if role is None:
        return ""
    known = workspace.roles.get(role)
    objective = plan.objective_of.get(matter.entry.item) or plan.objectives_by_id.get(
        matter.entry.item
    )
    return (known and known.circle) or (objective.team if objective else None) or ""
