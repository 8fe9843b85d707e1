"""What a person says of a key result becomes a reading and an entry, or is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from applied_store import ADA, CYCLE, NOW, apply, apply_all, based, plan_document
from okr_command import PLAN

from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_flows.checkin.check_ins import CheckInText, RecordedCheckIns, check_in
from okr_store import Store

AT = datetime(2025, 10, 20, 9, tzinfo=UTC)
OCCASION = Occasion(AT, NOW, ADA)
KR = "activation.week1"


def say(store: Store, text: CheckInText, occasion: Occasion = OCCASION) -> RecordedCheckIns:
    return check_in(store, CYCLE, text, occasion)


def readings(store: Store) -> list[Reading]:
    return list(store.readings(CYCLE, as_of=None))


def entries(store: Store) -> list[Entry]:
    return list(store.entries(CYCLE, kinds=("check_in",)))


def test_a_check_in_is_a_reading_and_an_entry(store: Store) -> None:
    apply_all(store)
    done = say(store, CheckInText(KR, value="38", confidence="7", note=" guided "))
    (reading,), (entry,) = readings(store), entries(store)
    assert (reading.value, reading.source, reading.at, reading.by, reading.revision) == (
        *(Decimal(38), "manual", AT),
        *("ada", 1),
    )
    assert entry.body == CheckIn(confidence=7, note="guided", value=Decimal(38))
    assert (entry.by, entry.via, entry.at) == ("ada", "test", AT)
    assert (done.new, done.check_ins[0].name) == (1, KR)


def test_a_confidence_or_a_note_alone_is_no_reading(applied: Store) -> None:
    say(applied, CheckInText(KR, confidence="3"))
    say(applied, CheckInText("answers.bound", note="moving house"))
    assert readings(applied) == []
    assert len(entries(applied)) == 2


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("activation.grade", "target", 2),
        ("answers.time", "3.5", Decimal("3.5")),
        ("activation.launch/beta", "done", 1),
    ],
)
def test_a_value_is_read_as_its_metric_is_spoken_of(
    applied: Store, name: str, value: str, number: Decimal
) -> None:
    say(applied, CheckInText(name, value=value))
    (reading,) = readings(applied)
    assert reading.value == number
    assert name in {reading.key_result, f"{reading.key_result}/{reading.part}"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CheckInText("activation.wek1", "38"), "Closest: `activation.week1`"),
        (CheckInText("activation", "38"), "is an objective"),
        (CheckInText(KR, "many"), f"`{KR}`: 'many' is not a number"),
        (CheckInText(KR, "nan"), f"`{KR}`"),
        (CheckInText(KR, "38", "11"), "0 to 10"),
        (CheckInText(KR, "38", "high"), "0 to 10"),
        (CheckInText(KR, "38", "٧"), "0 to 10"),
        (CheckInText("activation.grade", "excellent"), "commit"),
        (CheckInText("activation.launch", "done"), "activation.launch/beta"),
        (CheckInText("activation.launch/beta", "soon"), "`activation.launch/beta`: 'soon'"),
        (CheckInText("activation.launch/gamma", "done"), "activation.launch/beta"),
        (CheckInText(f"{KR}/beta", "1"), "has no milestones"),
        (CheckInText(KR, " ", " ", " "), "nothing is said"),
        (CheckInText(KR, "38", at="soon"), "at 'soon' is not a time"),
        (CheckInText(KR, "38", by="adda"), "Closest: `ada`"),
        (CheckInText("answers.bound", "3", reason="x", until="soon"), "--until 'soon'"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_to_write(
    applied: Store, text: CheckInText, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        say(applied, text)
    assert words in str(refused.value)
    assert entries(applied) == []


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW + timedelta(seconds=1), "lies in the future"),
        (datetime(2025, 9, 30, 21, 59, 59, tzinfo=UTC), "takes no entries before 2025-10-01"),
        (datetime(2026, 1, 5, 23, tzinfo=UTC), "takes no entries after 2026-01-05"),
    ],
)
def test_a_check_in_of_another_time_is_refused(applied: Store, at: datetime, words: str) -> None:
    now = max(NOW, datetime(2026, 2, 1, tzinfo=UTC)) if "future" not in words else NOW
    with pytest.raises(InputError, match=words):
        say(applied, CheckInText(KR, "38"), Occasion(at, now, ADA))


@pytest.mark.parametrize(
    "at",
    [datetime(2025, 9, 30, 22, tzinfo=UTC), datetime(2026, 1, 5, 22, 59, 59, tzinfo=UTC)],
)
def test_the_first_second_and_the_last_of_grace_take_check_ins(
    applied: Store, at: datetime
) -> None:
    assert say(applied, CheckInText(KR, "38"), Occasion(at, at, ADA)).new == 1


@pytest.mark.parametrize(
    "text",
    [
        CheckInText("answers.bound", "300", reason="x"),
        CheckInText("answers.bound", "300", until="2025-10-31"),
    ],
)
def test_a_value_by_hand_on_a_bound_key_result_needs_a_reason_and_an_end(
    applied: Store, text: CheckInText
) -> None:
    with pytest.raises(InputError, match="a value by hand hides that") as refused:
        say(applied, text)
    assert "--reason" in refused.value.hint
    say(applied, replace(text, reason="Jira moves house", until="2025-10-31"))
    (reading,) = readings(applied)
    assert reading.reason == "Jira moves house"
    assert reading.until == datetime(2025, 10, 31, 23, tzinfo=UTC)


def test_the_same_check_in_twice_is_one(store: Store) -> None:
    apply_all(store)
    assert say(store, CheckInText(KR, "38", "7")).new == 1
    assert say(store, CheckInText(KR, "38", "7")).new == 0
    assert (len(readings(store)), len(entries(store))) == (1, 1)


def test_another_value_for_the_same_time_is_refused_with_how_to_correct(store: Store) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "38"))
    with pytest.raises(RefusalError, match="has the value 38 at that time already") as refused:
        say(store, CheckInText(KR, "39", by="bo"))
    (reading,) = readings(store)
    assert f"okr correct {KR} --reading {reading.id} --value 39" in refused.value.hint
    assert len(entries(store)) == 1


def test_what_was_dropped_takes_no_check_ins(applied: Store) -> None:
    state = "state: dropped\n        state_reason: nobody asks"
    dropped = PLAN.replace("id: activation.grade", f"id: activation.grade\n        {state}")
    document = plan_document(based(applied, dropped))
    apply(applied, document, at=AT, reason="no longer", reason_class="learned")
    with pytest.raises(InputError, match="is dropped"):
        say(applied, CheckInText("activation.grade", "target"))


def test_a_key_result_of_a_dropped_objective_takes_none_either(applied: Store) -> None:
    state = "state: dropped\n    state_reason: nobody asks"
    document = plan_document(based(applied, PLAN.replace("owner: bo", f"owner: bo\n    {state}")))
    apply(applied, document, at=AT, reason="no longer", reason_class="learned")
    with pytest.raises(InputError, match=r"`answers.time` is dropped, as objective `answers` is"):
        say(applied, CheckInText("answers.time", "3"))
    assert entries(applied) == []


def test_nobody_in_particular_is_the_one_whom_the_door_means(applied: Store) -> None:
    stranger = Actor("cli", None, "cron")
    with pytest.raises(InputError, match="`cron`, the user of this computer, is not"):
        say(applied, CheckInText(KR, "38"), replace(OCCASION, actor=stranger))
    done = say(applied, CheckInText(KR, "38", by="bo"), replace(OCCASION, actor=stranger))
    assert done.check_ins[0].by == "bo"
