"""The first screen: how did it go, what needs me, what do we not know."""

import re
from datetime import timedelta
from fractions import Fraction

import pytest
import report_samples
from report_parts import view_of
from report_reading import book_of
from score_samples import BEGINS, goal, key_result, plan, reading, rise, versions, weekly

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.revision import ReasonClass
from okr_core.snapshot import Snapshot
from okr_report import Report, ReportInput, report
from okr_report.html import as_html
from okr_report.markdown import markdown
from okr_report.sections.summary.findings import findings
from okr_report.sections.summary.view import View
from okr_report.xlsx import as_xlsx

RUNNING, RESTATED = report(report_samples.running()), report(report_samples.restated())


def told(found: Report, name: str) -> str:
    view = view_of(found, View)
    section = next(part.section for part in found.parts if part.view is view)
    return findings(view, found.locale(section.folder))[name].replace("\N{NO-BREAK SPACE}", " ")


def test_how_it_goes_is_said_with_figures() -> None:
    text = told(RUNNING, "goes")
    view = view_of(RUNNING, View)
    assert f"{view.reached} of {view.scored} objectives would score 0.7 or more today" in text
    assert "is expected by now" in text


def test_a_closed_cycle_says_its_score() -> None:
    assert told(RESTATED, "goes").startswith("Score 0.")


def test_a_cycle_that_has_not_begun_says_so() -> None:
    assert told(report(report_samples.early()), "goes") == "The cycle has not begun."


def test_without_a_reading_nothing_is_zero() -> None:
    found = report(report_samples.one())
    assert told(found, "goes").startswith("Nothing is measured yet")
    assert view_of(found, View).progress is None
    assert told(found, "unknown") == "1 of 1 key results without a value."


def test_there_is_one_dot_for_each_key_result_that_counts() -> None:
    dots = view_of(RUNNING, View).dots
    plan = report_samples.running().snapshot.plan
    counting = [
        kr.id
        for objective in plan.objectives
        for kr in objective.key_results
        if objective.state == kr.state == "active"
    ]
    assert [dot.id for dot in dots] == counting


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        ("suspect", "answers.backlog"),
        ("unread", "pricing.plans"),
        ("hypothesis", "pricing"),
        ("risk", "pricing"),
    ],
)
def test_what_needs_a_decision_is_named(kind: str, item: str) -> None:
    asked = {(ask.kind, ask.item) for ask in view_of(RUNNING, View).decisions}
    assert (kind, item) in asked


def test_a_key_result_is_asked_about_once() -> None:
    known = report_samples.running().snapshot.plan.key_results_by_id
    items = [ask.item for ask in view_of(RUNNING, View).decisions if ask.item in known]
    assert len(items) == len(set(items))


def test_a_missed_commitment_asks_for_a_post_mortem() -> None:
    asked = {(ask.kind, ask.item) for ask in view_of(RESTATED, View).decisions}
    assert ("post_mortem", "pricing") in asked


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        ("missing", "compliance.soc"),
        ("suspect", "answers.backlog"),
        ("unreadable", "pricing.plans"),
        ("stale", "voice.nps"),
    ],
)
def test_what_is_not_known_is_named(kind: str, item: str) -> None:
    assert (kind, item) in {(gap.kind, gap.item) for gap in view_of(RUNNING, View).unknown}


def test_a_restated_score_is_among_what_was_not_known() -> None:
    gaps = {(gap.kind, gap.item) for gap in view_of(RESTATED, View).unknown}
    assert ("restated", "voice.nps") in gaps
    assert view_of(RESTATED, View).version == 2


def test_what_moved_is_sorted_by_how_much() -> None:
    moved = view_of(RUNNING, View).moved
    assert moved is not None
    changes = [abs(move.change) for move in moved.largest]
    assert changes == sorted(changes, reverse=True)
    assert moved.rose + moved.fell + moved.still == 20


def test_what_was_learned_is_learning_and_no_list_of_what_was_given_up() -> None:
    learned = [(lesson.kind, lesson.item) for lesson in view_of(RUNNING, View).learned]
    assert ("supported", "activation") in learned
    assert "partners" not in {item for _, item in learned}
    assert len(learned) == len(set(learned))


def test_a_change_is_a_lesson_only_where_somebody_learned_from_it() -> None:
    assert view_of(changed("metric", rise(130)), View).learned == ()
    [lesson] = view_of(changed("metric", rise(130), "learned"), View).learned
    assert (lesson.kind, lesson.item) == ("changed", "kr")


