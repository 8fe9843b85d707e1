"""Recording what belongs together: all or none, decided in sight of what stands."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from store_samples import CYCLE, MONDAY, WEEK, check_in, correct, measured, new_revision, reading

from okr_core.errors import RefusalError
from okr_core.record.entries import Entry, Reading
from okr_store import Store
from okr_store.readings import Measured


def test_what_is_decided_is_decided_in_sight_of_all_that_stands(store: Store) -> None:
    store.record(CYCLE, measured([reading(), reading("other"), reading(week=1)]), [check_in()])
    corrected = correct(store, store.reading(CYCLE, "r1"), "30")
    seen: list[list[str]] = []

    def decide(
        readings: Sequence[Reading], entries: Sequence[Entry]
    ) -> tuple[list[Measured], list[Entry]]:
        seen.append([*(each.id for each in readings), *(each.id for each in entries)])
        return [(reading(week=2), None)], [check_in(note="new", at=MONDAY + WEEK)]

    done = store.record_beside(CYCLE, ["kr"], decide)
    assert seen == [["r1", "r3", corrected.id, "e1"]]
    assert (done.inserted, [entry.at for entry in done.entries]) == (1, [MONDAY + WEEK])
    assert store.audit().ok


def test_what_is_refused_while_it_is_decided_leaves_everything_as_it_was(store: Store) -> None:
    def refuse(*_: object) -> tuple[list[Measured], list[Entry]]:
        raise RefusalError("no.")

    with pytest.raises(RefusalError, match=r"no\."):
        store.record_beside(CYCLE, ["kr"], refuse)
    assert list(store.readings(CYCLE, as_of=None)) == []


@pytest.mark.parametrize("twice", ["reading", "entry"])
def test_what_is_there_already_is_not_said_to_be_recorded(store: Store, twice: str) -> None:
    store.record(CYCLE, measured([reading()]), [check_in(key="k")])
    several = measured([reading(week=int(twice == "entry")), reading(week=2)])

    def decide(*_: object) -> tuple[list[Measured], list[Entry]]:
        return list(several), [check_in(key="k" if twice == "entry" else "l")]

    with pytest.raises(RefusalError, match="nothing was recorded"):
        store.record_beside(CYCLE, ["kr"], decide)
    assert len(list(store.readings(CYCLE, as_of=None))) == 1


def test_revisions_of_several_scopes_are_recorded_all_or_none(store: Store) -> None:
    both = [new_revision(kind="workspace", scope=""), new_revision(), new_revision(scope="2027")]
    stale = new_revision(scope="2027", base=4)
    with pytest.raises(RefusalError, match="revision 4"):
        store.add_revisions([*both[:2], stale])
    assert store.revisions() == []
    assert [revision.number for revision in store.add_revisions(both)] == [1, 1, 1]
    assert store.add_revisions([]) == []
    assert store.audit().ok
