"""Every measure over real HTTP, with numbers that are computed from the sample and not by us."""

from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import fmean
from typing import Any

import pytest
from notion_sample import Sample
from notion_world import World, answer_value, ask, observed, previous_of, suspect, unavailable

from okr_core.progress.smells import Previous
from okr_sandbox.notion.columns import RollupAnswer, rollup

POINTS = range(40)  # of task i: i points, done where i is even
WEIGHED = Decimal(sum(i for i in POINTS if i % 2 == 0)) / sum(POINTS)


def close(value: Decimal, expected: float | Decimal) -> bool:
    return abs(float(value) - float(expected)) < 1e-12


def test_a_count_is_the_number_of_rows(world: World, sample: Sample) -> None:
    answer = world.one(sample.tasks, measure="count")
    assert answer_value(answer) == 40
    assert observed(answer).evidence.complete
    assert {row.label for row in observed(answer).evidence.rows} == {f"Task {i}" for i in POINTS}


def test_a_sum_adds_a_property_found_by_name_or_by_id(world: World, sample: Sample) -> None:
    by_id = sample.tasks.columns["Points"].id
    answers = world.read(
        ask("name", data_source=sample.tasks.id, measure={"sum": "Points"}),
        ask("id", data_source=sample.tasks.id, measure={"sum": by_id}),
    )
    assert {answer_value(a) for a in answers.values()} == {Decimal(sum(POINTS))}


def test_an_average_leaves_out_rows_without_a_value_and_says_so(
    world: World, sample: Sample
) -> None:
    answer = world.one(sample.interviews, measure={"average": "Score"})
    assert answer_value(answer) == (Decimal(8) + 4) / 2
    assert observed(answer).evidence.notes == ("1 row without a value: left out",)


def test_a_done_ratio_counts_the_status_group_complete(world: World, sample: Sample) -> None:
    for status in ("Done", "Dropped", "Planned"):
        sample.interviews.row(Name=status, Status=status, created=date(2026, 10, 3))
    answer = world.one(sample.interviews, measure="done_ratio", scale="100")
    assert close(answer_value(answer), 100 * 2 / 6)


def test_a_done_ratio_may_weigh_rows_and_go_by_a_checkbox(world: World, sample: Sample) -> None:
    answer = world.one(sample.tasks, measure={"done_ratio": {"by": "Done", "weight": "Points"}})
    assert close(answer_value(answer), WEIGHED)


def test_rows_without_a_weight_are_left_out_and_counted_in_a_note(
    world: World, sample: Sample
) -> None:
    sample.tasks.row(Task="Unweighed", Done=True, created=date(2026, 10, 2))
    answer = world.one(sample.tasks, measure={"done_ratio": {"by": "Done", "weight": "Points"}})
    assert close(answer_value(answer), WEIGHED)
    assert observed(answer).evidence.notes == ("1 row without a weight: left out",)


def test_the_latest_value_is_that_of_the_row_created_last(world: World, sample: Sample) -> None:
    sample.interviews.row(Name="New", Score=6, created=date(2026, 10, 13))
    assert answer_value(world.one(sample.interviews, measure={"latest": "Score"})) == 6
    assert world.sent == 2


def test_the_latest_by_a_date_ignores_dates_that_are_still_to_come(
    world: World, sample: Sample
) -> None:
    sample.interviews.row(Name="Plan", Score=9, When=date(2026, 10, 15), created=date(2026, 10, 2))
    sample.interviews.row(Name="Today", Score=5, When=date(2026, 10, 14), created=date(2026, 10, 2))
    measure = {"latest": {"property": "Score", "by": "When"}}
    assert answer_value(world.one(sample.interviews, measure=measure)) == 5


def test_the_latest_is_the_same_where_it_shares_a_query(world: World, sample: Sample) -> None:
    measure = {"latest": {"property": "Score", "by": "When"}}
    answers = world.read(
        ask("latest", data_source=sample.interviews.id, measure=measure),
        ask("count", data_source=sample.interviews.id, measure="count"),
    )
    assert answer_value(answers["latest"]) == 8
    assert answer_value(answers["count"]) == 3


def test_a_newest_row_without_a_value_is_unavailable_and_named(
    world: World, sample: Sample
) -> None:
    sample.interviews.row(Name="Blank", created=date(2026, 10, 14))
    answer = unavailable(world.one(sample.interviews, measure={"latest": "Score"}))
    assert "has no value yet" in answer.reason


