"""A frozen scope: only the issues of the first complete reading count, wherever they went."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from jira_world import NOW, World, Worlds, ask

from okr_sandbox import Change, changed, issue
from okr_sandbox.jira.issues import Issue
from okr_sources.answers import Ask, Observed

START = datetime(2026, 9, 1, tzinfo=UTC)
THEN = START + timedelta(days=1)
LATER = START + timedelta(days=10)
SHARE = ask("k", jql="labels = a", measure="done_ratio", scope="frozen")


def scope() -> list[Issue]:
    """Four issues at first; then one done, one relabelled and done, one deleted, one new."""
    moved = issue("GROW-2", created=START, labels=["a"], points=2, done=LATER)
    return [
        issue("GROW-1", created=START, labels=["a"], points=1, done=LATER),
        changed(moved, Change(LATER, {"labels": ("b",)})),
        issue("GROW-3", created=START, labels=["a"], points=3, deleted=LATER),
        issue("GROW-4", created=START, labels=["a"], points=4),
        issue("GROW-5", created=LATER, labels=["a"], points=5, done=LATER),
    ]


def frozen(world: World, one: Ask) -> Ask:
    """The ask as it is asked after its first reading."""
    rows = world.found(one).evidence.rows
    world.sandbox.clock.set(NOW)
    return replace(one, frozen=tuple(rows))


def test_issues_that_left_count_as_they_stand_and_deleted_ones_stay_not_done(
    worlds: Worlds,
) -> None:
    world = worlds(*scope(), now=THEN)
    found = world.found(frozen(world, SHARE))
    assert found.value == Decimal("0.5")
    assert len(found.evidence.rows) == 4
    assert found.evidence.notes == (
        f"frozen scope; live: {(Decimal(2) / 3):.28f} over 3 issues",
        "1 issues of the frozen scope do not exist any more",
    )


def test_an_issue_that_was_done_and_is_deleted_is_not_done_any_more(worlds: Worlds) -> None:
    done = issue("GROW-1", created=START, labels=["a"], done=START, deleted=LATER)
    world = worlds(done, issue("GROW-2", created=START, labels=["a"]), now=THEN)
    assert world.value(SHARE) == Decimal("0.5")
    world.sandbox.clock.set(THEN)
    assert world.value(frozen(world, SHARE)) == 0


def test_issues_that_left_are_looked_up_in_bulk(worlds: Worlds) -> None:
    many = [
        changed(issue(f"GROW-{n}", created=START, labels=["a"]), Change(LATER, {"labels": ("b",)}))
        for n in range(1, 251)
    ]
    world = worlds(*many, now=THEN)
    later = frozen(world, SHARE)
    assert world.value(later) == 0
    assert world.sent["POST /rest/api/3/issue/bulkfetch"] == 3


def test_weights_are_those_of_the_first_reading(worlds: Worlds) -> None:
    reweighed = changed(
        issue("GROW-1", created=START, labels=["a"], points=1, done=LATER),
        Change(LATER, {"customfield_10016": 100}),
    )
    other = issue("GROW-2", created=START, labels=["a"], points=3)
    world = worlds(reweighed, other, now=THEN)
    one = ask(
        "k", jql="labels = a", measure="done_ratio", weight="customfield_10016", scope="frozen"
    )
    assert world.value(frozen(world, one)) == Decimal("0.25")


def test_a_frozen_sum_takes_todays_values_and_none_of_deleted_issues(worlds: Worlds) -> None:
    world = worlds(*scope(), now=THEN)
    one = ask("k", jql="labels = a", measure={"sum": "customfield_10016"}, scope="frozen")
    assert world.value(frozen(world, one)) == 1 + 2 + 4


def test_a_frozen_count_counts_what_is_still_selected(worlds: Worlds) -> None:
    world = worlds(*scope(), now=THEN)
    one = ask("k", jql="labels = a", measure="count", scope="frozen")
    assert world.value(frozen(world, one)) == 2


def test_a_first_reading_is_live_and_says_nothing_of_a_scope(worlds: Worlds) -> None:
    world = worlds(*scope(), now=THEN)
    found = world.found(SHARE)
    assert isinstance(found, Observed)
    assert found.evidence.notes == ()
