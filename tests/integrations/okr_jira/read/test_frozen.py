"""A frozen scope: only the issues of the first complete reading count, wherever they went."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from jira_world import NOW, Deployment, Sent, World, Worlds, ask

from okr_core.progress.smells import Previous
from okr_sandbox import Change, changed, issue
from okr_sandbox.jira.issues import Issue, id_of
from okr_sources.answers import Ask, Observed, Suspect

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


def accepted(later: Ask, found: Suspect) -> Ask:
    """The ask of the run after a person accepted that reading."""
    rows, missing = found.evidence.rows, frozenset(found.evidence.missing)
    weight = sum((row.weight for row in rows), Decimal(0))
    return replace(later, previous=Previous(found.value, len(rows), weight, missing))


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_issues_that_left_count_as_they_stand_and_vanished_ones_wait_for_a_person(
    worlds: Worlds, deployment: Deployment
) -> None:
    world = worlds(*scope(), now=THEN, deployment=deployment)
    later = frozen(world, SHARE)
    found = world.suspect(later)
    assert "1 of 4 issues of the frozen scope cannot be found any more" in found.why
    assert (found.value, len(found.evidence.rows)) == (Decimal("0.5"), 4)
    (gone,) = (row.label or row.id for row in later.frozen or () if row.id == id_of("GROW-3"))
    assert found.evidence.notes == (
        f"frozen scope; live: {(Decimal(2) / 3):.28f} over 3 issues",
        f"1 of 4 issues of the frozen scope cannot be found any more: {gone}",
    )


def test_accepted_as_deleted_issues_stay_as_not_done_and_are_not_asked_about_again(
    worlds: Worlds,
) -> None:
    world = worlds(*scope(), now=THEN)
    later = frozen(world, SHARE)
    answer = world.read(accepted(later, world.suspect(later)))["k"]
    assert isinstance(answer, Observed)
    assert answer.value == Decimal("0.5")


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize(
    ("measure", "before"),
    [("done_ratio", Decimal("0.5")), ({"sum": "Story Points"}, 16), ("count", 8)],
    ids=["share", "sum", "count"],
)
def test_issues_that_the_token_may_not_see_any_more_never_move_the_number_silently(
    worlds: Worlds, measure: object, before: Decimal, deployment: Deployment
) -> None:
    """Permission, security level, archive: whatever it was, nobody can tell it from deleted."""
    issues = [
        issue(f"GROW-{n}", created=START, labels=["a"], points=2, done=START if n < 5 else None)
        for n in range(1, 9)
    ]
    world = worlds(*issues, deployment=deployment)
    one = ask("k", jql="labels = a", measure=measure, scope="frozen")
    assert world.value(one) == before
    later = frozen(world, one)
    hidden = {each.id for each in issues[:3]}

    def hide(_: Sent, answer: Any) -> object:
        if isinstance(answer, dict) and "issues" in answer:
            shown = [each for each in answer["issues"] if each["id"] not in hidden]
            rest = len(answer["issues"]) - len(shown)
            total = {"total": answer["total"] - rest} if "total" in answer else {}
            return {**answer, "issues": shown, **total}
        return answer

    world.sandbox.altered = hide
    found = world.suspect(later)
    assert "3 of 8 issues of the frozen scope cannot be found any more" in found.why
    assert found.evidence.missing == tuple(sorted(hidden))
    assert found.evidence.notes[-1].count(",") == 2  # which three
    hidden.add(issues[3].id)
    again = world.suspect(accepted(later, found))
    assert "4 of 8 issues" in again.why
    assert "1 more than was accepted" in again.why  # what vanishes later is another question


def test_what_jira_could_not_give_this_time_is_asked_for_once_more(worlds: Worlds) -> None:
    """A bulk answer may leave issues out for its size or for a failure that passes."""
    moved = Change(LATER, {"labels": ("b",)})
    issues = [
        changed(issue(f"GROW-{n}", created=START, labels=["a"], done=START), moved)
        for n in range(1, 4)
    ]
    world = worlds(*issues, now=THEN)
    later = frozen(world, SHARE)
    failed: list[str] = []

    def fail(sent: Sent, answer: Any) -> object:
        if "bulkfetch" not in sent.path or failed:
            return answer
        first, *rest = answer["issues"]
        failed.append(first["id"])
        error = {"id": first["id"], "errorMessage": "The response is too large."}
        return {"issues": rest, "issueErrors": [error]}

    world.sandbox.altered = fail
    assert world.value(later) == 1
    assert failed
    assert world.sent["POST /rest/api/3/issue/bulkfetch"] == 2


def test_an_issue_that_was_done_and_vanished_is_not_done_until_somebody_says_so(
    worlds: Worlds,
) -> None:
    done = issue("GROW-1", created=START, labels=["a"], done=START, deleted=LATER)
    world = worlds(done, issue("GROW-2", created=START, labels=["a"]), now=THEN)
    assert world.value(SHARE) == Decimal("0.5")
    world.sandbox.clock.set(THEN)
    assert world.suspect(frozen(world, SHARE)).value == 0


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


def test_a_frozen_sum_takes_todays_values_and_none_of_vanished_issues(worlds: Worlds) -> None:
    world = worlds(*scope(), now=THEN)
    one = ask("k", jql="labels = a", measure={"sum": "customfield_10016"}, scope="frozen")
    assert world.suspect(frozen(world, one)).value == 1 + 2 + 4


def test_a_frozen_count_counts_what_is_still_selected(worlds: Worlds) -> None:
    """An issue that left is still there and does not count; one that vanished is told of."""
    world = worlds(*(each for each in scope() if each.deleted_at is None), now=THEN)
    one = ask("k", jql="labels = a", measure="count", scope="frozen")
    assert world.value(frozen(world, one)) == 2
    world = worlds(*scope(), now=THEN)
    assert world.suspect(frozen(world, one)).value == 2


def test_a_frozen_scope_whose_field_is_gone_everywhere_is_unavailable(worlds: Worlds) -> None:
    """Absent where it was looked up is not empty, as in a selection."""
    moved = Change(LATER, {"labels": ("b",)})
    world = worlds(changed(issue("GROW-1", created=START, labels=["a"], points=3), moved), now=THEN)
    one = ask("k", jql="labels = a", measure={"sum": "Story Points"}, scope="frozen")
    later = frozen(world, one)

    def strip(_: Sent, answer: Any) -> object:
        if "issues" in answer:
            for each in answer["issues"]:
                each.get("fields", {}).pop("customfield_10016", None)
        return answer

    world.sandbox.altered = strip
    reason = world.refusal(later).reason
    assert '1 issue came without the field "Story Points", not even empty' in reason


def test_a_first_reading_is_live_and_says_nothing_of_a_scope(worlds: Worlds) -> None:
    world = worlds(*scope(), now=THEN)
    found = world.found(SHARE)
    assert isinstance(found, Observed)
    assert found.evidence.notes == ()