def test_short_and_long_filters_select_the_same_rows(world: World, sample: Sample) -> None:
    short = {"Done": "true", "Points": [">= 10", "< 30"], "Due": ">= 2026-11-10"}
    long = {
        "and": [
            {"property": "Done", "checkbox": {"equals": "true"}},
            {"property": "Points", "number": {"greater_than_or_equal_to": "10"}},
            {"property": "Points", "number": {"less_than": 30}},
            {"property": "Due", "date": {"on_or_after": "2026-11-10"}},
        ]
    }
    answers = world.read(
        ask("short", data_source=sample.tasks.id, filter=short, measure={"sum": "Points"}),
        ask("long", data_source=sample.tasks.id, filter=long, measure={"sum": "Points"}),
    )
    expected = sum(i for i in range(10, 30) if i % 2 == 0 and 1 + i % 28 >= 10)
    assert {answer_value(a) for a in answers.values()} == {Decimal(expected)}


def test_a_list_of_options_takes_any_of_them(world: World, sample: Sample) -> None:
    wish = {"Status": ["Planned", "Talking"], "Name": "~ a"}
    assert answer_value(world.one(sample.interviews, filter=wish, measure="count")) == 2


def test_excluded_statuses_do_not_count_and_are_noted(world: World, sample: Sample) -> None:
    sample.interviews.row(Name="X", Status="Dropped", Score=1, created=date(2026, 10, 3))
    sample.interviews.row(Name="Y", Status="Done", Score=3, created=date(2026, 10, 3))
    answer = world.one(sample.interviews, measure="done_ratio", exclude=["Dropped"])
    assert close(answer_value(answer), 1 / 4)
    assert observed(answer).evidence.notes == ("1 row excluded (Dropped)",)


def test_an_unknown_excluded_name_is_refused_with_the_names_that_exist(
    world: World, sample: Sample
) -> None:
    answer = unavailable(world.one(sample.interviews, measure="count", exclude=["Cancelled"]))
    assert "Cancelled" in answer.reason
    assert "Dropped" in answer.hint


@pytest.mark.parametrize(
    ("property_", "expected"),
    [
        ("Score", 8),
        ("Double", 16),
        ("Paid", 1),
        ("Tasks", 30),  # a page shows 25 of them
        ("Points", sum(range(30))),  # a rollup over those
        ("Good", 0),
    ],
)
def test_a_page_gives_its_property_as_a_number(
    world: World, sample: Sample, property_: str, expected: int
) -> None:
    answer = world.read(ask("kr", page=sample.first.id, property=property_))["kr"]
    assert answer_value(answer) == expected
    assert (
        observed(answer).evidence.link
        == f"https://www.notion.so/{sample.first.id.replace('-', '')}"
    )


def test_a_sum_over_cut_off_lists_asks_for_the_whole_property(world: World, sample: Sample) -> None:
    for name, expected in (("Tasks", 30), ("Points", sum(range(30)))):
        answer = world.one(sample.interviews, measure={"sum": name}, filter={"Name": "Ann Example"})
        assert answer_value(answer) == expected
        assert observed(answer).evidence.requests == 2


def test_every_list_that_a_page_cuts_off_is_read_whole(world: World, sample: Sample) -> None:
    crowd = [world.workspace.user(f"P{n}", f"p{n}@acme.example") for n in range(30)]
    row = sample.interviews.row(Name="Crowd", Owner=crowd, created=date(2026, 10, 3))
    answer = world.one(sample.interviews, measure={"sum": "Owner"}, filter={"Name": "Crowd"})
    assert answer_value(answer) == 30
    page = world.read(ask("kr", page=row.id, property="Owner"))["kr"]
    assert answer_value(page) == 30


@pytest.mark.parametrize("answers", ["unsupported", "incomplete"])
def test_a_rollup_that_does_not_say_is_unavailable_and_never_zero(
    world: World, sample: Sample, answers: RollupAnswer
) -> None:
    sample.interviews.column("Points", rollup("Tasks", "Points", answers=answers))
    answer = unavailable(world.one(sample.interviews, measure={"sum": "Points"}))
    assert answers in answer.reason
    page = unavailable(world.read(ask("kr", page=sample.first.id, property="Points"))["kr"])
    assert answers in page.reason


def test_a_formula_that_shows_nothing_is_unavailable_and_never_zero(
    world: World, sample: Sample
) -> None:
    answer = unavailable(world.one(sample.interviews, measure={"sum": "Double"}))
    assert "shows nothing" in answer.reason


