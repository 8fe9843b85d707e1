"""What a person says of a key result becomes a reading and an entry, or is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from applied_store import ADA, CYCLE, NOW, apply, apply_all, based, plan_document
from okr_command import PLAN

from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.checkin.doubt import UnbelievedError
from okr_flows.checkin.recording import RecordedCheckIns
from okr_flows.decide.reading import correct_reading
from okr_store import Store
from okr_store.snapshot import read_snapshot

AT = datetime(2025, 10, 20, 9, tzinfo=UTC)
OCCASION = Occasion(AT, NOW, ADA)
TODAY = Occasion(NOW, NOW, ADA)
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
    body = CheckIn(confidence=7, note="guided", value=Decimal(38), said_at=NOW)
    assert (entry.body, reading.observed_at) == (body, NOW)
    assert (entry.by, entry.via, entry.at) == ("ada", "test", AT)
    assert (done.new, done.check_ins[0].check_in.name) == (1, KR)


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


@pytest.mark.parametrize("other", [CheckInText(KR, "38", "3"), CheckInText(KR, "38", "7", "late")])
def test_other_words_for_the_same_time_are_kept_and_the_last_ones_count(
    store: Store, other: CheckInText
) -> None:
    apply_all(store)
    first, second = CheckInText(KR, "38", "7"), other
    say(store, first)
    done = say(store, second)
    last = CheckIn(confidence=7, value=Decimal(38), said_at=NOW)
    assert (done.new, done.check_ins[0].last) == (1, last)
    said = [entry.body for entry in entries(store)]
    assert [(body.confidence, body.note) for body in said if isinstance(body, CheckIn)] == [
        *[(7, ""), (int(other.confidence), other.note)],
    ]
    assert len(readings(store)) == 1
    kr = read_snapshot(store, CYCLE, NOW).standings[KR]
    assert kr.confidence == int(other.confidence)


def test_what_was_said_before_other_words_is_recorded_earlier_and_says_what_counts(
    store: Store,
) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "38", "7"))
    say(store, CheckInText(KR, "38", "3"))
    done = say(store, CheckInText(KR, "38", "7"))
    (again,) = done.check_ins
    assert (done.new, again.body.confidence) == (0, 7)
    assert again.last == CheckIn(confidence=3, value=Decimal(38), said_at=NOW)
    assert say(store, CheckInText(KR, "38", "7", "once more")).new == 1


def test_what_is_said_of_now_is_said_now_and_of_an_earlier_day_later(store: Store) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "38", "7"), TODAY)
    say(store, CheckInText(KR, "36", "6"))
    early, late = readings(store)
    assert (early.at, early.observed_at) == (AT, NOW)
    assert (late.at, late.observed_at) == (NOW, NOW)
    bodies = [entry.body for entry in entries(store)]
    assert [body.said_at for body in bodies if isinstance(body, CheckIn)] == [NOW, None]


def test_the_same_words_said_again_later_are_recorded_earlier(store: Store) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "38", "7"))
    later = replace(OCCASION, now=NOW + timedelta(days=1))
    assert say(store, CheckInText(KR, "38", "7"), later).new == 0
    assert [each.observed_at for each in readings(store)] == [NOW]


def test_what_two_people_say_for_one_time_is_kept_of_both(store: Store) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "38", "7"))
    assert say(store, CheckInText(KR, "38", "7", by="bo")).new == 1
    assert [entry.by for entry in entries(store)] == ["ada", "bo"]
    assert len(readings(store)) == 1


def test_no_key_of_a_check_in_names_the_person(applied: Store) -> None:
    say(applied, CheckInText(KR, "38", by="bo"))
    (entry,) = entries(applied)
    assert "bo" not in entry.key.split("|")


@pytest.mark.parametrize("again", [timedelta(hours=3), timedelta(days=1), timedelta(days=9)])
def test_a_check_in_for_a_day_is_one_however_late_it_is_said_again(
    store: Store, again: timedelta
) -> None:
    apply_all(store)
    text = CheckInText(KR, "38", "7", at="2025-10-20")
    say(store, text, replace(OCCASION, now=AT))
    done = say(store, text, replace(OCCASION, now=AT + again))
    assert (done.new, len(readings(store)), len(entries(store))) == (0, 1, 1)
    assert done.check_ins[0].entry.at == AT


def test_what_an_earlier_release_recorded_is_not_recorded_again(applied: Store) -> None:
    end_of_day = datetime(2025, 10, 20, 21, 59, 59, tzinfo=UTC)
    reading = Reading(at=end_of_day, value=Decimal(38), key_result=KR, by="ada")
    body = CheckIn(confidence=7, value=Decimal(38))
    key = f"{KR}|{end_of_day.isoformat()}|ada"
    entry = Entry(at=end_of_day, body=body, key_result=KR, by="ada", key=key)
    applied.record(CYCLE, [(reading, None)], [entry])
    assert say(applied, CheckInText(KR, "38", "7", at="2025-10-20")).new == 0


def test_a_check_in_that_was_corrected_since_changes_nothing_if_it_is_said_again(
    store: Store,
) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "38"))
    correct_reading(store, CYCLE, KR, occasion=TODAY, reason="typo", value="40")
    assert say(store, CheckInText(KR, "38")).new == 0
    assert [int(reading.value) for reading in readings(store)] == [40]


def test_a_value_for_a_time_whose_value_was_taken_out_is_refused_with_how_to_say_it(
    store: Store,
) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "38"))
    correct_reading(store, CYCLE, KR, occasion=TODAY, reason="wrong week")
    with pytest.raises(RefusalError, match='was taken out, by ada: "wrong week"') as refused:
        say(store, CheckInText(KR, "39"))
    found = re.search(r"--reading (r\d+) --value (\S+)", str(refused.value))
    assert found is not None
    correct_reading(
        store,
        CYCLE,
        KR,
        occasion=TODAY,
        reason="it was",
        reading=found[1],
        value=found[2],
    )
    assert [int(reading.value) for reading in readings(store)] == [39]


def test_the_same_value_with_another_end_is_refused_with_what_stands(store: Store) -> None:
    apply_all(store)
    house = CheckInText("answers.bound", "300", reason="Jira moves", until="2025-10-31")
    say(store, house)
    assert say(store, house).new == 0
    with pytest.raises(RefusalError, match="until 2025-11-01 00:00") as refused:
        say(store, replace(house, until="2025-11-07", by="bo"))
    assert 'by ada, until 2025-11-01 00:00 CET: "Jira moves"' in str(refused.value)
    assert len(entries(store)) == 1


@pytest.mark.parametrize(
    ("name", "one", "other", "typed"),
    [
        ("activation.grade", "commit", "target", "target"),
        ("activation.launch/beta", "done", "open", "open"),
        ("answers.time", "3.50", "3.40", "3.40"),
    ],
)
def test_the_correction_that_is_advised_can_be_run_as_printed(
    store: Store, name: str, one: str, other: str, typed: str
) -> None:
    apply_all(store)
    say(store, CheckInText(name, one))
    with pytest.raises(RefusalError) as refused:
        say(store, CheckInText(name, other))
    found = re.search(r"okr correct (\S+) --reading (\S+) --value (\S+) ", str(refused.value))
    assert found is not None
    assert found[3] == typed
    kr, reading, value = found.groups()
    done = correct_reading(
        store,
        CYCLE,
        kr,
        occasion=TODAY,
        reason="typo",
        reading=reading,
        value=value,
    )
    assert done.replaced.id == reading


def test_another_value_for_the_same_time_is_refused_with_how_to_correct(store: Store) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "38"))
    with pytest.raises(RefusalError, match="has the value 38 at that time already") as refused:
        say(store, CheckInText(KR, "39", by="bo"))
    (reading,) = readings(store)
    assert f"okr correct {KR} --reading {reading.id} --value 39" in str(refused.value)
    assert len(entries(store)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [(KR, "3800"), (KR, "-380"), ("answers.bound", "5000")],
)
def test_a_value_far_outside_is_recorded_only_if_it_is_meant(
    store: Store, name: str, value: str
) -> None:
    apply_all(store)
    bound = name == "answers.bound"
    more = {"reason": "Jira moves", "until": "2025-10-31"} if bound else {}
    text = CheckInText(name, value, **more)
    with pytest.raises(UnbelievedError) as doubted:
        say(store, text)
    assert f"`{name}` is {value}, " in doubted.value.message
    assert doubted.value.hint == "`--sure` if that is right."
    assert (readings(store), entries(store)) == ([], [])
    assert say(store, text, replace(OCCASION, meant=True)).new == 1
    assert say(store, text).new == 0


def test_on_a_side_that_the_value_left_already_nobody_is_asked(store: Store) -> None:
    apply_all(store)
    say(store, CheckInText(KR, "60"), replace(OCCASION, at=AT - timedelta(days=3), meant=True))
    assert say(store, CheckInText(KR, "61")).new == 1
    with pytest.raises(UnbelievedError, match="is 3, far outside 31 … 45"):
        say(store, CheckInText(KR, "3", at="2025-10-25"))
    with pytest.raises(UnbelievedError, match="far outside 31 … 45"):
        say(store, CheckInText(KR, "60", at="2025-10-10"))


@pytest.mark.parametrize("value", ["17", "59", "31"])
def test_a_value_at_the_edge_of_what_is_believable_is_recorded(applied: Store, value: str) -> None:
    assert say(applied, CheckInText(KR, value)).new == 1


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
    assert done.check_ins[0].entry.by == "bo"
