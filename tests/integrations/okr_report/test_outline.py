"""Outlines: the report as Markdown, and as a digest for a chat and for mail."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from score_samples import BEGINS, goal, key_result, plan, reading, versions

import okr_report.outline
from okr_core.plan.plan import Plan
from okr_core.record.entries import Reading
from okr_core.snapshot import Snapshot
from okr_report import Report, ReportInput, as_json, report
from okr_report.digest import MOST_TEXT, digest_html, digest_text, digest_title, silent
from okr_report.html import as_html
from okr_report.markdown import markdown
from okr_report.outline import headline
from okr_report.outline.pieces import BAR_WIDTH, bar, line
from okr_report.report_json import report_schema

NASTY = (
    "<script>alert(1)</script>",
    "=cmd()|'/c calc'!A1",
    "\u202eturned\u202c",
    "**bold** _it_ `code` ~~gone~~ [a](javascript:b) <!channel> @here # h &lt;b&gt;",
    "🎯 目标 | a | b",
    "\\",
    "ends with `",
    "x" * 10_000,
)
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
titles = st.one_of(
    st.sampled_from(NASTY),
    st.text(min_size=1, max_size=60).filter(lambda text: bool(line(text).strip("\u200d"))),
)


def reported(
    *names: str, values: Sequence[Reading] = (), week: int = 8, language: str = "en"
) -> Report:
    """The report of a plan in which every title is given."""
    key_results = [key_result(f"kr{n}", title=name) for n, name in enumerate(names)]
    return told(plan(goal("o", *key_results, title=names[0])), values, week, language)


def told(meant: Plan, values: Sequence[Reading], week: int, language: str = "en") -> Report:
    known = Snapshot(
        as_of=BEGINS + timedelta(weeks=week),
        versions=tuple(versions((-30, meant))),
        readings={"kr0": list(values)},
    )
    return report(ReportInput(known), "company", language)  # type: ignore[arg-type]


class Text(HTMLParser):
    """The text of a page, and the names of its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name in {"href", "src", "onclick"}]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(page: str) -> Text:
    parser = Text()
    parser.feed(page)
    return parser


@settings(max_examples=60)
@given(titles)
@example(NASTY[3])
def test_a_title_is_text_in_markdown(title: str) -> None:
    page = read(MARKDOWN.render(markdown(reported(title))))
    assert page.tags <= {
        "h1", "h2", "h3", "p", "ul", "li", "strong", "code",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    # Nobody is called by name: a character without width stands behind the @.
    silent = str.maketrans({"\u200b": None})
    assert line(title).translate(silent) in "".join(page.texts).translate(silent)


@settings(max_examples=60)
@given(titles)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(title: str) -> None:
    rendered = MARKDOWN.render(markdown(reported(title, "b", values=[reading(3, 40)])))
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, flags=re.DOTALL)
    assert {len(re.findall(r"<t[hd]", row)) for row in rows} == {6}


@settings(max_examples=60)
@given(titles)
def test_a_title_is_text_in_mail(title: str) -> None:
    page = read(digest_html(reported(title)))
    assert "script" not in page.tags
    assert line(title)[:70] in "".join(page.texts)


@settings(max_examples=60)
@given(st.lists(titles, min_size=1, max_size=40))
def test_a_digest_is_one_screen_however_much_there_is_to_tell(names: list[str]) -> None:
    text = digest_text(reported(*names), where="https://example.org/" + "x" * 200)
    assert len(text) <= MOST_TEXT
    assert len(text.splitlines()) <= 30


@given(st.text())
def test_a_chat_calls_nobody(text: str) -> None:
    said = silent(text)
    assert not re.search(r"<[!@#]|@\w", said)
    assert said.replace("\u200b", "") == text.replace("\u200b", "")


@given(st.fractions(0, 1))
def test_a_bar_shows_what_is_reached_and_never_more(share: Fraction) -> None:
    full = bar(share).count("■")
    assert (full == BAR_WIDTH) == (share == 1)
    assert (full == 0) == (share == 0)
    assert bar(share).count("□") == BAR_WIDTH - full


def test_nothing_known_has_no_bar() -> None:
    assert bar(None) == "–"


def test_of_many_objectives_each_team_has_one_table() -> None:
    objectives = [
        goal(f"o{n}", key_result(f"kr{n}"), title=f"Goal {n}", team="a" if n % 2 else None)
        for n in range(40)
    ]
    text = markdown(told(plan(*objectives), [reading(3, 40)], 4))
    assert text.count("| Key result |") == 2
    assert text.count("\n### ") == 2
    assert all(f"| Goal {n} |" in text and f"| – kr{n} |" in text for n in range(40))