def test_count_and_sum_of_nothing_are_zero_and_suspect_if_they_were_not(
    world: World, sample: Sample
) -> None:
    nothing = {"Name": "Nobody"}
    asks = [("count", "count"), ("sum", {"sum": "Score"})]
    first = world.read(
        *(ask(k, data_source=sample.interviews.id, filter=nothing, measure=m) for k, m in asks)
    )
    assert [answer_value(first[k]) for k, _ in asks] == [0, 0]
    before = previous_of(world.one(sample.interviews, measure="count"))
    answer = world.read(
        ask(
            "kr", previous=before, data_source=sample.interviews.id, filter=nothing, measure="count"
        )
    )["kr"]
    assert "fell from 3 to 0" in suspect(answer).why


@pytest.mark.parametrize("measure", [{"average": "Score"}, "done_ratio", {"latest": "Score"}])
def test_average_ratio_and_latest_of_nothing_are_unavailable(
    world: World, sample: Sample, measure: object
) -> None:
    answer = world.one(sample.interviews, filter={"Name": "Nobody"}, measure=measure)
    assert "empty selection" in unavailable(answer).reason


@pytest.mark.parametrize("measure", [{"sum": "Score"}, {"average": "Score"}])
def test_rows_that_nobody_filled_are_unavailable_and_never_zero(
    world: World, sample: Sample, measure: object
) -> None:
    sample.interviews.row(Name="Blank", created=date(2026, 10, 3))
    answer = world.one(sample.interviews, filter={"Name": "Blank"}, measure=measure)
    assert "none of 1 row has a value" in unavailable(answer).reason


def test_a_shrinking_denominator_is_suspect(world: World, sample: Sample) -> None:
    before = previous_of(world.one(sample.tasks, measure={"average": "Points"}))
    half = {"Points": "< 20"}
    answer = world.read(
        ask(
            "kr",
            previous=before,
            data_source=sample.tasks.id,
            filter=half,
            measure={"average": "Points"},
        )
    )["kr"]
    assert "rests on 20 instead of 40 rows" in suspect(answer).why


def test_values_equal_pythons_own_arithmetic(world: World, sample: Sample) -> None:
    answer = world.one(sample.tasks, measure={"average": "Points"}, filter={"Done": "no"})
    assert close(answer_value(answer), fmean(i for i in POINTS if i % 2))


def test_a_frozen_scope_ignores_new_rows_and_keeps_deleted_ones_as_not_done(
    world: World, sample: Sample
) -> None:
    binding: dict[str, Any] = {
        "data_source": sample.tasks.id,
        "filter": {"Points": "< 10"},
        "measure": {"done_ratio": {"by": "Done", "weight": "Points"}},
        "scope": "frozen",
    }
    first = world.read(ask("kr", **binding))["kr"]
    frozen = observed(first).evidence.rows
    assert answer_value(first) == quotient(0 + 2 + 4 + 6 + 8, sum(range(10)))
    sample.tasks.row(Task="New", Points=9, Done=True, created=date(2026, 10, 5))
    sample.tasks.pages[8].archive(date(2026, 10, 6))  # done, 8 points: deleted
    sample.tasks.pages[3].change(date(2026, 10, 6), "Points", 300)  # left the filter
    sample.tasks.pages[3].change(date(2026, 10, 6), "Done", True)  # and is done
    again = suspect(world.read(ask("kr", frozen=frozen, **binding))["kr"])
    assert "1 of 10 rows of the frozen scope cannot be found any more" in again.why
    assert again.value == quotient(0 + 2 + 4 + 6 + 3, sum(range(10)))
    notes = " ".join(again.evidence.notes)
    assert "2 left the selection (1 of them in the trash, or not to be seen any more)" in notes
    assert "1 new ones do not count" in notes
    assert "without the frozen scope the value is" in notes
    accepted = Previous(again.value, 10, Decimal(45), frozenset(again.evidence.missing))
    later = world.read(ask("kr", previous=accepted, frozen=frozen, **binding))["kr"]
    assert answer_value(later) == again.value


FROZEN: list[object] = ["count", {"sum": "Points"}, {"average": "Points"},
                        {"done_ratio": {"by": "Done"}}]  # fmt: skip


