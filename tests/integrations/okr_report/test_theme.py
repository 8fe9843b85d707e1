"""What a state looks like: one colour and one shape in the page, its charts and the PDF."""

import re
from itertools import combinations
from pathlib import Path

import report_samples

import okr_report
from okr_report import report
from okr_report.html import as_html
from okr_report.pdf import looks
from okr_report.sections.summary.charts import charts
from okr_report.sections.summary.view import View
from okr_report.theme import MARKS

_HOME = Path(okr_report.__file__).parent
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def test_the_page_draws_every_mark_from_the_table() -> None:
    drawn = dict(
        re.findall(
            r'<symbol id="_(\w+)" viewBox="[^"]*"><path d="([^"]*)"',
            as_html(report(report_samples.running())),
        )
    )
    assert drawn == {look: mark.shape for look, mark in MARKS.items()}


def test_the_chart_draws_the_marks_of_the_table() -> None:
    seen = report(report_samples.running())
    part = next(part for part in seen.parts if part.section.name == "summary")
    assert isinstance(part.view, View)
    drawn = charts(part.view, seen.locale(part.section.folder), 1000)["distribution"]
    marks = next(each for each in drawn.spec["layer"] if each["mark"]["type"] == "point")
    colour, shape = (marks["encoding"][name]["scale"] for name in ("color", "shape"))
    assert len(colour["domain"]) > 2
    assert [*zip(colour["range"], shape["range"], strict=True)] == [
        MARKS[look] for look in colour["domain"]
    ]


def test_the_pdf_is_given_the_table_and_has_no_colour_of_a_state_beside_it() -> None:
    told = looks()
    for look, (colour, shape) in MARKS.items():
        assert told["colours"][look] == colour
        assert f'd="{shape}" fill="{colour}"' in told["marks"][look]
    own = {mark.colour.lower() for mark in MARKS.values()}
    for path in _HOME.rglob("*.typ"):
        found = {each.lower() for each in _COLOUR.findall(path.read_text(encoding="utf-8"))}
        assert not found & own, path


def test_the_page_has_the_colours_of_the_table() -> None:
    style = (_HOME / "page" / "page.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--(\w+): (#\w{6})", style.split("}", maxsplit=1)[0]))
    names = {
        look: name
        for rule, name in re.findall(r"^(svg \.[^{]*)\{ fill: var\(--(\w+)\)", style, re.MULTILINE)
        for look in re.findall(r"svg \.(\w+)", rule)
    }
    assert {look: light[names[look]] for look in MARKS} == {
        look: mark.colour.lower() for look, mark in MARKS.items()
    }


def test_two_states_never_share_both_colour_and_shape() -> None:
    alike = ("deferred", "removed", "left_out")
    distinct = {look: mark for look, mark in MARKS.items() if look not in alike}
    same = [pair for pair in combinations(distinct, 2) if distinct[pair[0]] == distinct[pair[1]]]
    # What was meant and is there is a check; what is open, not begun or no longer counts is grey.
    assert same == [
        ("done", "reached"),
        ("done", "learned"),
        ("behind", "yellow"),
        ("at_risk", "red"),
        ("reached", "learned"),
        ("open", "pending"),
        ("not_begun", "closed"),
        ("not_begun", "dropped"),
        ("closed", "dropped"),
    ]
    assert len({MARKS[look].shape for look in ("stale", "pending", "closed")}) == 3


def test_the_axis_of_time_is_as_long_as_the_cycle_while_it_runs() -> None:
    seen = report(report_samples.running(5))
    part = next(part for part in seen.parts if part.section.name == "summary")
    assert isinstance(part.view, View)
    drawn = charts(part.view, seen.locale(part.section.folder), 1000)["ways"]
    first, last = (
        (each["year"], each["month"], each["date"])
        for each in drawn.spec["spec"]["layer"][0]["encoding"]["x"]["scale"]["domain"]
    )
    header = seen.header
    assert first == (header.starts.year, header.starts.month, header.starts.day)
    assert last == (header.ends.year, header.ends.month, header.ends.day)