def test_before_it_begins_the_headline_says_when_it_does() -> None:
    assert headline(reported("a", week=-1)) == "q4 begins on 1 Oct 2026."


def test_without_numbers_the_headline_says_so() -> None:
    said = headline(reported("a", week=1)).removesuffix(".").split("; ")
    assert said == [
        "q4: nothing measured yet",
        "0 of 1 objective on track or better",
        "1 key result not fully known",
    ]


def test_the_headline_says_how_it_goes_against_what_was_expected() -> None:
    said = headline(reported("a", "b", values=[reading(21, 40)], week=4))
    assert said.startswith("q4: 40 % reached, 31 % expected by now;")
    assert said.endswith("1 key result not fully known.")


def test_after_the_end_the_headline_is_the_score() -> None:
    said = headline(reported("a", values=[reading(60, 70)], week=14))
    assert said.startswith(
        "q4: score 0.70; the average of 1 objective; 1 key result counts; "
        "1 of 1 objective reached 0.7"
    )


def test_a_score_says_how_many_count_0_for_want_of_a_value() -> None:
    found = reported("a", "b", "c", values=[reading(60, 100)], week=14)
    told = "the average of 1 objective; 2 of 3 unreported count 0"
    assert headline(found).startswith(f"q4: score 0.33; {told};")
    assert "2 of 3 unreported count 0" in as_html(found).replace("\xa0", " ")


def test_after_the_end_the_headline_says_what_succeeded_for_its_ambition() -> None:
    committed = plan(goal("o", key_result("kr0"), ambition="committed"))
    said = headline(told(committed, [reading(60, 90)], 14))
    assert "1 of 1 objective reached 0.7; 0 of 1 succeeded for its ambition" in said


def test_progress_of_a_part_has_not_kept_to_what_was_expected() -> None:
    part, whole = (
        as_html(reported(*names, values=[reading(1, 3), reading(20, 40), reading(27, 90)], week=4))
        for names in (("a", "b"), ("a",))
    )
    assert "Progress has kept to what was expected" in whole
    assert "Progress has kept to what was expected" not in part
    assert "Where there is a value, 90 % is reached" in part


def test_without_a_key_result_nothing_is_known() -> None:
    for text in (markdown(told(plan(), (), 2)), digest_text(told(plan(), (), 2))):
        assert "Everything: there is no key result." in text
        assert "has a value that counts" not in text


def test_what_moved_says_since_when() -> None:
    found = reported("a", values=[reading(3, 10), reading(25, 40)], week=4)
    for text in (markdown(found), digest_text(found)):
        assert "Since 22 Oct 2026: 1 rose, 0 fell, 0 did not move." in text


@pytest.mark.parametrize(
    ("week", "title"),
    [
        (-1, "OKR q4, begins 1 Oct 2026"),
        (8, "OKR q4, week 48"),
        (20, "OKR q4, ended 30 Dec 2026"),
    ],
)
def test_a_digest_names_a_week_of_the_cycle_only(week: int, title: str) -> None:
    assert digest_title(reported("a", week=week)) == title


def test_a_plan_without_objectives_has_a_report_in_every_form() -> None:
    empty = told(plan(), (), 2)
    assert markdown(empty).startswith("# OKR q4")
    assert digest_text(empty)
    assert digest_html(empty)


def test_both_languages_say_the_same_things() -> None:
    home = Path(okr_report.outline.__path__[0])
    words = tomllib.loads((home / "words.toml").read_text(encoding="utf-8"))
    assert words["en"].keys() == words["zh"].keys()
    for key, text in words["en"].items():
        fields = set(re.findall(r"{(\w+)}", text))
        assert set(re.findall(r"{(\w+)}", words["zh"][key])) == fields


def test_the_interface_is_chinese_where_that_is_asked_for() -> None:
    chinese = reported("Open bugs", week=4, language="zh")
    assert "## 我们不知道什么" in markdown(chinese)
    assert digest_html(chinese).startswith('<!doctype html>\n<html lang="zh-CN">')


@settings(max_examples=30)
@given(st.lists(titles, min_size=1, max_size=4), st.integers(-1, 16))
def test_the_document_is_as_its_schema_says(names: list[str], week: int) -> None:
    document = as_json(reported(*names, values=[reading(5, 20)], week=week))
    Draft202012Validator(report_schema()).validate(document)