@pytest.mark.parametrize("measure", FROZEN)
@pytest.mark.parametrize("filter_", [None, {"Points": "< 10"}])
@pytest.mark.parametrize("how", ["trashed", "unshared"])
def test_rows_of_a_frozen_scope_that_vanish_wait_for_a_person(
    world: World, sample: Sample, how: str, filter_: dict[str, str] | None, measure: object
) -> None:
    binding: dict[str, Any] = {
        "data_source": sample.tasks.id,
        "measure": measure,
        "scope": "frozen",
        **({"filter": filter_} if filter_ else {}),
    }
    first = observed(world.read(ask("kr", **binding))["kr"])
    for page in sample.tasks.pages[4:6]:
        page.archive(date(2026, 10, 6)) if how == "trashed" else setattr(page, "shared", False)
    world.workspace.touch(None)
    frozen, before = first.evidence.rows, previous_of(first)
    answer = suspect(world.read(ask("kr", previous=before, frozen=frozen, **binding))["kr"])
    gone = {page.id for page in sample.tasks.pages[4:6]}
    assert set(answer.evidence.missing) == gone
    accepted = Previous(answer.value, len(frozen), before.denominator, frozenset(gone))
    later = world.read(ask("kr", previous=accepted, frozen=frozen, **binding))["kr"]
    assert answer_value(later) == answer.value


def test_a_row_that_left_a_frozen_selection_has_not_vanished(world: World, sample: Sample) -> None:
    binding: dict[str, Any] = {
        "data_source": sample.tasks.id,
        "filter": {"Due": "<= 2026-11-05"},
        "measure": {"done_ratio": {"by": "Done"}},
        "scope": "frozen",
    }
    first = observed(world.read(ask("kr", **binding))["kr"])
    sample.tasks.pages[3].change(date(2026, 10, 6), "Due", date(2026, 11, 20))
    sample.tasks.pages[3].change(date(2026, 10, 6), "Done", True)
    again = world.read(ask("kr", frozen=first.evidence.rows, **binding))["kr"]
    assert observed(again).evidence.missing == ()
    assert answer_value(again) > first.value


def test_a_text_that_spells_a_number_is_that_number(world: World, sample: Sample) -> None:
    sample.first.change(datetime(2026, 10, 2, tzinfo=UTC), "Note", "12.50")
    answer = world.read(ask("kr", page=sample.first.id, property="Note"))["kr"]
    assert str(answer_value(answer)) == "12.5"


def quotient(part: int, whole: int) -> Decimal:
    return Decimal(part) / Decimal(whole)


def test_rows_of_the_same_minute_with_different_values_are_noted(
    world: World, sample: Sample
) -> None:
    at = datetime(2026, 10, 13, 8, 5, tzinfo=UTC)
    for name, score in (("One", 3), ("Two", 9)):
        sample.interviews.row(Name=name, Score=score, created=at)
    answers = [world.one(sample.interviews, measure={"latest": "Score"}) for _ in range(3)]
    assert len({answer_value(answer) for answer in answers}) == 1
    (note,) = observed(answers[0]).evidence.notes
    assert note.startswith("2 rows share the latest time of creation (2026-10-13 08:05)")
    assert "One" not in note
    assert "Two" not in note


def test_rows_of_the_same_day_with_different_values_are_noted(world: World, sample: Sample) -> None:
    for hour, score in ((7, 3), (9, 9)):
        created = datetime(2026, 10, 13, hour, tzinfo=UTC)
        sample.interviews.row(Name="X", Score=score, When=date(2026, 10, 14), created=created)
    measure = {"latest": {"property": "Score", "by": "When"}}
    answer = observed(world.one(sample.interviews, measure=measure))
    assert answer.value == 9
    (note,) = answer.evidence.notes
    assert "2 rows share the latest When (2026-10-14) with different values" in note
    assert note.endswith("the one created last counts")


def test_rows_of_the_same_minute_with_the_same_value_need_no_note(
    world: World, sample: Sample
) -> None:
    at = datetime(2026, 10, 13, 8, 5, tzinfo=UTC)
    for name in ("One", "Two"):
        sample.interviews.row(Name=name, Score=6, created=at)
    answer = observed(world.one(sample.interviews, measure={"latest": "Score"}))
    assert answer.value == 6
    assert answer.evidence.notes == ()


@pytest.mark.parametrize(
    ("filter_", "said"),
    [
        (None, "Write what the view shows as `filter`"),
        ({"Score": "> 0"}, "the binding's `filter` does"),
    ],
)
def test_the_link_of_a_view_is_noted_for_its_own_filter_does_not_count(
    world: World, sample: Sample, filter_: dict[str, str] | None, said: str
) -> None:
    plain = f"https://www.notion.so/acme/Talks-{sample.interviews.database_id.replace('-', '')}"
    wish = {} if filter_ is None else {"filter": filter_}
    (note,) = observed(world.one(f"{plain}?v={'1' * 32}", measure="count", **wish)).evidence.notes
    assert "view" in note
    assert said in note
    assert observed(world.one(plain, measure="count", **wish)).evidence.notes == ()
