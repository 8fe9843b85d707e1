"""Sections are found, ordered, spoken in every language, and left out without data."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import report_samples
from report_parts import names_of

import okr_report
from okr_report import as_json, report
from okr_report.html import as_html
from okr_report.locale import LANGUAGES, Locale
from okr_report.section import Section, sections

HOME = Path(okr_report.__file__).parent
FILES = sorted(HOME.rglob("words.toml"))
NEW = '''"""A section that a test adds."""

from dataclasses import dataclass

from okr_report.report_facts import ReportFacts
from okr_report.section import Section


@dataclass(frozen=True)
class View:
    teams: int


def view(facts: ReportFacts) -> View | None:
    return View(len(list(facts.teams())))


SECTION = Section("weather", 15, view)
'''


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_sections_come_in_the_order_that_they_say() -> None:
    page = as_html(report(report_samples.running()))
    found = re.findall(r'<section id="_(\w+)"', page)
    assert found == [each.name for each in sections() if (each.folder / "section.html").exists()]
    assert (found[0], found[-1]) == ("summary", "appendix")


def test_a_section_without_data_is_left_out() -> None:
    found = report(report_samples.one())
    assert {"alignment", "changes", "comparison", "foresight"}.isdisjoint(names_of(found))
    assert 'id="_alignment"' not in as_html(found)
    assert "changes" not in dict(as_json(found))["sections"]  # type: ignore[operator]


@pytest.mark.parametrize("module", ["page.py", "forms.py"])
def test_a_folder_is_all_that_a_new_section_takes(tmp_path: Path, module: str) -> None:
    copy = tmp_path / "okr_report"
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns("__pycache__"))
    folder = copy / "sections" / "weather"
    folder.mkdir()
    (folder / "__init__.py").write_text(NEW)
    (folder / "words.toml").write_text('[en]\nheading = "Weather"\n[zh]\nheading = "天气"\n')
    (folder / "section.html").write_text("<h2 id=_weather_h>{{ view.teams }} {{ word }}</h2>")
    (folder / module).write_text('def page(view, locale):\n    return {"word": "teams"}\n')
    asked = (
        "import report_samples; from okr_report import report; from okr_report.html import as_html;"
        "print(as_html(report(report_samples.running())))"
    )
    support = Path(report_samples.__file__).parent
    # Not inherited paths but these: the copy is found before the installed package.
    script = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(support)!r}]; {asked}"
    page = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert ">3 teams</h2>" in page
    assert (
        page.index('id="_summary"') < page.index('id="_weather"') < page.index('id="_objectives"')
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_every_language_says_the_same_words_with_the_same_values(file: Path) -> None:
    texts = tomllib.loads(file.read_text(encoding="utf-8"))
    assert set(texts) == set(LANGUAGES)
    said = {key for key in texts["zh"] if key.startswith("said ")}
    assert set(texts["en"]) - said == set(texts["zh"]) - said
    for key in set(texts["en"]) & set(texts["zh"]):
        forms = texts["en"][key].split(" | ")
        # One thing may need no number in Chinese and the other way round; more it may not have.
        assert placeholders(texts["zh"][key]) == placeholders(forms[-1]), key


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.name)
def test_every_section_has_a_heading_in_every_language(section: Section) -> None:
    for language in LANGUAGES:
        assert Locale(language, ZoneInfo("UTC"), section.folder)("heading")


def test_the_chinese_page_says_nothing_in_english_by_itself() -> None:
    page = as_html(report(report_samples.running(), language="zh"))
    assert 'lang="zh-Hans"' in page
    sentences = [
        text
        for file in FILES
        for text in tomllib.loads(file.read_text(encoding="utf-8"))["en"].values()
        if text.count(" ") > 2 and "{" not in text
    ]
    assert [text for text in sentences if text in page] == []


def test_a_page_without_charts_loads_no_chart_library() -> None:
    asked = (
        "import sys, okr_report.html, okr_report.reports;"
        "print([m for m in ('altair', 'vl_convert', 'typst', 'xlsxwriter') if m in sys.modules])"
    )
    script = [sys.executable, "-c", asked]
    assert subprocess.run(script, capture_output=True, text=True, check=True).stdout == "[]\n"
