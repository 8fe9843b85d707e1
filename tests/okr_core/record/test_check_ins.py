"""What of several check-ins is new beside what stands, and what contradicts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from score_samples import key_result

from okr_core.record.check_ins import NewCheckIn, compare
from okr_core.record.entries import Entry, Reading

AT = datetime(2025, 10, 20, 9, tzinfo=UTC)
DAY = date(2025, 10, 20)
SAID = NewCheckIn(key_result("kr"), "", AT, Decimal(38), 7, "", "ada")


def stored(*said: NewCheckIn) -> tuple[list[Reading], list[Entry]]:
    """What is recorded of check-ins that are said one after the other."""
    readings: list[Reading] = []
    entries: list[Entry] = []
    for each in said:
        (found,) = compare([each], readings, entries)
        if found.earlier is not None or found.against is not None:
            continue
        if found.measures:
            number = len(readings) + 1
            readings.append(replace(each.reading(1), id=f"r{number}", sequence=number))
        entries.append(
            Entry(
                at=each.at,
                body=each.words,
                key_result="kr",
                by=each.by,
                id=f"e{len(entries) + 1}",
                key=found.key,
            )
        )
    return readings, entries


def test_a_day_is_the_same_day_and_a_minute_the_same_minute() -> None:
    today = replace(SAID, day=DAY)
    evening = timedelta(hours=12)
    again = replace(today, at=AT + evening)
    (found,) = compare([again], *stored(today))
    assert found.earlier is not None
    (minute,) = compare([replace(SAID, at=AT + evening)], *stored(SAID))
    assert minute.earlier is None


def test_a_day_that_was_named_and_the_moment_that_it_meant_are_one_time() -> None:
    (found,) = compare([SAID], *stored(replace(SAID, day=DAY)))
    assert found.earlier is not None


def test_keys_are_free_and_name_nobody() -> None:
    _, entries = stored(SAID, replace(SAID, confidence=3), replace(SAID, by="bo"))
    assert len({entry.key for entry in entries}) == 3
    assert {entry.key.rpartition("|")[2] for entry in entries} == {"1", "2", "3"}


def test_of_two_values_said_together_for_one_time_the_second_is_against_the_first() -> None:
    other = replace(SAID, value=Decimal(39), by="bo")
    first, second = compare([SAID, other], [], [])
    assert (first.against, second.against) == (None, SAID)


said = st.builds(
    lambda minute, value, confidence, note, by: replace(
        SAID,
        at=AT + timedelta(minutes=minute),
        value=None if value is None else Decimal(value),
        confidence=confidence,
        note=note,
        by=by,
    ),
    st.integers(0, 1),
    st.sampled_from([None, 38, 39]),
    st.sampled_from([None, 3, 7]),
    st.sampled_from(["", "guided"]),
    st.sampled_from(["ada", "bo"]),
)


@given(st.lists(said, max_size=12))
def test_whatever_is_said_is_in_the_record_or_refused(several: list[NewCheckIn]) -> None:
    readings, entries = stored(*several)
    for each in several:
        (found,) = compare([each], readings, entries)
        if found.earlier is not None:
            assert (found.earlier.body, found.earlier.by) == (each.words, each.by)
            assert found.earlier.at == each.at
        else:
            assert found.against is not None
    times = [reading.at for reading in readings]
    assert len(times) == len(set(times))
