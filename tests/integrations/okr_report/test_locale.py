"""Locale: what the report says by itself is in its language; what others said stays as they did."""

import re
from zoneinfo import ZoneInfo

import pytest
import report_samples

from okr_core.words.formula import ENGLISH
from okr_report import report
from okr_report.html import as_html
from okr_report.locale import LANGUAGES, Locale

CHINESE, PLAIN = (Locale(each, ZoneInfo("UTC")) for each in reversed(LANGUAGES))
OURS = (
    "1 row without a value: left out",
    "12 rows without a weight: left out",
    "frozen scope; live: 3.5 over 12 issues",
    "its evidence does not add up to the value",
    "reconstructed: from creation and resolution dates, as they are today",
    "was suspect; a person said on 2026-08-12 that it is true",
)


@pytest.mark.parametrize("words", ENGLISH.values(), ids=ENGLISH)
def test_every_word_of_a_formula_has_a_chinese_form(words: str) -> None:
    assert CHINESE.translated(words) != words
    assert ("{points}" in CHINESE.translated(words)) == ("{points}" in words)


@pytest.mark.parametrize("note", OURS)
def test_a_note_of_ours_is_told_in_the_language_of_the_report(note: str) -> None:
    told = CHINESE.note(note)
    assert not re.search(r"[a-z]", told)
    assert re.findall(r"[0-9.]+", told) == re.findall(r"[0-9.]+", note)
    assert PLAIN.note(note) == note


def test_what_a_server_said_stays_as_it_did() -> None:
    for said in ("Feld leer; 3 # ohne Wert: weg", "the API has 2 limits; see: docs"):
        assert CHINESE.note(said) == said
    fields = CHINESE.note("2 of 9 issues have no Story Points")
    assert fields.endswith("Story Points")
    assert fields.startswith("2 个")


def test_a_chinese_report_has_its_formulas_in_chinese() -> None:
    page = as_html(report(report_samples.running(), language="zh"))
    formulas = re.findall(r"<dt>公式</dt><dd><code>(.*?)</code>", page)
    assert len(formulas) > 8
    assert not any(text in formula for formula in formulas for text in ENGLISH.values())
