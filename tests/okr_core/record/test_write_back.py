"""Who owns a field, as the records of earlier write-backs tell."""

from __future__ import annotations

from okr_core.record.entries import DECISIONS
from okr_core.record.write_back import WriteBackRecord, owned


def began(**fields: str) -> WriteBackRecord:
    return WriteBackRecord(connection="wiki", begun=fields)


def ended(**fields: str) -> WriteBackRecord:
    return WriteBackRecord(connection="wiki", ended=True, written=fields)


def test_what_was_written_last_is_ours_alone() -> None:
    known = owned([ended(score="a"), began(score="b"), ended(score="b")])
    assert known.digests("score") == {"b"}


def test_what_killed_runs_were_about_to_write_is_ours_too() -> None:
    known = owned([ended(score="a"), began(score="b"), began(score="c")])
    assert known.digests("score") == {"a", "b", "c"}


def test_a_run_that_broke_off_leaves_in_doubt_what_it_had_begun() -> None:
    broken = WriteBackRecord(connection="wiki", ended=False, written={"date": "d"})
    known = owned([began(score="b", date="d"), broken])
    assert known.digests("score") == {"b"}
    assert known.digests("date") == {"d"}


def test_a_run_that_ended_well_leaves_no_doubt_even_where_it_wrote_nothing() -> None:
    assert owned([began(score="b"), ended()]).digests("score") == frozenset()


def test_a_field_stays_handed_over_until_it_is_written() -> None:
    taken = WriteBackRecord(connection="wiki", begun={"score": "b"}, taken=("score",))
    assert owned([taken]).taken == {"score"}
    assert owned([taken, ended(date="d")]).taken == {"score"}
    assert owned([taken, ended(score="b")]).taken == frozenset()


def test_conflicts_and_failures_are_those_of_the_last_run() -> None:
    first = WriteBackRecord(connection="wiki", ended=True, conflicts=("score",), failed={"a": "x"})
    assert owned([first]).conflicts == ("score",)
    assert owned([first, ended()]).conflicts == ()
    assert owned([first, ended()]).failed == {}


def test_a_write_back_is_a_record_and_no_decision() -> None:
    assert WriteBackRecord(connection="wiki").kind not in DECISIONS
