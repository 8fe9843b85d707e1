"""Audiences: what one may not see is not in the file, in no form."""

import json
import re
from dataclasses import replace
from fractions import Fraction

import pytest
import report_samples
from hypothesis import given
from hypothesis import strategies as st
from report_canaries import HIDDEN, canaries
from report_company import CYCLE, week
from report_reading import book_of, pdf_text, rows_of, squeezed

from okr_core.errors import ConfigError
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_core.snapshot import Snapshot
from okr_report import Report, ReportInput, as_json, report
from okr_report.audience.audience import KINDS, Audience
from okr_report.audience.redaction import redacted
from okr_report.digest import digest_text
from okr_report.html import as_html
from okr_report.markdown import markdown
from okr_report.pdf import as_pdf
from okr_report.sections.objectives.view import ObjectiveView
from okr_report.sections.objectives.view import View as Objectives
from okr_report.sections.summary.view import View as Summary
from okr_report.xlsx import as_xlsx

INPUT = canaries()


def every_form(found: Report) -> str:
    """All that leaves, in lower case."""
    return (as_html(found) + json.dumps(as_json(found), ensure_ascii=False)).lower()


def objective(found: Report, name: str) -> ObjectiveView:
    view = next(part.view for part in found.parts if isinstance(part.view, Objectives))
    return next(each for each in view.objectives if each.id == name)


def summary(found: Report) -> Summary:
    return next(part.view for part in found.parts if isinstance(part.view, Summary))


def test_the_company_sees_every_canary() -> None:
    text = every_form(report(INPUT))
    assert all(f"canary-{word}" in text for word in (*HIDDEN, "theirs"))


@pytest.mark.parametrize("audience", ["team:mine", "person:canary-person"])
def test_nothing_of_another_team_is_in_the_file(audience: str) -> None:
    found = every_form(report(INPUT, audience))
    assert "title ours" in found
    assert "canary-theirs" not in found
    assert "canary-mail" not in found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_of_another_team_is_in_the_file_in_any_language(language: str) -> None:
    found = report(INPUT, "team:mine", "zh" if language == "zh" else "en")
    assert "canary-theirs" not in every_form(found)


@pytest.mark.parametrize("word", HIDDEN)
def test_a_word_that_is_not_granted_takes_its_kind_of_text_out(word: str) -> None:
    found = every_form(report(INPUT, f"all-but-{word}"))
    assert f"canary-{word}" not in found
    others = [each for each in HIDDEN if each != word]
    assert all(f"canary-{each}" in found for each in others), others


def test_who_may_see_scores_only_sees_no_value_and_no_confidence() -> None:
    found = report(INPUT, "only-scores")
    key_results = objective(found, "ours").key_results
    assert all(kr.current is None and kr.confidence is None for kr in key_results)
    assert any(kr.score and kr.score.figures.effective for kr in key_results)
    assert not any(f"canary-{word}" in every_form(found) for word in HIDDEN)


def test_a_part_keeps_the_numbers_of_the_whole() -> None:
    whole, part = (objective(report(INPUT, who), "ours") for who in ("company", "team:mine"))
    assert part.progress == whole.progress
    assert part.score is not None
    assert whole.score is not None
    assert part.score.figures == whole.score.figures
    assert part.progress != Fraction(0)


def test_a_team_is_told_its_own_figure_as_the_whole() -> None:
    lines = {line.team.id: line for line in summary(report(INPUT)).teams}
    mine = summary(report(INPUT, "team:mine"))
    assert (mine.progress, mine.score) == (lines["mine"].progress, lines["mine"].score)


def test_a_person_sees_what_their_roles_are_accountable_for_or_contribute_to() -> None:
    found = as_json(report(report_samples.running(), "person:chen"))
    text = json.dumps(found)
    assert "pricing.trial" in text
    assert "activation.week1" in text  # chen holds onboarding too
    assert "latency.p95" not in text


