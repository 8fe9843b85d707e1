"""Whatever the store's own methods can store survives export and restore, on both engines."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from engines import new_database
from exports import exported, restored
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from store_samples import drop_guards, raw_engine

from okr_core.basics.exact import digest
from okr_core.record.entries import CheckIn, Correction, Entry, Reading, ScopeChange
from okr_store import NewRevision, Store, open_store, upgrade_store
from okr_store.export.lines import TABLES

CYCLES = ("2026-q4", "2027-q1")
START = datetime(2026, 1, 1, tzinfo=UTC)
Deed = Callable[[Store], object]

# PostgreSQL keeps every character but NUL; half of a surrogate pair is no text.
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
names = st.sampled_from(["kr", "kr.ü", "上海", "a b"])
people = st.sampled_from(["", "anna", "bob", "zoë"])
times = st.integers(0, 5 * 10**13).map(lambda n: START + timedelta(microseconds=n))
numbers = st.integers(-(10**20), 10**20)
values = st.builds(lambda n, places: Decimal(n).scaleb(-places), numbers, st.integers(0, 9))


@st.composite
def revisions(draw: st.DrawFn) -> Deed:
    kind: Literal["plan", "workspace"] = draw(st.sampled_from(["plan", "workspace"]))
    scope = draw(st.sampled_from(CYCLES)) if kind == "plan" else ""
    text, by, at = draw(words), draw(people), draw(times)
    state: Literal["accepted", "proposed"] = draw(st.sampled_from(["accepted", "proposed"]))

    def act(store: Store) -> object:
        latest = store.revision(kind, scope)
        new = NewRevision(
            kind=kind,
            scope=scope,
            document='{"cycle":{}}',
            digest=digest(text.encode()),
            at=at,
            base=latest.number if latest else 0,
            by=by,
            reason=text,
            text=text,
            added={"kr": at.date()},
            state=state,
        )
        number = store.add_revision(new).number
        if state == "proposed" and text:
            store.decide_revision(kind, scope, number, "rejected", by=by, at=at, reason=text)
        return number

    return act


@st.composite
def syncs(draw: st.DrawFn) -> Deed:
    cycle, content = draw(st.sampled_from(CYCLES)), draw(st.none() | st.binary(max_size=30))
    reading = Reading(
        at=draw(times),
        value=draw(values),
        key_result=draw(names),
        part=draw(st.sampled_from(["", "beta"])),
        state=draw(st.sampled_from(["observed", "suspect"])),
        source="jira:acme",
        until=draw(st.none() | times),
        reason=draw(words),
        evidence="" if content is None else digest(content),
        by=draw(people),
    )
    return lambda store: store.record(cycle, [(reading, content)])


@st.composite
def corrections(draw: st.DrawFn) -> Deed:
    cycle, value, why = draw(st.sampled_from(CYCLES)), draw(values), draw(words)
    at, by = draw(times), draw(people)

    def act(store: Store) -> object:
        old = next(store.readings(cycle, as_of=None), None)
        if old is None:
            return None
        new = Reading(at=at, value=value, key_result=old.key_result, part=old.part, by=by)
        body = Correction(reading=old.id, value=value, reason=why)
        return store.supersede(cycle, old.id, new, body, by=by, at=at)

    return act


@st.composite
def statements(draw: st.DrawFn) -> Deed:
    cycle, said = draw(st.sampled_from(CYCLES)), draw(words)
    bodies: st.SearchStrategy[CheckIn | ScopeChange] = st.one_of(
        st.just(CheckIn(confidence=3, note=said)),
        st.just(CheckIn(note=said)),
        st.just(ScopeChange(reason=said)),
    )
    entry = Entry(
        at=draw(times),
        body=draw(bodies),
        key_result=draw(names),
        by=draw(people),
        key=draw(st.sampled_from(["", "k1"])),
    )
    return lambda store: store.add_entries(cycle, [entry])


deeds = st.lists(revisions() | syncs() | corrections() | statements(), max_size=12)


@pytest.fixture(scope="module")
def postgres_store(postgres_server: str) -> Iterator[str]:
    """One store for all examples: making a database takes longer than filling it."""
    with new_database(postgres_server) as url:
        upgrade_store(url)
        yield url


@pytest.mark.parametrize("original", ["sqlite", "postgresql"])
@settings(
    max_examples=8,
    deadline=None,
    # Shrinking would take minutes; the deeds are few and say what they are.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(several=deeds)
def test_any_store_survives_the_other_engine(
    sqlite_template: Path, postgres_store: str, tmp_path: Path, original: str, several: list[Deed]
) -> None:
    file = str(shutil.copy(sqlite_template, tmp_path / "okr.db"))
    _empty(postgres_store)
    here, there = (file, postgres_store) if original == "sqlite" else (postgres_store, file)
    with open_store(here) as store:
        for deed in several:
            deed(store)
        report = store.audit()
    export = exported(here)
    assert restored(there, export).audit == report
    assert report.ok
    assert exported(there) == export
    for cycle in CYCLES:
        assert _answers(there, cycle) == _answers(here, cycle)


def _empty(url: str) -> None:
    with raw_engine(url).begin() as connection:
        drop_guards(connection)
        connection.execute(text(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY"))


def _answers(url: str, cycle: str) -> list[object]:
    with open_store(url) as store:
        entries = store.entries(cycle, kinds=("check_in", "correction", "scope_change"))
        revision = store.revision("plan", cycle)
        return [revision, *store.readings(cycle, as_of=None), *entries]
