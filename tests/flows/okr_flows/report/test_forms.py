"""Forms of a report: whatever people wrote, a file shows only what can be seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import report_samples
from report_texts import with_text

from okr_flows.report.forms import FormName, rendered
from okr_report import Report, report

TEXTS: tuple[FormName, ...] = ("html", "md", "digest", "mail", "json")
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NASTY = "a\x1b]0;owned\x07b \u202eevil\u202c \u2066turned\u2069 \x9b2J end"


def text_of(made: Report, form: FormName) -> str:
    return rendered(made, form).data.decode()


@pytest.mark.parametrize("form", TEXTS)
def test_what_nobody_sees_is_in_no_file_of_text(form: FormName) -> None:
    assert UNSEEN.findall(text_of(report(with_text(NASTY)), form)) == []


def test_a_mark_stands_on_the_page_where_something_unseen_was() -> None:
    assert "a\ufffd]0;owned\ufffdb" in text_of(report(with_text(NASTY)), "html")


def strings(document: object) -> Iterator[str]:
    """Every text of a JSON document."""
    if isinstance(document, str):
        yield document
    for each in document.values() if isinstance(document, dict) else ():
        yield from strings(each)
    for each in document if isinstance(document, list) else ():
        yield from strings(each)


def test_a_document_for_programs_says_what_was_written() -> None:
    made = text_of(report(with_text(NASTY)), "json")
    assert NASTY in set(strings(json.loads(made)))


@pytest.mark.parametrize("form", TEXTS)
def test_a_report_without_such_characters_has_no_mark(form: FormName) -> None:
    assert "\ufffd" not in text_of(report(report_samples.running()), form)
