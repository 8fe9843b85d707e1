"""Rules of scoring that change: an open cycle is told so once, a closed one stays as frozen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from kept_stores import CYCLE, kept_versions, unpack
from okr_command import Okr
from open_world import PAST, begin

from okr_core.record.entries import Entry
from okr_core.record.score_records import RULES, Closing, Scored, ScoreLine
from okr_store import open_store
from okr_store.schema import upgrade_existing
from okr_store.snapshot import read_snapshot

OLD = RULES - 1
NINE = ScoreLine(computed=Decimal("0.9"), effective=Decimal("0.9"), grade="green", success=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = begin(tmp_path / "acme")
    monkeypatch.chdir(found)
    return found


def scored_before(folder: Path, rules: int, value: str) -> None:
    """A scoring of the cycle that is over, as it was recorded by these rules."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    line = NINE.model_copy(update={"effective": Decimal(value)})
    body = Scored(revision=1, teams={"": line}, rules=rules)
    with open_store(str(folder / "okr.db")) as store:
        store.judge(Entry(at=at, body=body, cycle=PAST, via="flow", key=at.isoformat()), 1)


def told(okr: Okr) -> bool:
    ran = okr("status", "--cycle", PAST)
    assert ran.code == 0, ran.err
    return "The rules of scoring have changed" in ran.err


def test_status_says_once_that_newer_rules_move_the_figure_of_an_open_cycle(
    okr: Okr, folder: Path
) -> None:
    assert not told(okr)
    scored_before(folder, OLD, "0.9")
    assert told(okr)
    assert okr("score", "--cycle", PAST, "--local").code == 0
    assert not told(okr)


@pytest.mark.parametrize("rules", [OLD, RULES])
def test_status_says_nothing_of_rules_that_move_nothing(okr: Okr, folder: Path, rules: int) -> None:
    assert okr("score", "--cycle", PAST, "--local").code == 0
    with open_store(str(folder / "okr.db")) as store:
        card = read_snapshot(store, PAST, datetime.now(UTC)).card()
    now = card.teams[""].effective
    assert now is not None
    value = round(now * 10**6) / Decimal(10**6) if rules == OLD else Decimal("0.9")
    scored_before(folder, rules, str(value))
    assert not told(okr)


@pytest.mark.parametrize("version", kept_versions())
def test_what_older_rules_froze_in_a_kept_store_stays_as_it_was_frozen(
    version: str, tmp_path: Path
) -> None:
    at = datetime(2026, 1, 8, 9, tzinfo=UTC)
    url = unpack(version, tmp_path)
    upgrade_existing(url)
    with open_store(url) as store:
        open_ = read_snapshot(store, CYCLE, at)
        items = [*open_.plan.objectives_by_id, *open_.plan.key_results_by_id]
        assert open_.card().teams[""].effective != Fraction(9, 10)
        frozen = Closing(
            revision=open_.revision,
            lines=dict.fromkeys(items, NINE),
            teams={"": NINE},
            rules=OLD,
        )
        store.judge(Entry(at=at, body=frozen, cycle=CYCLE, by="ada", key="closing"), open_.revision)
        closed = read_snapshot(store, CYCLE, at + timedelta(days=30))
        card = closed.scorecard
        assert card.teams[""].effective == Fraction(9, 10)
        assert {card.scores[name].figures.effective for name in items} == {Fraction(9, 10)}
        assert {card.scores[name].grade for name in items} == {"green"}
        # What was not told then is not told now.
        assert not any(s.silent or s.last_said or s.self_approved for s in card.scores.values())