def test_no_more_is_expected_of_what_has_ended_than_it_reached() -> None:
    """One ended at 70 %, one is where half of the time has passed and half is reached."""
    early = key_result("early", due=(BEGINS + timedelta(weeks=3)).date())
    known = Snapshot(
        as_of=BEGINS + timedelta(days=46),
        versions=tuple(versions((-5, plan(goal("o", early, key_result("kr")))))),
        readings={"early": [reading(14, 70)], "kr": [reading(45, 50)]},
    )
    found = report(ReportInput(known))
    view = view_of(found, View)
    assert view.progress == Fraction(60, 100)
    assert view.expected == (Fraction(7, 10) + Fraction(46, 91)) / 2
    assert view.ways[0].expected[-1] == view.expected
    assert "60 % reached, 60 % expected by now" in markdown(found)


def test_a_lesson_names_what_it_changed_and_why_in_every_form_and_so_do_the_changes() -> None:
    """Two additions and a new wording at once, because more turned out to be possible."""
    first = plan(goal("o", key_result("kr", title="Revenue from 0 to 100")))
    later = plan(
        goal(
            "o",
            key_result("kr", title="Revenue grows"),
            key_result("new", title="Shop is open"),
            key_result("next", title="Shop is known"),
        )
    )
    history = (
        PlanVersion(1, BEGINS - timedelta(days=5), first),
        PlanVersion(2, BEGINS + timedelta(weeks=8), later, "learned", "", "More to do."),
    )
    known = Snapshot(
        as_of=BEGINS + timedelta(weeks=9),
        versions=history,
        readings={"kr": [reading(7, 10)], "new": [reading(60, 100)]},
    )
    told = report(ReportInput(known))
    text = markdown(told)
    about = "Revenue grows, Shop is open and Shop is known"
    assert f"**{about}**: More to do; what was agreed changed for it." in text
    assert "(learned: More to do)" in text
    assert "–**" not in text
    page = " ".join(re.sub(r"<[^>]+>", " ", as_html(told)).split())
    assert about in page
    assert "several items" not in page
    rows = [row for sheet in book_of(as_xlsx(told)) for row in sheet.iter_rows(values_only=True)]
    assert any(about in row and "More to do." in row for row in rows)


def changed(field: str, value: object, why: ReasonClass = "external_shock") -> Report:
    """Two goals that stand still from week 4 on, when one field of the first changes."""
    first = plan(goal("o", key_result("kr")), goal("p", key_result("kr2")))
    later = plan(goal("o", key_result("kr", **{field: value})), goal("p", key_result("kr2")))
    known = Snapshot(
        as_of=BEGINS + timedelta(weeks=9),
        versions=tuple(versions((-30, first), (28, later, why))),
        readings={name: weekly([8, 16, 24, 31]) for name in ("kr", "kr2")},
    )
    return report(ReportInput(known))


def test_what_slipped_after_a_change_is_what_the_change_touched() -> None:
    found = changed("metric", rise(130))
    slipped = view_of(found, View).slipped
    assert slipped is not None
    assert [each.id for each in slipped.objectives] == ["o"]
    assert "slipped" not in told(found, "goes")


def test_a_change_is_not_blamed_for_what_it_did_not_touch() -> None:
    first = plan(goal("o", key_result("kr")), goal("p", key_result("kr2"), contributes_to=["o"]))
    later = plan(
        goal("o", key_result("kr", metric=rise(130))),
        goal("p", key_result("kr2"), contributes_to=["o"]),
    )
    known = Snapshot(
        as_of=BEGINS + timedelta(weeks=9),
        versions=tuple(versions((-30, first), (28, later, "external_shock"))),
        readings={name: weekly([8, 16, 24, 31]) for name in ("kr", "kr2")},
    )
    slipped = view_of(report(ReportInput(known)), View).slipped
    assert slipped is not None
    assert [each.id for each in slipped.objectives] == ["o"]


@pytest.mark.parametrize(
    "found",
    [
        changed("title", "Said better"),
        changed("metric", rise(130), "metric_error"),
        report(report_samples.restated()),
    ],
    ids=["words only", "an error put right", "others fell behind"],
)
def test_nothing_slipped_after_what_changed_no_goal_of_theirs(found: Report) -> None:
    assert view_of(found, View).slipped is None


def test_the_way_of_the_whole_ends_where_the_progress_is() -> None:
    view = view_of(RUNNING, View)
    assert view.ways[0].team is None
    assert view.ways[0].progress[-1] == view.progress
    assert {way.team.name for way in view.ways[1:] if way.team} == {
        "Growth",
        "Platform",
        "Customer care",
    }


def test_a_caption_says_how_many_stand_where() -> None:
    view = view_of(RUNNING, View)
    green = sum(dot.share is not None and dot.share >= Fraction(7, 10) for dot in view.dots)
    assert told(RUNNING, "distribution").startswith(f"{green} of ")


def test_what_moved_in_a_cycle_that_is_over_says_since_when_and_why_then() -> None:
    for text in (markdown(RESTATED), as_html(RESTATED)):
        assert re.search(r"Since \d+ Nov[^:]*, around the middle of the cycle: ", text)
    assert "around the middle" not in markdown(RUNNING)