def shared(**of_key_result: object) -> ReportInput:
    """A cycle in which `zbo` has one key result of a team and helps another team with one."""
    metric = {"kind": "increase", "baseline": "0", "target": "10"}
    goals = [
        {"id": goal, "title": goal, "team": goal, "role": "lead", "key_results": key_results}
        for goal, key_results in {
            "ours": [{"id": "ours.kr", "title": "Ours", "metric": metric, "role": "zbo"}],
            "theirs": [
                {"id": "helped", "title": "Helped", "metric": metric, **of_key_result},
                {"id": "alone", "title": "Alone", "metric": metric, "owner": "zana"},
            ],
        }.items()
    ]
    plan = Plan.model_validate({"cycle": CYCLE, "objectives": goals})
    people = {name: {"name": f"Name of {name}"} for name in ("zana", "zbo", "chen")}
    roles = {"lead": {}, "helper": {"held_by": [{"person": "chen"}]}}
    space = Workspace.model_validate({"organization": "A", "people": people, "roles": roles})
    changed = plan.model_copy(update={"objectives": (plan.objectives[0],)})
    versions = (PlanVersion(1, week(-1), changed), PlanVersion(2, week(1), plan, None, "zana"))
    return ReportInput(Snapshot(week(2), versions, workspace=space))


@pytest.mark.parametrize(
    ("person", "contributors", "seen"),
    [("zbo", {"zbo": "1"}, True), ("chen", {"helper": "1"}, True), ("chen", {"zbo": "1"}, False)],
)
def test_a_person_sees_what_their_roles_contribute_to_and_not_its_sisters(
    person: str, contributors: dict[str, str], seen: bool
) -> None:
    text = every_form(report(shared(contributors=contributors), f"person:{person}"))
    assert ("helped" in text) is seen
    assert "alone" not in text
    assert ("ours.kr" in text) is (person == "zbo")


def test_who_may_not_see_people_sees_no_implicit_role_and_no_contributor_of_that_kind() -> None:
    report_input = shared(contributors={"zbo": "1", "helper": "2"}, role="zana")
    others = [kind for kind in KINDS if kind != "people"]
    seen, told = every_form(seen_by(report_input, *others)), every_form(report(report_input))
    assert "helped" in seen
    assert "zana" not in seen
    assert "zbo" not in seen
    assert "zana" in told
    assert "zbo" in told
    redacted_plan = redacted(report_input, Audience("board", frozenset(others))).snapshot.plan
    helped = redacted_plan.key_results_by_id["helped"]
    assert helped.role is None
    assert list(helped.contributors) == ["helper"]
    assert redacted_plan.key_results_by_id["alone"].owner is None


def test_who_may_not_see_changes_sees_no_goal_that_was_dropped() -> None:
    report_input = report_samples.running()
    board = Audience("board", frozenset(KINDS) - {"changes"})
    assert "partners" in report_input.snapshot.plan.objectives_by_id
    assert "partners" not in redacted(report_input, board).snapshot.plan.objectives_by_id


@pytest.mark.parametrize("hidden", ["notes", "evidence"])
def test_why_a_reading_is_suspect_takes_both_notes_and_evidence(hidden: str) -> None:
    known = INPUT.snapshot
    said = [
        replace(each, reason="canary-why") if each.state == "suspect" else each
        for each in known.readings["ours.a"]
    ]
    report_input = replace(
        INPUT, snapshot=replace(known, readings={**known.readings, "ours.a": said})
    )
    seen = seen_by(report_input, *(kind for kind in KINDS if kind != hidden))
    assert "canary-why" in every_form(report(report_input))
    assert "canary-why" not in every_form(seen)


def test_who_may_see_forecasts_without_progress_is_shown_no_way_and_gets_a_page() -> None:
    assert "objectives" in as_html(seen_by(report_samples.running(), "forecasts"))


def test_everything_is_the_same_as_the_company() -> None:
    one, other = (as_json(report(INPUT, name)) for name in ("company", "everything"))
    assert one["sections"] == other["sections"]


def test_an_unknown_audience_names_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"audience `bord` is unknown.*only-scores"):
        report(INPUT, "bord")


def test_an_unknown_word_names_the_closest_and_the_vocabulary() -> None:
    with pytest.raises(ConfigError, match=r"`progres`.*Closest: `progress`.*evidence"):
        report(INPUT, "mistyped")


