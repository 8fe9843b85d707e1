"""The page and the JSON say the same numbers."""

import re
from fractions import Fraction
from html import unescape

import pytest
import report_samples
from report_parts import view_of

from okr_core.basics.exact import ratio_json
from okr_core.words.figures import percent
from okr_report import as_json, report
from okr_report.html import as_html
from okr_report.locale import score_text
from okr_report.report_input import ReportInput
from okr_report.sections.objectives.view import View

INPUTS = {
    "running": report_samples.running(),
    "restated": report_samples.restated(),
}


def cell(page: str, item: str, name: str) -> str:
    """The text of one cell of a key result's row."""
    row = page[page.index(f'<li class="kr" id="{item}"') :]
    inner = row[row.index(f'class="c-{name}"') :]
    text = re.sub(r"<[^>]*>", "", inner[inner.index(">") + 1 : inner.index("</div>")])
    return unescape(text).strip()


@pytest.mark.parametrize("report_input", INPUTS.values(), ids=INPUTS)
def test_page_and_json_say_the_same_of_every_key_result(report_input: ReportInput) -> None:
    found = report(report_input)
    page, locale = as_html(found), found.locale()
    document = as_json(found)["sections"]
    assert isinstance(document, dict)
    objectives = document["objectives"]["objectives"]  # type: ignore[index,call-overload]
    plain = {kr["id"]: kr for each in objectives for kr in each["key_results"]}  # type: ignore[union-attr,index,call-overload]
    for objective in view_of(found, View).objectives:
        for kr in objective.key_results:
            told = plain[kr.id]
            assert told["progress"] == ratio_json(kr.progress)  # type: ignore[index,call-overload]
            assert cell(page, kr.id, "bar").startswith(percent(kr.progress))
            assert cell(page, kr.id, "now").startswith(locale.value(kr.metric, kr.current))
            if found.header.phase != "running":  # until then a score only repeats the progress
                effective = kr.score.figures.effective if kr.score else None
                assert cell(page, kr.id, "score").endswith(score_text(effective))


def test_a_score_is_never_rounded_across_the_limit_of_a_grade() -> None:
    assert score_text(Fraction(69999, 100000)) == "0.69"
    assert score_text(Fraction(39999, 100000)) == "0.39"
    assert score_text(Fraction(99999, 100000)) == "0.99"
    assert score_text(Fraction(1, 100000)) == "0.01"
    assert score_text(Fraction(7, 10)) == "0.70"
    assert score_text(Fraction(0)) == "0.00"


def test_the_json_has_every_view_field_and_no_other() -> None:
    found = report(INPUTS["running"])
    document = as_json(found)
    assert set(document) == {"schema", "language", "header", "sections"}
    assert list(document["sections"]) == [part.section.name for part in found.parts]  # type: ignore[arg-type]
