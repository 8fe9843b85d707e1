"""Planning a sync: who is asked for what, and what the store knows already."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event
from store_samples import tamper
from sync_answers import why
from sync_world import (
    BOUND,
    CYCLE,
    MONDAY,
    PLAN,
    WEEK,
    WORKSPACE,
    SyncWorld,
    planned,
    slot_readings,
    synced,
)

from okr_core.errors import ConfigError, InputError
from okr_core.plan.acting import Actor, Occasion
from okr_core.progress.smells import Previous
from okr_core.record.entries import Acceptance, Correction, Entry, Reading, ScopeChange
from okr_core.record.evidence import decode, digest_of, encode
from okr_flows.decide.reading import accept_reading
from okr_flows.sync.plan import SyncPlan, plan_sync
from okr_sources.answers import Ask
from okr_store import Store

FROZEN = PLAN.replace("measure: done_ratio,", "measure: done_ratio, scope: frozen,")


def asked(plan: SyncPlan) -> dict[str, list[str]]:
    return {job.name: [ask.key_result for ask in job.asks] for job in plan.jobs}


def ask_of(plan: SyncPlan, key_result: str) -> Ask:
    return next(a for job in plan.jobs for a in job.asks if a.key_result == key_result)


def test_every_bound_key_result_is_asked_of_its_connection(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    plan = planned(store)
    assert asked(plan) == {"tracker": list(BOUND[:3]), "wiki": list(BOUND[3:])}
    assert plan.order == BOUND
    assert (plan.revision, plan.existing, plan.refused) == (1, (), ())
    assert world.sent == 0


def test_only_names_the_key_results_to_ask_for(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    assert asked(planned(store, MONDAY, "bugs.open", "talks.score")) == {
        "tracker": ["bugs.open"],
        "wiki": ["talks.score"],
    }


def test_one_connection_can_be_asked_alone(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    plan = planned(store, connection="wiki")
    assert asked(plan) == {"wiki": ["talks.held", "talks.score"]}
    assert plan.order == BOUND[3:]


def test_a_key_result_of_another_connection_is_refused_with_the_one_it_is_bound_to(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    with pytest.raises(InputError) as refused:
        planned(store, MONDAY, "bugs.open", "talks.score", connection="wiki")
    assert refused.value.message == (
        "key result `bugs.open` is bound to connection `tracker`, not to `wiki`."
    )


def test_names_that_are_not_bound_are_refused(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    with pytest.raises(InputError, match=r"`team\.mood` of cycle `2026-q4` is not bound"):
        planned(store, MONDAY, "team.mood")
    with pytest.raises(InputError, match="bound to connection `crm`"):
        planned(store, connection="crm")


def test_a_time_to_come_is_not_read_for(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    now = MONDAY - timedelta(minutes=1)
    with pytest.raises(InputError, match="lies in the future"):
        plan_sync(store, cycle=CYCLE, as_of=MONDAY, now=now)
    assert plan_sync(store, cycle=CYCLE, as_of=MONDAY, now=MONDAY).jobs
    assert plan_sync(store, cycle=CYCLE, as_of=MONDAY).jobs, "a preview looks at any time"


def test_no_name_and_an_unknown_one_of_a_cycle_are_refused_in_words(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    with pytest.raises(InputError, match=f"no cycle is named. It has {CYCLE}"):
        plan_sync(store, cycle="", as_of=MONDAY)
    with pytest.raises(InputError, match=f"no plan of cycle `bogus`. It has {CYCLE}"):
        plan_sync(store, cycle="bogus", as_of=MONDAY)


def test_a_store_without_plan_or_workspace_says_what_to_run(world: SyncWorld, store: Store) -> None:
    with pytest.raises(InputError, match="no plan of cycle `2026-q4`") as error:
        planned(store)
    assert "okr apply" in str(error.value)
    world.apply(store, workspace=None)
    with pytest.raises(ConfigError, match="no workspace"):
        planned(store)


def test_dropped_and_deferred_key_results_are_not_asked_for(world: SyncWorld, store: Store) -> None:
    text = PLAN.replace(
        "id: talks.held\n",
        "id: talks.held\n        state: dropped\n        state_reason: no time\n",
    )
    text = text.replace(
        "- id: quality\n", "- id: quality\n    state: deferred\n    state_reason: later\n"
    )
    world.apply(store, text)
    assert asked(planned(store)) == {"wiki": ["talks.score"]}


@pytest.mark.parametrize(
    ("binding", "reason", "hint"),
    [
        ("{connection: crm, ", "connection `crm` is not in the workspace.", "okr.yaml"),
        ("{connection: wiki, ", "connection `wiki` is of kind notion", "Name another"),
        ("{", "its binding names no connection.", "`source.jira`"),
    ],
)
def test_a_connection_that_cannot_serve_is_unavailable_and_stops_no_other(
    world: SyncWorld, store: Store, binding: str, reason: str, hint: str
) -> None:
    text = PLAN.replace(
        '{connection: tracker, jql: "labels = checkout', f'{binding}jql: "labels = checkout'
    )
    world.apply(store, text)
    plan = planned(store)
    (refused,) = plan.refused
    assert refused.key_result == "bugs.open"
    assert refused.reason.startswith(reason)
    assert hint in refused.hint
    assert asked(plan) == {"tracker": list(BOUND[1:3]), "wiki": list(BOUND[3:])}


def test_the_slot_is_the_minute_and_what_is_recorded_in_it_is_not_asked_again(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    synced(store, world.env, MONDAY, "bugs.open", "talks.held")
    plan = planned(store, MONDAY + timedelta(seconds=59))
    assert plan.as_of == MONDAY
    assert asked(plan) == {"tracker": list(BOUND[1:3]), "wiki": ["talks.score"]}
    assert [(r.key_result, r.value, r.existing) for r in plan.existing] == [
        ("bugs.open", Decimal(6), True),
        ("talks.held", Decimal(3), True),
    ]
    assert all(r.link.startswith("http") for r in plan.existing)
    assert asked(planned(store, MONDAY + timedelta(seconds=60)))["tracker"] == list(BOUND[:3])


def test_a_corrected_reading_of_the_slot_is_what_the_slot_holds(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    synced(store, world.env)
    wrong = slot_readings(store)["bugs.open"]
    supersede(store, wrong, Decimal(7))
    (corrected, *_) = planned(store).existing
    assert (corrected.key_result, corrected.state) == ("bugs.open", "observed")
    assert corrected.value == 7


def test_a_reading_that_a_person_took_out_is_not_put_back_in_its_slot(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    synced(store, world.env)
    supersede(store, slot_readings(store)["bugs.open"], None)
    report = synced(store, world.env)
    (gone, *rest) = report.readings
    assert (gone.key_result, gone.state, gone.value) == ("bugs.open", "unavailable", None)
    assert "took its reading" in why(gone).reason
    assert all(reading.state == "observed" for reading in rest)
    assert "bugs.open" not in slot_readings(store)
    assert "bugs.open" in slot_readings_after(world, store)


def slot_readings_after(world: SyncWorld, store: Store) -> dict[str, Reading]:
    synced(store, world.env, MONDAY + WEEK)
    return slot_readings(store, MONDAY + WEEK)


def supersede(store: Store, old: Reading, value: Decimal | None) -> None:
    fresh = replace(old, id="", sequence=0, supersedes=old.id, evidence="", by="ada", reason="no")
    new = replace(fresh, state="void") if value is None else replace(fresh, value=value)
    body = Correction(reading=old.id, value=value, reason="counted twice")
    store.supersede(CYCLE, old.id, new, body, by="ada", at=MONDAY + timedelta(hours=1))


def test_what_the_last_sync_counted_is_the_memory_of_the_next(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    assert [dict(job.memory.counts) for job in planned(store).jobs] == [{}, {}]
    synced(store, world.env)
    tracker, wiki = (dict(job.memory.counts) for job in planned(store, MONDAY + WEEK).jobs)
    assert {4, 6} <= set(tracker.values())
    assert set(wiki.values()) == {3, 5}
    synced(store, world.env, MONDAY + WEEK, "bugs.open")
    after = dict(planned(store, MONDAY + 2 * WEEK).jobs[0].memory.counts)
    assert after.keys() == tracker.keys()


def test_the_previous_reading_comes_with_the_size_of_its_selection(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    assert ask_of(planned(store), "scaling.done").previous is None
    synced(store, world.env)
    before = ask_of(planned(store, MONDAY + WEEK), "scaling.done").previous
    assert before is not None
    assert before == Previous(Decimal(50), 4, Decimal(4))
    earlier = ask_of(planned(store, MONDAY - WEEK), "scaling.done").previous
    assert earlier is None


def test_a_value_by_hand_is_no_previous_reading_of_the_source(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    synced(store, world.env)
    by_hand = Reading(at=MONDAY + timedelta(days=1), value=Decimal(1), key_result="bugs.open")
    store.record(CYCLE, [(by_hand, None)])
    before = ask_of(planned(store, MONDAY + WEEK), "bugs.open").previous
    assert before is not None
    assert before.value == 6


def test_a_suspect_reading_is_no_previous_one_until_a_person_accepts_it(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    synced(store, world.env)
    renamed = PLAN.replace("labels = checkout", "labels = payments")
    world.apply(store, renamed, workspace=None)
    report = synced(store, world.env, MONDAY + WEEK)
    assert report.totals == {"observed": 4, "suspect": 1}
    before = ask_of(planned(store, MONDAY + 2 * WEEK), "bugs.open").previous
    assert before is not None
    assert before.value == 6
    suspect = slot_readings(store, MONDAY + WEEK)["bugs.open"]
    true = replace(suspect, id="", sequence=0, supersedes=suspect.id, state="observed", by="ada")
    store.supersede(
        CYCLE, suspect.id, true, Acceptance(reading=suspect.id), by="ada", at=MONDAY + WEEK
    )
    accepted = ask_of(planned(store, MONDAY + 2 * WEEK), "bugs.open").previous
    assert accepted is not None
    assert (int(accepted.value), accepted.selected) == (0, 0)


def test_a_frozen_scope_is_the_first_complete_reading(world: SyncWorld, store: Store) -> None:
    world.apply(store, FROZEN)
    assert ask_of(planned(store), "scaling.done").frozen is None
    synced(store, world.env)
    frozen = ask_of(planned(store, MONDAY + WEEK), "scaling.done").frozen
    assert frozen is not None
    assert len(frozen) == 4
    assert ask_of(planned(store, MONDAY + WEEK), "bugs.open").frozen is None


def test_rows_that_a_person_accepted_as_deleted_are_known_to_the_next_sync(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, FROZEN)
    synced(store, world.env)
    first = slot_readings(store)["scaling.done"]
    whole = decode(store.evidence(first.evidence) or b"")
    content = encode(replace(whole, missing=(whole.rows[0].id,)))
    later = replace(
        first,
        id="",
        sequence=0,
        at=MONDAY + WEEK,
        as_of=MONDAY + WEEK,
        state="suspect",
        evidence=digest_of(content),
    )
    store.record(CYCLE, [(later, content)])
    asked_for = ask_of(planned(store, MONDAY + 2 * WEEK), "scaling.done").previous
    assert asked_for is not None
    assert asked_for.missing == frozenset()  # nobody has said so yet
    at = MONDAY + WEEK + timedelta(hours=1)
    accept_reading(store, CYCLE, "scaling.done", occasion=Occasion(at, at, Actor("cli", "ada")))
    accepted = ask_of(planned(store, MONDAY + 2 * WEEK), "scaling.done").previous
    assert accepted is not None
    assert accepted.missing == {whole.rows[0].id}


def damage(store: Store, url: str, key_result: str) -> str:
    """Damage the evidence of the first Monday; its digest."""
    digest = slot_readings(store)[key_result].evidence
    tamper(url, f"UPDATE evidence SET content = '' WHERE digest = '{digest}'")
    return digest


def test_damaged_evidence_stops_no_sync(
    world: SyncWorld, store: Store, ready_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.apply(store)
    synced(store, world.env)
    digest = damage(store, ready_url, "bugs.open")
    again = {reading.key_result: reading for reading in planned(store).existing}
    assert (again["bugs.open"].value, again["bugs.open"].link) == (Decimal(6), "")
    later = planned(store, MONDAY + WEEK)
    # What it was worth is known still: the next reading is held against that.
    assert ask_of(later, "bugs.open").previous == Previous(Decimal(6))
    assert ask_of(later, "scaling.done").previous is not None
    assert f"bugs.open: its last selection is not known: evidence `{digest}`" in caplog.text


def questions(plan: Callable[[], object]) -> int:
    """How many statements the store is asked meanwhile."""
    asked: list[object] = []

    def count(*told: object) -> None:
        asked.append(told)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        plan()
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return len(asked)


def test_many_key_results_ask_the_store_no_more_than_one_does(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    synced(store, world.env)
    later = MONDAY + WEEK
    one = questions(lambda: planned(store, later, "bugs.open"))
    assert questions(lambda: planned(store, later, connection="tracker")) == one


def test_a_frozen_scope_that_is_damaged_is_not_replaced_by_another(
    world: SyncWorld, store: Store, ready_url: str
) -> None:
    world.apply(store, FROZEN)
    synced(store, world.env)
    digest = damage(store, ready_url, "scaling.done")
    plan = planned(store, MONDAY + WEEK)
    (refused,) = plan.refused
    assert (refused.key_result, digest in refused.reason) == ("scaling.done", True)
    assert "okr audit verify" in refused.hint
    assert asked(plan)["tracker"] == ["bugs.open", "scaling.points"]


def test_a_scope_change_lets_the_next_reading_freeze_anew(world: SyncWorld, store: Store) -> None:
    world.apply(store, FROZEN)
    synced(store, world.env)
    change = Entry(
        at=MONDAY + timedelta(days=1),
        body=ScopeChange(reason="two teams merged"),
        key_result="scaling.done",
        by="ada",
    )
    store.add_entries(CYCLE, [change])
    assert ask_of(planned(store, MONDAY + WEEK), "scaling.done").frozen is None
    synced(store, world.env, MONDAY + WEEK)
    assert ask_of(planned(store, MONDAY + 2 * WEEK), "scaling.done").frozen is not None


def test_another_binding_freezes_another_scope(world: SyncWorld, store: Store) -> None:
    world.apply(store, FROZEN)
    synced(store, world.env)
    wider = FROZEN.replace('"labels = scaling",', '"labels in (scaling, checkout)",')
    world.apply(store, wider, workspace=None)
    assert ask_of(planned(store, MONDAY + WEEK), "scaling.done").frozen is None
    synced(store, world.env, MONDAY + WEEK)
    frozen = ask_of(planned(store, MONDAY + 2 * WEEK), "scaling.done").frozen
    assert frozen is not None
    assert len(frozen) == 12
    world.apply(store, FROZEN, workspace=None)
    back = ask_of(planned(store, MONDAY + 2 * WEEK), "scaling.done").frozen
    assert back is not None
    assert len(back) == 4


def test_an_emptied_selection_does_not_become_the_scope(world: SyncWorld, store: Store) -> None:
    text = PLAN.replace('Done", measure: count}', 'Done", measure: count, scope: frozen}')
    world.apply(store, text)
    synced(store, world.env)
    world.apply(store, text.replace("labels = checkout", "labels = payments"), workspace=None)
    report = synced(store, world.env, MONDAY + WEEK)
    assert report.totals["suspect"] == 1
    assert ask_of(planned(store, MONDAY + 2 * WEEK), "bugs.open").frozen is None


def test_a_connection_of_a_workspace_keeps_its_settings(world: SyncWorld, store: Store) -> None:
    world.apply(store, workspace=WORKSPACE.replace("timeout: 20", "timeout: 7"))
    assert {job.connection.timeout for job in planned(store).jobs} == {7}
    assert [job.source for job in planned(store).jobs] == ["jira:tracker", "notion:wiki"]
