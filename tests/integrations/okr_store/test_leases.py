"""Leases: one owner per slot by the database's clock, and who lost one records nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from exports import exported
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from store_samples import CYCLE, MONDAY, check_in, decided_store, measured, raw_engine, reading
from store_samples import tamper as change

from okr_core.errors import ConfigError
from okr_core.record.entries import Acceptance
from okr_store import Lease, LeaseLostError, Store, open_store
from okr_store.leases import LONGEST

PURPOSE = "judge 2026-q4"


def taken(store: Store, seconds: float = 60) -> Lease:
    lease = store.leases.acquire(PURPOSE, owner="anna", seconds=seconds)
    assert lease is not None
    return lease


def end(url: str) -> None:
    """Let every lease end, as time would."""
    change(url, "UPDATE lease SET expires = expires - 3600")


def test_a_purpose_has_one_owner_until_it_gives_it_back(store: Store) -> None:
    lease = taken(store)
    assert store.leases.acquire(PURPOSE) is None
    assert store.leases.acquire("judge 2027-q1") is not None
    store.leases.release(lease)
    again = taken(store)
    assert (lease.token, again.token) == (1, 2)


def test_a_lease_ends_by_itself_and_its_owner_cannot_renew_it(store: Store, ready_url: str) -> None:
    lease = taken(store)
    assert store.leases.renew(lease)
    end(ready_url)
    assert not store.leases.renew(lease)
    assert taken(store).token == 2


def test_giving_back_what_was_lost_leaves_the_new_owner_alone(store: Store, ready_url: str) -> None:
    lost = taken(store)
    end(ready_url)
    new = taken(store)
    store.leases.release(lost)
    assert not store.leases.renew(lost)
    assert store.leases.renew(new)


def test_a_purpose_with_slots_has_that_many_owners(store: Store) -> None:
    held = [store.leases.acquire(PURPOSE, slots=2, owner=owner) for owner in ("a", "b", "c")]
    assert [lease.owner for lease in held if lease] == ["a", "b"]
    assert [each.owner for each in store.leases.holders(PURPOSE, slots=2)] == ["a", "b"]
    assert held[0] is not None
    store.leases.release(held[0])
    assert store.leases.acquire(PURPOSE, slots=2, owner="c") is not None


def test_who_holds_it_since_when_is_told_in_the_databases_time(store: Store) -> None:
    assert store.leases.holders(PURPOSE) == []
    lease = taken(store)
    since = store.leases.holders(PURPOSE)[0].since
    assert abs(since - datetime.now(UTC)) < timedelta(seconds=30)
    store.leases.renew(lease)
    assert store.leases.holders(PURPOSE)[0].since == since


@pytest.mark.parametrize("seconds", [0, -1, LONGEST + 1])
def test_a_lease_lasts_for_some_time_and_not_for_ever(store: Store, seconds: float) -> None:
    with pytest.raises(ValueError, match="no lease of"):
        store.leases.acquire(PURPOSE, seconds=seconds)


def test_a_lease_of_a_clock_that_was_put_back_holds_nobody_up(store: Store, ready_url: str) -> None:
    lost = taken(store)
    change(ready_url, "UPDATE lease SET expires = expires + 864000")
    assert store.leases.holders(PURPOSE) == []
    assert taken(store).token == 2
    with pytest.raises(LeaseLostError):
        store.under(lost).record(CYCLE, measured([reading()]))


def test_under_a_lease_everything_is_recorded_as_without(store: Store) -> None:
    mine = store.under(taken(store))
    assert mine.record(CYCLE, measured([reading(state="suspect")])).inserted == 1
    assert len(mine.add_entries(CYCLE, [check_in()])) == 1
    assert (store.audit().ok, len(list(mine.readings(CYCLE, as_of=None)))) == (True, 1)


RECORDING = {
    "readings": lambda store: store.record(CYCLE, measured([reading("other")])),
    "what is decided in sight": lambda store: store.record_beside(
        CYCLE, ["kr"], lambda *_: ([], [check_in()])
    ),
    "entries": lambda store: store.add_entries(CYCLE, [check_in()]),
    "a correction": lambda store: store.supersede(
        CYCLE, "r1", reading(), Acceptance(reading="r1", note=""), by="bob", at=MONDAY
    ),
}


@pytest.mark.parametrize("what", RECORDING)
def test_who_lost_its_lease_records_nothing_and_is_told_who_has_it(
    store: Store, ready_url: str, what: str
) -> None:
    store.record(CYCLE, measured([reading(state="suspect")]))
    mine = store.under(taken(store))
    end(ready_url)
    before = exported(ready_url)
    with pytest.raises(LeaseLostError, match=r"of anna has ended; nothing was recorded"):
        RECORDING[what](mine)
    store.leases.acquire(PURPOSE, owner="cleo")
    with pytest.raises(LeaseLostError, match=r"of anna has ended, and cleo has it now"):
        RECORDING[what](mine)
    assert exported(ready_url) == before


def test_what_is_recorded_renews_the_lease_or_leaves_it_as_it_was(
    store: Store, ready_url: str
) -> None:
    mine = store.under(taken(store, seconds=600))
    change(ready_url, "UPDATE lease SET expires = expires - 590")
    with pytest.raises(ValueError, match="supersedes another"):
        mine.record(CYCLE, measured([reading(supersedes="r1")]))
    left = "SELECT expires - since FROM lease"
    assert scalar(ready_url, left) < 20
    mine.record(CYCLE, measured([reading()]))
    assert scalar(ready_url, left) > 500


def scalar(url: str, query: str) -> float:
    with raw_engine(url).connect() as connection:
        return float(connection.execute(text(query)).scalar_one())


def test_the_row_of_a_lease_cannot_be_deleted(store: Store, ready_url: str) -> None:
    taken(store)
    with (
        raw_engine(ready_url).begin() as connection,
        pytest.raises(DBAPIError, match="the token must not start anew"),
    ):
        connection.execute(text("DELETE FROM lease"))


def test_leases_are_in_no_export_and_no_audit(store: Store, ready_url: str) -> None:
    decided_store(store)
    before, audited = exported(ready_url), store.audit()
    lease = taken(store)
    store.leases.renew(lease)
    assert (exported(ready_url), store.audit()) == (before, audited)
    change(ready_url, "UPDATE lease SET owner = 'mallory', token = 7")
    assert store.audit() == audited


def test_a_damaged_lease_is_named(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "okr.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_store(str(path)) as store:
        taken(store)
        change(str(path), "UPDATE lease SET owner = CAST(x'ff31' AS TEXT)")
        with pytest.raises(ConfigError, match=f"the `owner` of lease {PURPOSE} cannot be read"):
            store.leases.holders(PURPOSE)
