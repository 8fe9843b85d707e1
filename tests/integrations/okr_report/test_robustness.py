"""A sensible report of any cycle, never an error."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import report_samples
from report_company import CYCLE, versions, week, workspace
from report_reading import book_of, pdf_pages

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import Plan
from okr_core.snapshot import Snapshot
from okr_report import ReportInput, as_json, report
from okr_report.html import as_html
from okr_report.pdf import as_pdf
from okr_report.xlsx import as_xlsx

_METRICS: list[dict[str, object]] = [
    {"kind": "curve", "baseline": "0", "target": "10", "points": [["5", "0.8"]]},
    {"kind": "grade"},
    {"kind": "grade", "baseline": "5", "stretch": "10", "unit": "h"},
    {"kind": "at_least", "bound": "99", "judge": "share", "goal": "0.9"},
    {"kind": "at_most", "bound": "3", "judge": "worst"},
    {"kind": "within", "low": "1", "high": "2", "judge": "average"},
    {"kind": "milestones", "parts": [{"id": "p", "title": "Part"}]},
    {"kind": "binary"},
    {"kind": "baseline_finding"},
]


def bare(*objectives: dict[str, object]) -> ReportInput:
    plan = Plan.model_validate({"cycle": CYCLE, "objectives": list(objectives)})
    return ReportInput(Snapshot(week(3), (PlanVersion(1, week(-1), plan),)))


def every_metric() -> ReportInput:
    key_results = [
        {"id": f"k{i}", "title": "T", "metric": metric} for i, metric in enumerate(_METRICS)
    ]
    found = bare({"id": "o", "title": "O", "key_results": key_results})
    readings = {
        f"k{i}": [
            replace(
                report_samples.reading(f"k{i}", 1, "1"),
                part="p" if metric["kind"] == "milestones" else "",
            )
        ]
        for i, metric in enumerate(_METRICS)
    }
    return replace(found, snapshot=replace(found.snapshot, readings=readings))


def in_part(**fields: object) -> ReportInput:
    """The running quarter with a part of its snapshot replaced."""
    found = report_samples.running()
    return replace(found, snapshot=replace(found.snapshot, **fields))  # type: ignore[arg-type]


CASES: dict[str, Callable[[], ReportInput]] = {
    "no objective": bare,
    "an objective without key results": lambda: bare({"id": "o", "title": "O"}),
    "nothing read": report_samples.one,
    "before it begins": report_samples.early,
    "every metric": every_metric,
    "no workspace": lambda: in_part(workspace=None),
    "no entries": lambda: in_part(entries={}),
    "no readings": lambda: in_part(readings={}),
    "all retired": lambda: bare(
        {"id": "o", "title": "O", "state": "dropped", "state_reason": "Enough"}
    ),
    "closed and restated": report_samples.restated,
    "long after its end": lambda: in_part(as_of=week(40)),
    "first day": lambda: in_part(as_of=week(0) + timedelta(hours=1), readings={}, entries={}),
    "an earlier cycle without a reading": lambda: replace(
        report_samples.running(), earlier=(Snapshot(week(9), versions()[:1]),)
    ),
    "nobody in the workspace": lambda: in_part(
        workspace=workspace().model_copy(update={"people": {}, "roles": {}, "teams": {}})
    ),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_there_is_a_report(case: str, language: str) -> None:
    found = report(CASES[case](), language="zh" if language == "zh" else "en")
    page = as_html(found)
    assert page.rstrip().endswith("</html>")
    assert "None" not in page
    assert as_json(found)["schema"] == "okr.report/1"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_there_is_a_document_and_a_workbook(case: str, language: str) -> None:
    found = report(CASES[case](), language="zh" if language == "zh" else "en")
    pages = pdf_pages(as_pdf(found).data)
    assert len(pages) > 1
    assert not any("None" in page.split() for page in pages)
    book = book_of(as_xlsx(found))
    assert len(book.sheetnames) > 1


@pytest.mark.parametrize("audience", ["team:growth", "person:hana", "board", "partners"])
@pytest.mark.parametrize("weeks", [1, 6, 13])
def test_there_is_a_report_for_every_audience_at_every_time(audience: str, weeks: int) -> None:
    found = report(report_samples.running(weeks), audience)
    assert as_html(found).rstrip().endswith("</html>")
