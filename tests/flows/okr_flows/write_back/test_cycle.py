"""A cycle is written back by one rule, whether a flow, a command or a form asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from mirror_world import CYCLE, NOW, MirrorWorld, mirror_world
from sync_world import opening_of, record_documents

from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import Reading
from okr_flows.score.record import score
from okr_flows.write_back.cycle import write_back_cycle
from okr_flows.write_back.report import WriteBackReport
from okr_store import Store

ADA = Actor("form", "ada")
LATER = NOW + timedelta(weeks=2)


@pytest.fixture
def world(store: Store) -> Iterator[MirrorWorld]:
    with mirror_world(store) as opened:
        one = Reading(key_result="growth.seats", value=Decimal(17), at=NOW, source="jira:acme")
        record_documents(store, opened.plan)
        store.record(CYCLE, [(replace(one, as_of=NOW, observed_at=NOW), None)])
        yield opened


def asked(
    world: MirrorWorld, at: datetime = LATER, actor: Actor = ADA, *, write: bool = True
) -> list[WriteBackReport]:
    occasion = Occasion(at, at, actor)
    return write_back_cycle(
        opening_of(world.store), CYCLE, world.env, occasion=occasion, write=write
    )


def connect(world: MirrorWorld) -> None:
    record_documents(world.store, world.plan, world.workspace)


def test_a_person_has_the_cycle_written_back_in_their_name(
    store: Store, world: MirrorWorld
) -> None:
    connect(world)
    assert [report.connection for report in asked(world, write=False)] == ["acme", "wiki"]
    assert list(store.entries(CYCLE, kinds=("write_back",))) == []
    assert all(report.totals["changed"] for report in asked(world))
    assert world.cells_of("growth")["Score"] == 0.7
    told = {(entry.by, entry.via) for entry in store.entries(CYCLE, kinds=("write_back",))}
    assert told == {("ada", "form")}


def test_scores_that_newer_ones_have_overtaken_are_written_back_nowhere(
    store: Store, world: MirrorWorld
) -> None:
    connect(world)
    score(store, CYCLE, LATER, now=LATER)
    world.sandbox.record.clear()
    with pytest.raises(RefusalError, match="of 2026-11-16 09:00 CET: those of an earlier time"):
        asked(world, NOW + timedelta(weeks=1))
    assert not world.sandbox.record
    assert asked(world, LATER)


def test_a_stranger_has_nothing_written_back(world: MirrorWorld) -> None:
    connect(world)
    with pytest.raises(InputError, match="`ghost` is not in the workspace"):
        asked(world, actor=Actor("form", "ghost"))


def test_without_a_workspace_there_is_no_connection_to_tell(world: MirrorWorld) -> None:
    assert asked(world) == []
