"""Mails and digests of reminders: every kind has its words; people's words stay words."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from reminded import company, question

from okr_core.open.kinds import KINDS
from okr_core.reminders.due import CircleNotice, Reminder
from okr_report.letters import reminder
from okr_report.letters.reminder import Place, circle_digest, reminder_mail
from okr_report.locale import LANGUAGES, Language

ZURICH = ZoneInfo("Europe/Zurich")
PLACE = Place("2026-q4", ZURICH, "https://okr.acme.example")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_question_has_its_words(language: Language) -> None:
    file = Path(reminder.__file__).parent / "words.toml"
    texts = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    assert {f"asks_{kind}" for kind in KINDS} <= texts.keys()


def test_in_english_a_mail_asks_as_the_command_line_does() -> None:
    file = Path(reminder.__file__).parent / "words.toml"
    texts = tomllib.loads(file.read_text(encoding="utf-8"))["en"]
    assert {kind: texts[f"asks_{kind}"] for kind in KINDS} == {
        kind: row.asks for kind, row in KINDS.items()
    }


def test_what_people_wrote_adds_nothing_to_a_page() -> None:
    matter = question()
    evil = replace(matter.entry, title='<script>x</script>"', text='<img src="//evil">')
    told = Reminder(replace(matter, entry=evil), "before", "ada", "ada")
    html = reminder_mail("ada", [told], company(), PLACE).html
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_stand_in_is_told_for_whom() -> None:
    told = Reminder(question(), "late", "cy", "ada")
    written = reminder_mail("cy", [told], company(), PLACE)
    assert "Hello Cy," in written.text
    assert "you stand in for Ada" in written.text


def test_what_is_overdue_stands_first_and_gives_the_subject() -> None:
    several = [
        Reminder(question("risk"), "before", "ada", "ada"),
        Reminder(question("hypothesis"), "late", "ada", "ada"),
    ]
    written = reminder_mail("ada", several, company(), PLACE)
    assert written.subject == "OKR 2026-q4: 2 things are overdue"
    text = written.text
    assert text.index("still open") < text.index("This waits for you")


def test_a_digest_has_no_link_that_logs_in() -> None:
    place = replace(PLACE, link="https://okr.acme.example/link/secret")
    notices = [CircleNotice(question(), "sales")]
    written = circle_digest(notices, 0, place, "acme-2026-q4")
    assert "secret" not in written.text
    assert written.text.endswith("https://okr.acme.example")
