"""Kinds of what waits for a person: each is a row of one table, with words and a way to answer."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

import pytest

from okr_core.open.entry import Addressee, OpenEntry, OpenKind, by_name, id_of
from okr_core.open.kinds import KINDS
from okr_flows.decide.carrying_out import CARRIED_OUT
from okr_report.audience.audience import KINDS as AUDIENCE_WORDS

REPORT = Path(__file__).parents[3] / "integrations" / "okr_report"
PAGE = Path(__file__).parents[3] / "flows" / "okr_web"
WORDS = {
    "summary": (REPORT / "sections" / "summary" / "words.toml", ("ask", "needs")),
    "outline": (REPORT / "outline" / "words.toml", ("ask",)),
    "letters": (REPORT / "letters" / "words.toml", ("asks",)),
    "page": (PAGE / "words.toml", ("kind", "count", "asks")),
}


def test_every_kind_is_a_row() -> None:
    assert set(KINDS) == set(get_args(OpenKind))
    assert {row.shows for row in KINDS.values()} <= {"", *AUDIENCE_WORDS}


def test_every_kind_can_be_answered() -> None:
    assert set(KINDS) == CARRIED_OUT


@pytest.mark.parametrize("where", WORDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_has_its_words_in_every_language(where: str, language: str) -> None:
    path, words = WORDS[where]
    texts = tomllib.loads(path.read_text(encoding="utf-8"))[language]
    assert {f"{word}_{kind}" for kind in KINDS for word in words} <= texts.keys()


def test_an_id_belongs_to_one_cycle_kind_and_object() -> None:
    ids = {
        id_of(cycle, kind, item)
        for cycle in ("2026-q3", "2026-q4")
        for kind in KINDS
        for item in ("sales", "growth")
    }
    assert len(ids) == 4 * len(KINDS)


def test_what_shares_an_id_is_told_apart_by_its_full_name() -> None:
    several = [
        OpenEntry("Q12345", "risk", item, item, "", Addressee(), ()) for item in ("sales", "growth")
    ]
    assert by_name(several, "q12345") == several
    assert by_name(several, "RISK:growth") == several[1:]
