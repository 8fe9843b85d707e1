"""Who is reminded when: once before, once late, then the circle; in working hours; never twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reminded import PLAN, at, check_in, company, hourly, past_of, question

from okr_core.calendar.days_off import DaysOff
from okr_core.open.entry import OpenKind
from okr_core.plan.reminder_policy import ReminderPolicy
from okr_core.plan.workspace import Workspace
from okr_core.reminders.due import DueNow, Past, due_now
from okr_core.reminders.matter import Matter
from okr_core.reminders.presence import Presence

POLICY = ReminderPolicy()


def now(
    moment: str | datetime,
    *matters: Matter,
    past: list[Past] | None = None,
    presence: Presence | None = None,
    policy: ReminderPolicy = POLICY,
) -> DueNow:
    """What is sent at a time."""
    as_of = at(moment) if isinstance(moment, str) else moment
    return due_now(matters, past or [], presence or Presence(company()), PLAN, as_of, policy)


def sent(
    first: str, last: str, *matters: Matter, presence: Presence | None = None
) -> list[tuple[str, str, str]]:
    """Time, stage and who of all that an hourly tick sends; a circle's name after `#`."""
    past, found = list[Past](), list[tuple[str, str, str]]()
    for moment in hourly(first, last):
        due = now(moment, *matters, past=past, presence=presence)
        past += past_of(due, moment)
        hour = f"{moment:%m-%d %H:%M}"
        found += [(hour, r.stage, to) for to, several in due.mails.items() for r in several]
        found += [(hour, "circle", f"#{c}") for c, several in due.circles.items() for _ in several]
    return found


def test_a_check_in_is_reminded_of_once_on_the_morning_before_it_is_due() -> None:
    assert sent("2026-10-05T00:00", "2026-10-09T23:00", check_in()) == [
        ("10-09 07:35", "before", "ada")
    ]


def test_what_nobody_answers_is_told_once_before_once_late_and_then_to_the_circle() -> None:
    # Due on Friday the 16th, three days of grace, and three more until the circle hears.
    assert sent("2026-10-12T00:00", "2026-12-31T00:00", question()) == [
        ("10-12 07:35", "before", "ada"),
        ("10-20 07:35", "late", "ada"),
        ("10-23 07:35", "circle", "#sales"),
    ]


def test_a_value_that_is_asked_for_after_its_days_of_grace_is_late_at_once() -> None:
    asked = question("check_in", deadline="2026-10-12", item="sales.new")
    assert sent("2026-10-12T00:00", "2026-10-13T00:00", asked) == [("10-12 07:35", "late", "ada")]


def test_a_person_is_reminded_in_the_working_hours_of_their_own_zone() -> None:
    presence = Presence(company())
    asked = question("risk", "ada", "bo", "cy")
    assert sent("2026-10-12T00:00", "2026-10-12T23:00", asked, presence=presence) == [
        ("10-12 01:35", "before", "bo"),
        ("10-12 07:35", "before", "ada"),
        ("10-12 13:35", "before", "cy"),
    ]


def test_nobody_is_reminded_on_a_day_off() -> None:
    off = DaysOff(frozenset({date(2026, 10, 12)}))
    presence = Presence(company(), lambda _place: off)
    assert sent("2026-10-10T00:00", "2026-10-13T23:00", question(), presence=presence) == [
        ("10-13 07:35", "before", "ada")
    ]


def test_a_stand_in_is_reminded_of_what_stand_ins_answer_and_of_nothing_else() -> None:
    presence = Presence(company(ada=("2026-10-12", "2026-10-14", "cy")))
    several = [question("risk"), question("hypothesis"), question("check_in", item="sales.new")]
    due = now("2026-10-12T14:00", *several, presence=presence)
    assert {to: [r.matter.entry.kind for r in each] for to, each in due.mails.items()} == {
        "cy": ["risk", "check_in"]
    }
    assert {r.whose for r in due.mails["cy"]} == {"ada"}
    back = now(
        "2026-10-15T08:00", *several, past=past_of(due, at("2026-10-12T14:00")), presence=presence
    )
    assert [r.matter.entry.kind for r in back.mails["ada"]] == ["hypothesis"]


