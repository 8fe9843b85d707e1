"""Who owns a field, as the records of earlier write-backs tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from okr_core.basics.exact import canonical_json, digest
from okr_core.record.entries import DECISIONS
from okr_core.record.write_back import (
    Owned,
    WriteBackRecord,
    held_there,
    is_named,
    owned,
    value_digest,
)

AT = datetime(2026, 11, 2, tzinfo=UTC)


def began(**fields: str) -> WriteBackRecord:
    return WriteBackRecord(connection="wiki", begun=fields)


def ended(**fields: str) -> WriteBackRecord:
    return WriteBackRecord(connection="wiki", ended=True, written=fields)


def told(*records: WriteBackRecord) -> Owned:
    return owned((AT, record) for record in records)


def test_what_was_written_last_is_ours_alone() -> None:
    known = told(ended(score="a"), began(score="b"), ended(score="b"))
    assert known.digests("score") == {"b"}


def test_what_killed_runs_were_about_to_write_is_ours_too() -> None:
    known = told(ended(score="a"), began(score="b"), began(score="c"))
    assert known.digests("score") == {"a", "b", "c"}


def test_a_run_that_broke_off_leaves_in_doubt_what_it_had_begun() -> None:
    broken = WriteBackRecord(connection="wiki", ended=False, written={"date": "d"})
    known = told(began(score="b", date="d"), broken)
    assert known.digests("score") == {"b"}
    assert known.digests("date") == {"d"}


def test_a_run_that_ended_well_leaves_no_doubt_even_where_it_wrote_nothing() -> None:
    assert told(began(score="b"), ended()).digests("score") == frozenset()


def test_a_field_is_handed_over_until_a_run_has_ended_whatever_it_wrote() -> None:
    taken = WriteBackRecord(connection="wiki", begun={"score": "b"}, taken=("score",))
    broken = WriteBackRecord(connection="wiki")
    assert told(taken).taken == {"score"}
    assert told(taken, broken).taken == {"score"}
    assert told(taken, ended()).taken == frozenset()
    assert told(taken, ended(score="b")).taken == frozenset()


def test_a_value_is_kept_in_mind_for_each_place_that_it_was_written_to() -> None:
    first, second = value_digest("GROW-1", "0.4"), value_digest("GROW-2", "0.7")
    known = told(ended(score=first), ended(score=second)).digests("score")
    assert is_named("GROW-1", "0.4", known)
    assert is_named("GROW-2", "0.7", known)
    assert not is_named("GROW-1", "0.7", known)
    assert not held_there("GROW-3", known)


def test_what_an_earlier_release_wrote_may_be_of_any_place() -> None:
    old = digest(canonical_json(["GROW-1", "0.4"]))
    known = told(ended(score=old)).digests("score")
    assert is_named("GROW-1", "0.4", known)
    assert held_there("GROW-2", known)
    assert told(ended(score=old), ended(score=value_digest("GROW-2", "1"))).digests("score") == {
        value_digest("GROW-2", "1")
    }


def test_what_an_earlier_release_claimed_for_some_minutes_is_still_read() -> None:
    claim = WriteBackRecord(connection="wiki", begun={"score": "b"}, expires=AT)
    assert told(claim).digests("score") == {"b"}


def test_the_newest_time_that_was_written_about_counts_and_not_the_last() -> None:
    later = AT + timedelta(days=7)
    assert owned([(later, ended(score="a")), (AT, ended(score="b"))]).shown == later
    assert owned([(AT, ended())]).shown is None


def test_conflicts_and_failures_are_those_of_the_last_run() -> None:
    first = WriteBackRecord(connection="wiki", ended=True, conflicts=("score",), failed={"a": "x"})
    assert told(first).conflicts == ("score",)
    assert told(first, ended()).conflicts == ()
    assert told(first, ended()).failed == {}


def test_a_write_back_is_a_record_and_no_decision() -> None:
    assert WriteBackRecord(connection="wiki").kind not in DECISIONS