@pytest.mark.parametrize("audience", ["team:nowhere", "nowhere", "person:nobody"])
def test_a_team_or_person_that_is_not_there_is_refused(audience: str) -> None:
    with pytest.raises(ConfigError, match=r"there is no (team|person)"):
        report(INPUT, audience)


def seen_by(report_input: ReportInput, *words: str) -> Report:
    """The report for an audience of those words."""
    space = report_input.snapshot.workspace
    assert space is not None
    named = space.model_copy(update={"audiences": {"board": words}})
    return report(
        replace(report_input, snapshot=replace(report_input.snapshot, workspace=named)), "board"
    )


FALSE = (
    "without a value",
    "no value",
    "nothing measured",
    "nothing is measured",
    "not shown",
    "pending",
    "where does this number come from",
    "nothing waits for a decision",
)
"""What is said of values that nobody knows: false of values that an audience may not see."""
CYCLES = {"running": report_samples.running(), "restated": report_samples.restated()}


@pytest.mark.parametrize("report_input", CYCLES.values(), ids=CYCLES)
def test_the_documented_board_is_told_nothing_false(report_input: ReportInput) -> None:
    found = seen_by(report_input, "scores", "changes")
    page = as_html(found)
    body = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", page, flags=re.DOTALL)
    for text in (body, markdown(found), digest_text(found)):
        assert not [each for each in FALSE if each in text.lower()]
    for column in ("bar", "sure", "way"):
        assert f'class="c-{column}"' not in page
    assert 'class="c-score"' in page
    assert summary(found).score == summary(report(report_input)).score


@pytest.mark.parametrize("report_input", CYCLES.values(), ids=CYCLES)
def test_the_board_has_no_empty_column_in_print_and_workbook(report_input: ReportInput) -> None:
    found = seen_by(report_input, "scores", "changes")
    printed = pdf_text(as_pdf(found).data).lower()
    assert not [each for each in FALSE if squeezed(each) in printed]
    book = book_of(as_xlsx(found))
    hidden = {"Now", "Progress", "Expected", "Gap", "Confidence", "Likely", "Source", "Note"}
    assert hidden.isdisjoint(rows_of(book["Objectives"])[0])
    assert "Progress" not in rows_of(book["Alignment"])[0]
    assert "Readings" not in book
    assert any(row["Status"] == "green" for row in rows_of(book["Objectives"]))


@pytest.mark.parametrize("report_input", CYCLES.values(), ids=CYCLES)
def test_what_is_not_known_are_to_the_board_only_restated_scores(report_input: ReportInput) -> None:
    whole, board = (
        summary(each) for each in (report(report_input), seen_by(report_input, "scores"))
    )
    restated = [gap.item for gap in whole.unknown if gap.kind == "restated"]
    assert [gap.item for gap in board.unknown] == restated
    assert {ask.kind for ask in board.decisions} <= {"post_mortem", "hypothesis"}


def test_who_may_see_values_only_sees_no_column_of_anything_else() -> None:
    page = as_html(seen_by(report_samples.restated(), "progress"))
    assert 'class="c-bar"' in page
    for column in ("sure", "score"):
        assert f'class="c-{column}"' not in page
    assert "progress and forecast" not in page


@pytest.mark.parametrize("words", [("scores",), ("people",)])
def test_an_audience_reads_the_revision_and_version_there_are(words: tuple[str, ...]) -> None:
    report_input = report_samples.restated()
    whole, part = report(report_input).header, seen_by(report_input, *words).header
    assert (part.revision, part.version) == (whole.revision, whole.version)
    person = report(report_input, "person:chen").header
    assert person.revision == whole.revision


@given(st.sets(st.sampled_from(KINDS)))
def test_any_choice_of_words_gives_a_report(words: set[str]) -> None:
    space = INPUT.snapshot.workspace
    assert space is not None
    named = space.model_copy(update={"audiences": {"some": tuple(sorted(words))}})
    known = INPUT.snapshot
    seen = replace(INPUT, snapshot=replace(known, workspace=named))
    text = json.dumps(as_json(report(seen, "some")))
    for canary, word in HIDDEN.items():
        assert word in words or f"canary-{canary}" not in text