def test_without_a_stand_in_it_waits_until_the_person_is_back() -> None:
    presence = Presence(company(ada=("2026-10-12", "2026-10-14")))
    assert sent("2026-10-12T00:00", "2026-10-15T23:00", question(), presence=presence) == [
        ("10-15 07:35", "before", "ada")
    ]


def test_a_person_has_one_mail_a_day_unless_something_would_be_missed() -> None:
    first, other = question("risk"), question("hypothesis")
    morning = at("2026-10-12T08:00")
    past = past_of(now(morning, first), morning)
    assert now("2026-10-12T10:00", other, past=past).mails == {}
    assert list(now("2026-10-13T10:00", other, past=past).mails) == ["ada"]
    today = question("hypothesis", deadline="2026-10-12")
    assert list(now("2026-10-12T10:00", today, past=past).mails) == ["ada"]


def test_a_circle_hears_once_a_day_of_all_that_its_roles_leave_unanswered() -> None:
    several = [
        question("check_in", deadline="2026-10-05", item="sales.new"),
        question("unread", deadline="2026-10-01", item="sales.kept"),
    ]
    another = question("risk", deadline="2026-10-01")
    reminded = at("2026-10-09T08:00")
    past = past_of(now(reminded, *several, another), reminded)
    due = now("2026-10-12T08:00", *several, past=past)
    assert {circle: len(each) for circle, each in due.circles.items()} == {"sales": 2}
    past += past_of(due, at("2026-10-12T08:00"))
    assert now("2026-10-12T09:00", another, past=past).circles == {}
    assert list(now("2026-10-13T08:00", another, past=past).circles) == ["sales"]


def test_the_circle_waits_for_the_days_after_a_late_reminder_that_came_late() -> None:
    asked = question(deadline="2026-10-01")
    reminded = at("2026-10-12T08:00")
    past = [Past(reminded, past_of(now(reminded, asked), reminded)[0].about, "ada")]
    assert now("2026-10-14T08:00", asked, past=past).circles == {}
    assert list(now("2026-10-15T08:00", asked, past=past).circles) == ["sales"]


def test_the_circle_hears_of_what_nobody_can_be_reminded_of() -> None:
    asked, monday = question(deadline="2026-10-01"), "2026-10-12T08:00"
    unknown = company().model_copy(update={"people": {}})
    away = company(ada=("2026-10-01", "2026-10-31"))
    assert now(monday, asked).circles == {}
    for presence in (Presence(unknown), Presence(away), Presence(company(), mails=False)):
        assert list(now(monday, asked, presence=presence).circles) == ["sales"]


def test_the_circle_of_a_vacant_role_hears_though_nobody_could_be_reminded() -> None:
    entry = question(deadline="2026-10-01")
    nobody = replace(entry.entry, to=entry.entry.to._replace(people=()))
    vacant = Matter(entry.key, nobody)
    assert list(now("2026-10-12T08:00", vacant).circles) == ["sales"]


def test_the_people_of_a_circle_without_a_route_hear_by_mail_each_in_their_own_hours() -> None:
    space = company().model_copy(update={"routes": {}})
    presence = Presence(space)
    told = sent("2026-10-17T00:00", "2026-11-30T00:00", question(), presence=presence)
    assert told == [("10-20 07:35", "late", "ada"), ("10-23 13:35", "circle", "cy")]


def test_what_is_asked_of_a_person_as_such_is_told_to_no_circle() -> None:
    assert now("2026-10-30T08:00", question("close", role=None, item="")).circles == {}


def test_a_team_hears_where_its_role_is_of_no_circle() -> None:
    unmailed = Presence(company(), mails=False)
    assert list(now("2026-10-30T08:00", question(), presence=unmailed).circles) == ["sales"]
    roles = {"sales-lead": company().roles["sales-lead"].model_copy(update={"circle": None})}
    space = company().model_copy(update={"roles": roles})
    due = now("2026-10-30T08:00", question(), presence=Presence(space, mails=False))
    assert list(due.circles) == ["growth"]


