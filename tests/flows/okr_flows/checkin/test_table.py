"""A table of check-ins is recorded whole or not at all; bad rows are named by their lines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from applied_store import ADA, CYCLE, NOW, apply_all

from okr_core.errors import DocumentError, InputError, RefusalError
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import CheckIn
from okr_flows.checkin.doubt import UnbelievedError
from okr_flows.checkin.recording import RecordedCheckIns
from okr_flows.checkin.table import check_in_table
from okr_store import Store

HEAD = "key_result,at,value,confidence,note,by\n"


def bring(store: Store, text: str, actor: Actor = ADA, *, now: datetime = NOW) -> RecordedCheckIns:
    return check_in_table(store, CYCLE, "checkins.csv", text, Occasion(now, now, actor))


def values(store: Store) -> dict[str, str]:
    readings = store.readings(CYCLE, as_of=None)
    return {f"{each.key_result}/{each.part}": str(each.value) for each in readings}


def test_all_rows_are_recorded_once(store: Store) -> None:
    apply_all(store)
    text = (
        HEAD
        + "activation.week1,2025-10-09,33,6,first week,ada\n\n"
        + "activation.week1,2025-10-16T17:00,35.5,,,bo\n"
        + 'activation.launch/beta,2025-10-16,yes,8,"five teams, all happy",\n'
    )
    done = bring(store, text)
    assert (done.new, [each.entry.by for each in done.check_ins]) == (3, ["ada", "bo", "ada"])
    assert values(store) == {"activation.week1/": "35.5", "activation.launch/beta": "1"}
    assert bring(store, text).new == 0


def test_one_bad_row_keeps_all_out_and_every_bad_row_is_named(store: Store) -> None:
    apply_all(store)
    rows = [
        "activation.week1,2025-10-09,33,6,,ada",
        "activation.wek1,2025-10-09,33,6,,ada",
        "activation.week1,2025-10-10,much,6,,ada",
        "activation.week1,2126-12-24,33,6,,ada",
        "activation.week1,soon,33,6,,ada",
        "activation.week1,2025-10-12,33,12,,ada",
        "activation.week1,2025-10-13,33,6,,adda",
        "activation.week1,2025-10-09,34,6,,ada",
        "answers.bound,2025-10-09,34,6,,ada",
        ",2025-10-09,34,6,,ada",
        "answers.time,2025-09-30,3,,,",
    ]
    with pytest.raises(DocumentError) as refused:
        bring(store, HEAD + "\n".join(rows))
    assert [finding.line for finding in refused.value.findings] == list(range(3, 13))
    assert {finding.file for finding in refused.value.findings} == {"checkins.csv"}
    assert "said twice for that time (also on line 2)" in str(refused.value)
    assert "checkins.csv:12: cycle `2025-q4` takes no entries before 2025-10-01" in str(
        refused.value
    )
    assert values(store) == {}


@pytest.mark.parametrize("day", ["2025-11-01", ""])
def test_a_table_of_today_is_recorded_once_however_often_it_comes(store: Store, day: str) -> None:
    apply_all(store)
    text = HEAD + f"activation.week1,{day},33,6,,ada\nanswers.time,{day},,5,slow,bo\n"
    assert bring(store, text).new == 2
    for later in (timedelta(seconds=1), timedelta(hours=5)):
        assert bring(store, text, now=NOW + later).new == 0
    if day:
        assert bring(store, text, now=NOW + timedelta(days=3)).new == 0
    assert len(list(store.readings(CYCLE, as_of=None))) == 1
    assert len(list(store.entries(CYCLE, kinds=("check_in",)))) == 2


def test_a_row_of_today_that_was_changed_is_kept_beside_the_earlier_and_counts(
    applied: Store,
) -> None:
    bring(applied, HEAD + "activation.week1,2025-11-01,33,6,,ada\n")
    changed = HEAD + "activation.week1,2025-11-01,34,4,,ada\n"
    done = bring(applied, changed, now=NOW + timedelta(hours=1))
    assert (done.new, done.check_ins[0].last) == (1, CheckIn(confidence=6, value=Decimal(33)))
    assert bring(applied, changed, now=NOW + timedelta(days=1)).new == 0
    assert [str(each.value) for each in applied.readings(CYCLE, as_of=None)] == ["33", "34"]


def test_two_people_with_different_values_for_one_time_are_refused_with_both_lines(
    applied: Store,
) -> None:
    rows = ["activation.week1,2025-10-20,33,6,,ada", "activation.week1,2025-10-20,34,6,,bo"]
    with pytest.raises(DocumentError) as refused:
        bring(applied, HEAD + "\n".join(rows))
    assert str(refused.value) == (
        "checkins.csv:3: `activation.week1` has another value for that time on line 2 (33, by ada)."
        " Keep one of them."
    )
    assert values(applied) == {}
    rows[1] = "activation.week1,2025-10-20,33.0,4,,bo"
    assert bring(applied, HEAD + "\n".join(rows)).new == 2


def test_rows_that_contradict_the_record_are_named_by_their_lines(store: Store) -> None:
    apply_all(store)
    bring(store, HEAD + "activation.week1,2025-10-20,33,,,\nanswers.time,2025-10-20,3,,,\n")
    rows = [
        "activation.week1,2025-10-20,34,,,",
        "activation.week1,2025-10-21,35,,,",
        "answers.time,2025-10-20,4,,,bo",
    ]
    with pytest.raises(RefusalError) as refused:
        bring(store, HEAD + "\n".join(rows))
    first, second = str(refused.value).splitlines()
    assert first.startswith("checkins.csv:2: `activation.week1` has the value 33 at that time")
    assert second.startswith("checkins.csv:4: `answers.time` has the value 3 at that time")
    assert values(store) == {"activation.week1/": "33", "answers.time/": "3"}


def test_rows_far_outside_are_named_by_their_lines_until_they_are_meant(applied: Store) -> None:
    days = [date(2025, 10, 1) + timedelta(days=n) for n in range(25)]
    rows = [f"activation.week1,{day},{300 + n},,,\n" for n, day in enumerate(days)]
    text = HEAD + "activation.week1,2025-10-29,33,,,\n" + "".join(rows)
    with pytest.raises(UnbelievedError) as doubted:
        bring(applied, text)
    *named, rest = doubted.value.message.splitlines()
    assert named[0].startswith("checkins.csv:3: `activation.week1` is 300, far outside 31 … 45.")
    assert (len(named), rest) == (20, "5 more values are as far outside.")
    assert values(applied) == {}
    meant = Occasion(NOW, NOW, ADA, meant=True)
    assert check_in_table(applied, CYCLE, "checkins.csv", text, meant).new == 26
    assert bring(applied, text).new == 0


def test_of_very_many_wrong_rows_the_first_are_named_and_the_others_counted(
    applied: Store,
) -> None:
    with pytest.raises(DocumentError) as refused:
        bring(applied, HEAD + "".join(f"activation.wek{n},,{n},,,\n" for n in range(5000)))
    *named, rest = refused.value.findings
    assert [finding.line for finding in named] == list(range(2, 22))
    assert named[0].fix == "Closest: `activation.week1`."
    assert str(rest) == "checkins.csv: 4,980 more rows are wrong. Correct these first."


def test_of_very_many_rows_that_contradict_the_record_the_first_are_named(
    applied: Store,
) -> None:
    days = [date(2025, 10, 1) + timedelta(days=n) for n in range(25)]
    bring(applied, HEAD + "".join(f"activation.week1,{day},33,,,\n" for day in days))
    with pytest.raises(RefusalError) as refused:
        bring(applied, HEAD + "".join(f"activation.week1,{day},34,,,\n" for day in days))
    *named, rest = str(refused.value).splitlines()
    assert (len(named), rest) == (20, "5 more give another value than the one that stands.")


@pytest.mark.parametrize("text", ["", HEAD])
def test_a_table_without_rows_is_refused_with_its_columns(applied: Store, text: str) -> None:
    with pytest.raises(InputError, match=r"checkins\.csv: there is no row") as refused:
        bring(applied, text)
    assert "key_result,at,value,confidence,note,by" in refused.value.hint


def test_a_table_that_names_everyone_can_be_brought_by_anyone(applied: Store) -> None:
    cron = Actor("csv", None, "cron")
    assert bring(applied, HEAD + "activation.week1,2025-10-20,38,7,,ada\n", cron).new == 1
    (entry,) = applied.entries(CYCLE, kinds=("check_in",))
    assert (entry.by, entry.via) == ("ada", "csv")
    with pytest.raises(InputError, match="`cron`, the user of this computer,"):
        bring(applied, HEAD + "activation.week1,2025-10-21,39,7,,\n", cron)
