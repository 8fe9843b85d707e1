"""The report as a PDF: a document for a board, read back."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
import report_samples
from pypdf import PdfReader
from pypdf.generic import StreamObject
from report_canaries import HIDDEN, canaries
from report_company import CYCLE, week, workspace
from report_reading import pdf_pages, pdf_root, pdf_text, pdf_titles, squeezed
from report_texts import with_text
from typst import Fonts

import okr_report
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import Plan
from okr_core.record.entries import Reading
from okr_core.snapshot import Snapshot
from okr_report import ReportInput, report
from okr_report.audience.audience import KINDS
from okr_report.pdf import Pdf, as_pdf
from okr_report.pdf.fonts import missing
from okr_report.sections.objectives.view import View

_CHINESE = any("CJK" in family for family in Fonts().families())
needs_chinese = pytest.mark.skipif(not _CHINESE, reason="no Chinese font is installed")
HOSTILE = {
    "typst code": '#panic("boo") #import "@preview/cetz:0.3.0" #read("/etc/passwd")',
    "typst markup": "*bold* _emph_ $x^2$ = heading \\ `raw` @label <label> // gone /* gone */",
    "brackets": "] } ) [ { ( #[ #{ $",
    "script": "<script>alert('boo')</script>",
    "formula": "=cmd|' /C calc'!A0",
    "quotes": '" \\" \' \\u{41} \\n',
    "emoji": "done 🎯 👩‍👩‍👧",
    "right to left": "שלום עולם",
}


@cache
def running() -> Pdf:
    return as_pdf(report(report_samples.running()))


@cache
def restated() -> Pdf:
    return as_pdf(report(report_samples.restated()))


def reader(pdf: Pdf) -> PdfReader:
    return PdfReader(BytesIO(pdf.data))


def test_the_cover_says_whose_cycle_it_is_when_and_as_of_when() -> None:
    cover = pdf_pages(running().data)[0]
    assert cover.startswith("Alder & Sons 2026-q4 report 1 Oct 2026 to 30 Dec 2026")
    assert "day 71 of 91" in cover
    assert "as of 10 Dec 2026" in cover


def test_the_cover_of_a_restated_cycle_says_its_version() -> None:
    cover = pdf_pages(restated().data)[0]
    assert "closed, version 2" in cover
    assert "restated since it was closed" in cover


def test_the_second_page_answers_and_the_third_is_the_contents() -> None:
    _, summary, contents, *_ = pdf_pages(running().data)
    for label in ("How did it go", "What needs you", "What we do not know"):
        assert label in summary
    assert "Contents" in contents
    assert "New teams reach value in their first week" in contents


def test_the_summary_stays_on_one_page_whatever_the_size() -> None:
    pages = pdf_pages(as_pdf(report(report_samples.big(240))).data)
    assert "Contents" in pages[2]
    assert "more after the contents" in pages[1]


def test_what_the_summary_has_no_room_for_stands_after_the_contents() -> None:
    _, summary, *later = pdf_pages(as_pdf(report(many())).data)
    assert "Number 6 grows no value" in summary
    told = " ".join(later)
    assert all(f"Number {n} grows no value" in told for n in range(7, 90))


def test_every_page_but_the_cover_has_its_number_and_a_running_header() -> None:
    cover, *pages = pdf_pages(running().data)
    assert f"/ {len(pages) + 1}" not in cover
    for number, page in enumerate(pages, 2):
        assert page.startswith("Alder & Sons · 2026-q4 report")
        assert f"{number} / {len(pages) + 1}" in page


def test_bookmarks_lead_to_sections_and_objectives() -> None:
    found = pdf_titles(running().data)
    assert found[0] == "The quarter in one view"
    assert found[-1] == "Method, data and versions"
    assert {"Objectives", "Alignment", "Nobody waits for an answer"} <= set(found)


def test_the_file_says_what_it_is_and_in_which_language() -> None:
    made = reader(running())
    assert made.metadata is not None
    assert made.metadata.title == "Alder & Sons · 2026-q4 report"
    assert made.metadata.author == "Alder & Sons"
    assert str(pdf_root(running().data)["/Lang"]) == "en"


@needs_chinese
def test_where_every_character_has_a_glyph_the_file_is_accessible() -> None:
    root = pdf_root(running().data)
    assert str(root["/MarkInfo"]) == str({"/Marked": True, "/Suspects": False})
    assert "/StructTreeRoot" in root
    about = root["/Metadata"].get_object()
    assert isinstance(about, StreamObject)
    assert b"pdfuaid:part" in about.get_data()


def test_the_same_report_is_the_same_file() -> None:
    assert as_pdf(report(report_samples.running())) == running()


def test_nothing_in_it_leads_out_or_runs() -> None:
    assert not re.search(rb"/(URI|Launch|JavaScript|JS|GoToR|EmbeddedFile)\b", running().data)


def test_its_templates_use_no_package_and_no_address() -> None:
    templates = sorted(Path(okr_report.__file__).parent.rglob("*.typ"))
    assert len(templates) > 5
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert "@preview" not in text
        assert "http" not in text


def many() -> ReportInput:
    key_results = [
        {
            "id": f"k{n}",
            "title": f"Number {n} grows",
            "metric": {"kind": "increase", "baseline": "0", "target": "10"},
        }
        for n in range(90)
    ]
    objective = {"id": "o", "title": "Everything", "key_results": key_results}
    plan = Plan.model_validate({"cycle": CYCLE, "objectives": [objective]})
    read = {"k1": [Reading(week(1), Decimal(3), "k1")]}
    version = PlanVersion(1, week(-1), plan)
    return ReportInput(Snapshot(week(2), (version,), read, {}, workspace()))


def test_the_head_of_a_table_stands_on_every_page_that_it_covers() -> None:
    pages = [page for page in pdf_pages(as_pdf(report(many())).data) if page.count("0 → 10") > 10]
    assert len(pages) > 2
    assert all("key result now progress status" in page for page in pages)


def with_titles(title: str) -> ReportInput:
    """A small plan whose every title is that."""
    metric = {"kind": "binary"}
    objective = {
        "id": "o",
        "title": "T",
        "key_results": [{"id": "k", "title": "T", "metric": metric}],
    }
    plan = Plan.model_validate({"cycle": CYCLE, "objectives": [objective]})
    goal = plan.objectives[0]
    kr = goal.key_results[0].model_copy(update={"title": title})
    goals = (goal.model_copy(update={"title": title, "key_results": (kr,)}),)
    version = PlanVersion(1, week(-1), Plan.model_construct(cycle=plan.cycle, objectives=goals))
    return ReportInput(Snapshot(week(2), (version,)))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_people_wrote_is_text_and_nothing_else(text: str) -> None:
    told = pdf_text(as_pdf(report(with_text(text))).data)
    letters = squeezed(text) if text.isascii() else squeezed(text.split(" 🎯", maxsplit=1)[0])
    if "שלום" in text:  # set from the right, read in either order
        assert "שלום" in told or "םולש" in told
    else:
        assert told.count(letters) > 20


def test_a_title_of_ten_thousand_characters_is_there_in_full() -> None:
    title = "wordwithoutend" * 714
    told = pdf_text(as_pdf(report(with_titles(title))).data)
    # Page numbers and headers stand between the parts of it.
    assert told.count("wordwithoutend") >= 2 * 714 - 20


def test_the_contents_stay_short_whatever_the_titles() -> None:
    pages = pdf_pages(as_pdf(report(with_titles("wordwithoutend " * 714))).data)
    contents = [page for page in pages if "report Contents" in page]
    assert len(contents) == 1
    assert "…" in contents[0]
    assert 9 < contents[0].count("wordwithoutend") < 12


def test_control_characters_and_halves_of_characters_do_not_stop_it() -> None:
    nasty = "a\x00b\x07c\ud800d\u202ee\ufffff"
    told = pdf_text(as_pdf(report(with_text(nasty))).data)
    assert "abcdef" in told


@needs_chinese
def test_chinese_is_set_and_nothing_is_noted() -> None:
    made = as_pdf(report(with_text("客户在第一周就看到价值"), language="zh"))
    assert made.notes == ()
    told = pdf_text(made.data)
    assert "客户在第一周就看到价值" in told
    assert "我们不知道什么" in told
    assert str(pdf_root(made.data)["/Lang"]) == "zh-CN"


def test_without_a_chinese_font_the_caller_is_told_which_characters_are_missing() -> None:
    bare = Fonts(include_system_fonts=False)
    made = as_pdf(report(with_text("客户")), bare)
    assert len(made.notes) == 1
    assert "U+5BA2" in made.notes[0]
    assert "Install a font" in made.notes[0]
    assert made.data.startswith(b"%PDF")


def test_characters_are_missing_only_where_no_font_has_them() -> None:
    bare = Fonts(include_system_fonts=False)
    assert missing("plain text, ü ř – →", bare) == []
    assert missing("客户 and 客", bare) == ["客", "户"]


def test_the_company_sees_every_canary() -> None:
    told = pdf_text(as_pdf(report(canaries())).data).lower()
    assert all(f"canary-{word}" in told for word in ("note", "person", "change", "theirs"))


@pytest.mark.parametrize("audience", ["team:mine", "person:canary-person"])
def test_nothing_of_another_team_is_in_the_pages(audience: str) -> None:
    assert "canary-theirs" not in pdf_text(as_pdf(report(canaries(), audience)).data).lower()


@pytest.mark.parametrize("word", HIDDEN)
def test_a_word_that_is_not_granted_takes_its_kind_of_text_out(word: str) -> None:
    told = pdf_text(as_pdf(report(canaries(), f"all-but-{word}")).data).lower()
    assert f"canary-{word}" not in told


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "report_input",
    [
        report_samples.one(),
        report_samples.restated(),
        report_samples.running(1),
        ReportInput(
            Snapshot(week(-2), (PlanVersion(1, week(-3), Plan.model_validate({"cycle": CYCLE})),))
        ),
    ],
    ids=["one objective", "restated", "first week", "an empty plan before its cycle"],
)
def test_any_cycle_gives_a_document(report_input: ReportInput, language: str) -> None:
    made = as_pdf(report(report_input, language="zh" if language == "zh" else "en"))
    assert len(reader(made).pages) >= 2


def test_an_audience_is_named_on_the_cover() -> None:
    made = as_pdf(report(replace(report_samples.running()), "team:growth"))
    assert "for team:growth" in pdf_pages(made.data)[0]


def test_a_name_read_from_the_right_turns_nothing_beside_it() -> None:
    report_input = replace(report_samples.running(), organization="שלום עולם")
    assert "2026-q4 report" in pdf_pages(as_pdf(report(report_input)).data)[1]


@cache
def ended() -> str:
    return " ".join(pdf_pages(restated().data))


def test_an_objective_says_whether_it_succeeded_and_how_its_hypothesis_ended() -> None:
    seen = report(report_samples.restated())
    view = next(part.view for part in seen.parts if part.section.name == "objectives")
    assert isinstance(view, View)
    told = ended()
    voiced = {True: "success", False: "no success"}
    for objective in view.objectives:
        if objective.score and objective.score.success is not None:
            assert voiced[objective.score.success] in told
        if objective.hypothesis:
            said = objective.learning.outcome if objective.learning else "open"
            belief = " ".join(objective.hypothesis.belief.split())
            assert re.search(re.escape(belief) + f".{{0,200}}; {said}", told)


def test_an_objective_shows_its_way_against_what_was_expected() -> None:
    objectives = next(page for page in pdf_pages(running().data) if "Objectives Objectives" in page)
    assert objectives.count("1 Oct 30 Dec") >= 2


def test_what_moved_says_since_when() -> None:
    assert re.search(r"Since \d+ \w+: \d+ rose, \d+ fell", pdf_pages(running().data)[1])


def test_a_column_that_an_audience_may_not_see_is_not_there() -> None:
    told = pdf_text(as_pdf(report(canaries(), "only-scores")).data)
    assert "overtime" not in told
    seen = pdf_text(as_pdf(report(canaries())).data)
    assert "overtime" in seen


@pytest.mark.parametrize("word", KINDS)
def test_what_is_not_shown_leaves_no_gap_in_a_sentence(word: str) -> None:
    report_input = replace(report_samples.running(), audiences={"few": (word,)})
    told = " ".join(pdf_pages(as_pdf(report(report_input, "few")).data))
    assert not re.search(r"\(\)|: \.|, \.|nobody named", told)