def test_who_has_left_is_never_reminded() -> None:
    ada = company().people["ada"].model_copy(update={"until": date(2026, 10, 10)})
    space = company().model_copy(update={"people": {"ada": ada}})
    assert now("2026-10-12T08:00", question(), presence=Presence(space)).mails == {}


def test_a_company_that_sends_nothing_sends_nothing() -> None:
    quiet = ReminderPolicy(send=False)
    due = now("2026-10-30T08:00", question(), policy=quiet)
    assert (due.mails, due.circles) == ({}, {})


def test_what_was_missed_while_no_worker_ran_is_not_made_up_for() -> None:
    due = now("2026-10-21T08:00", question())
    assert [r.stage for r in due.mails["ada"]] == ["late"]


ZONES = ["Europe/Zurich", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]
KINDS: tuple[OpenKind, ...] = ("risk", "hypothesis", "silent", "unread")
_deadlines = st.dates(date(2026, 10, 1), date(2026, 11, 15)).map(date.isoformat)


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[Workspace, list[Matter], list[datetime]]:
    space = company()
    people = {
        name: person.model_copy(update={"timezone": draw(st.sampled_from(ZONES))})
        for name, person in space.people.items()
    }
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=3))
    matters = [
        question(kind, *draw(st.permutations(["ada", "bo"])), deadline=draw(_deadlines))
        for kind in dict.fromkeys(kinds)
    ]
    matters += [check_in(f"{draw(_deadlines)}T15:00", "ada")] if draw(st.booleans()) else []
    hours = draw(st.lists(st.integers(0, 24 * 60), min_size=1, max_size=60))
    start = at("2026-10-01T00:35")
    return (
        space.model_copy(update={"people": people}),
        matters,
        sorted(start + timedelta(hours=each) for each in hours),
    )


@given(_worlds())
def test_whenever_ticks_come_each_reminder_goes_out_once_and_in_working_hours(
    world: tuple[Workspace, list[Matter], list[datetime]],
) -> None:
    space, matters, moments = world
    presence = Presence(space)
    past, seen = list[Past](), Counter[object]()
    mails = Counter[object]()
    for moment in moments:
        due = now(moment, *matters, past=past, presence=presence)
        past += past_of(due, moment)
        for to, several in due.mails.items():
            assert presence.works_at(to, moment)
            mails[to, presence.day(to, moment)] += 1
            seen.update(each.about for each in several)
            for each in several:
                if each.matter.calendar:
                    assert each.matter.due is not None
                    assert each.matter.due > moment
        for notices in due.circles.values():
            seen.update(each.about for each in notices)
    assert all(count == 1 for count in seen.values())
    order = {"before": 0, "late": 1, "circle": 2}
    for matter in matters:
        stages = [
            about.stage for each in past for about in each.about if about.matter == matter.key
        ]
        for whose in ("ada", "bo"):
            own = [
                order[about.stage]
                for each in past
                for about in each.about
                if about.matter == matter.key and about.whose in {whose, ""}
            ]
            assert own == sorted(own)
        assert stages.count("circle") <= 1


@pytest.mark.parametrize("moment", ["2026-10-25T00:30", "2026-10-25T01:30"])
def test_working_hours_are_right_on_the_day_on_which_clocks_change(moment: str) -> None:
    sunday = DaysOff(worked=frozenset({date(2026, 10, 25)}))
    presence = Presence(company(), lambda _place: sunday)
    assert not presence.works_at("ada", at(moment))
    assert presence.works_at("ada", at("2026-10-25T08:00"))
    assert not presence.works_at("ada", at("2026-10-25T07:59"))


def test_who_the_calendar_says_checks_in_for_somebody_else_is_reminded_of_it() -> None:
    # Ada is away on the Friday on which it is due, and at work on the day before.
    presence = Presence(company(ada=("2026-10-09", "2026-10-09", "cy")))
    friday = replace(check_in("2026-10-09T15:00"), by="cy")
    due = now("2026-10-08T19:00", friday, presence=presence)
    assert [(to, each.whose) for to, several in due.mails.items() for each in several] == [
        ("cy", "ada")
    ]
