"""Objectives: how each stands, and where its number comes from."""

from dataclasses import replace
from datetime import timedelta

import report_samples
from report_parts import view_of
from score_samples import BEGINS, one, versions

from okr_core.plan.plan import Plan
from okr_core.snapshot import Snapshot
from okr_flows.score.report import computed
from okr_report import ReportInput, report
from okr_report.html import as_html
from okr_report.sections.alignment.view import View as Alignment
from okr_report.sections.changes.view import View as Changes
from okr_report.sections.comparison.view import View as Comparison
from okr_report.sections.foresight.view import View as Foresight
from okr_report.sections.objectives.key_results import KeyResultView
from okr_report.sections.objectives.view import View

INPUT = report_samples.running()
FOUND = report(INPUT)
RESTATED = report(report_samples.restated())


def key_result(name: str) -> KeyResultView:
    view = view_of(FOUND, View)
    return next(kr for each in view.objectives for kr in each.key_results if kr.id == name)


def test_a_key_result_stands_as_the_snapshot_says() -> None:
    for name, standing in INPUT.snapshot.standings.items():
        if standing.kind == "key_result":
            shown = key_result(name)
            assert (shown.progress, shown.expected) == (
                standing.progress.clamped,
                standing.expected,
            )
            assert (shown.status, shown.current) == (standing.shown, standing.current)


def test_a_forecast_is_a_band_with_a_line_on_the_way_to_the_target() -> None:
    outlook = key_result("activation.week1").outlook
    assert outlook is not None
    assert outlook.band is not None
    low, middle, high = outlook.band.shares
    assert low <= middle <= high


def test_a_changed_target_keeps_the_score_as_first_agreed() -> None:
    score = key_result("pricing.trial").score
    assert score is not None
    assert score.figures.computed is not None
    assert score.figures.current is not None
    assert score.figures.computed < score.figures.current


def test_an_override_stands_beside_the_computed_score() -> None:
    page = as_html(RESTATED)
    assert "by override (eli" in page
    assert "the tool counts retries twice" in page


def test_a_suspect_value_waits_and_is_not_counted() -> None:
    shown = key_result("answers.backlog")
    assert shown.waiting is not None
    assert shown.waiting.value == 0
    assert shown.current != 0


def test_where_a_number_comes_from_leads_from_value_to_revision() -> None:
    page = as_html(FOUND)
    start = page.index('id="activation.week1"')
    row = page[start : page.index('class="kr"', start)]
    for text in ("214 rows counted", "ACTIVATION-1", "project = ACTIVATION", "number 1", "b1946ac"):
        assert text in row


def test_a_tree_tells_counted_from_drawn_links() -> None:
    view = view_of(FOUND, Alignment)
    (tree,) = view.trees
    links = {child.id: child.link for child in tree.children}
    assert links["activation"] == "counted"
    assert links["pricing"] == "drawn"
    assert (view.counted, view.drawn) == (2, 4)


def test_a_change_says_what_it_changed_and_why() -> None:
    view = view_of(FOUND, Changes)
    second = view.revisions[1]
    assert second.reason_class == "external_shock"
    assert [(term.item, term.field, term.old, term.new) for term in second.terms] == [
        ("pricing.trial", "metric.target", "9", "7.5")
    ]
    assert {event.kind for event in view.events} == {"correction"}
    assert [gone.item for gone in view.retired] == ["partners", "selfserve.calls"]


def test_a_restatement_is_an_event_with_old_and_new() -> None:
    events = view_of(RESTATED, Changes).events
    (event,) = [each for each in events if each.kind == "restatement"]
    assert (str(event.old), str(event.new), event.version) == ("3/5", "3/4", 2)


def test_an_override_is_an_event_beside_the_computed_score() -> None:
    events = view_of(RESTATED, Changes).events
    (event,) = [each for each in events if each.kind == "override"]
    card = report_samples.restated().snapshot.scorecard
    assert event.old == card.scores["latency.errors"].figures.computed
    assert str(event.new) == "4/5"


def test_a_lineage_leads_to_the_score_before() -> None:
    lineages = {line.id: line for line in view_of(FOUND, Comparison).lineages}
    (before,) = lineages["activation"].ancestors
    assert (before.cycle, before.id, before.title) == (
        "2026-q3",
        "onboarding",
        "New teams find their way",
    )
    assert before.score is not None


def test_few_goals_are_counted_and_not_judged() -> None:
    view = view_of(FOUND, Foresight)
    assert all(third.score is None for third in view.thirds)
    assert view.thirds[0].goals == 4


def test_foresight_counts_what_okr_score_counts() -> None:
    alone = replace(report_samples.restated(), earlier=())
    told = view_of(report(alone), Foresight).thirds
    assert told == computed(alone.snapshot).brier
    assert told[0].goals


def test_a_learning_goal_has_failed_at_nothing_while_its_hypothesis_is_open() -> None:
    view = view_of(RESTATED, View)
    (learning,) = [each for each in view.objectives if each.ambition == "learning"]
    assert learning.score is not None
    assert learning.score.success is False
    page = as_html(RESTATED)
    article = page[page.index(f'<article id="{learning.id}"') :].partition("</article>")[0]
    assert "no success" not in article
    assert "success still open" in article


def test_nothing_is_forecast_once_it_is_over() -> None:
    assert any(kr.outlook for each in view_of(FOUND, View).objectives for kr in each.key_results)
    for each in view_of(RESTATED, View).objectives:
        assert not any(kr.outlook for kr in each.key_results)
    assert "likely" not in as_html(RESTATED)


def test_an_error_in_a_source_is_told_as_one_that_changed_no_score() -> None:
    def versioned(jql: str) -> Plan:
        return one(source={"jira": {"connection": "a", "jql": jql}})

    error = versions((-30, versioned("labels = x")), (28, versioned("labels = y"), "metric_error"))
    found = report(ReportInput(Snapshot(BEGINS + timedelta(weeks=9), tuple(error))))
    page = as_html(found)
    assert "1 revision put right a metric error in a source, which changed no score." in page
    assert "only words, roles or sources" not in page


def test_prompts_are_questions_about_goals_and_teams_never_about_people() -> None:
    people = {"ana", "bo", "chen", "dita", "eli", "femi", "gus", "hana"}
    questions = view_of(FOUND, Foresight).questions
    assert questions
    assert all(question.text.endswith("?") for question in questions)
    assert people.isdisjoint(question.subject.id for question in questions)
