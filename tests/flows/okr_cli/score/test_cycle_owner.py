"""The owner of a cycle is asked what nobody else is, and a policy may close it instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from okr_command import Okr
from open_world import PAST, begin, day

from okr_core.record.entries import Reading
from okr_store import open_store

AUTOMATIC = "policies: {close: automatic}\n"


def owned_by(folder: Path, owner: str) -> None:
    path = folder / "cycles" / "past.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{id: past,", f"{{id: past, owner: {owner},"), encoding="utf-8")


def addressee(okr: Okr) -> tuple[str | None, list[str]]:
    """Who is asked to close the cycle that is over."""
    listed = okr("decide", "--cycle", PAST, "--format", "json").json["open"]
    (closing,) = [each for each in listed if each["kind"] == "close"]
    return closing["role"], closing["people"]


@pytest.mark.parametrize(
    ("owner", "asked"), [("bo", (None, ["bo"])), ("sales-lead", ("sales-lead", ["ada"]))]
)
def test_a_cycle_is_closed_by_its_owner_a_person_or_a_role(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: str, asked: object
) -> None:
    monkeypatch.chdir(begin(tmp_path / "acme"))
    assert addressee(okr) == (None, ["ada"])  # who accepted its first revision
    owned_by(tmp_path / "acme", owner)
    ran = okr("apply", "cycles/past.yaml", "--by", "ada")
    assert ran.code == 0, ran.err
    assert addressee(okr) == asked


def test_an_owner_that_nobody_knows_is_an_error(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(begin(tmp_path / "acme"))
    owned_by(tmp_path / "acme", "bob")
    ran = okr("check")
    assert ran.code == 1
    assert "person `bob` is not in okr.yaml." in ran.out + ran.err


SCORE = ("score", "--cycle", PAST, "--local", "--format", "json")


def test_a_cycle_that_closes_itself_is_closed_by_the_scoring_after_its_cutoff(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(begin(tmp_path / "acme", policies=AUTOMATIC))
    before = okr(*SCORE, "--as-of", day(-29))
    assert before.json["version"] == 0  # it still takes late numbers
    assert okr(*SCORE).json["version"] == 1
    listed = okr("decide", "--cycle", PAST, "--format", "json").json["open"]
    assert "close" not in {each["kind"] for each in listed}
    with open_store(str(tmp_path / "acme" / "okr.db")) as store:
        (closing,) = store.entries(PAST, kinds=("closing",))
    assert (closing.by, closing.via) == ("", "flow")
    assert okr("audit", "verify").code == 0


def test_a_cycle_that_closes_itself_waits_while_a_value_is_suspect(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begin(tmp_path / "acme", policies=AUTOMATIC)
    monkeypatch.chdir(folder)
    at = datetime.now(UTC) - timedelta(days=35)
    doubtful = Reading(
        at=at, value=Decimal(90), key_result="sales.ten", state="suspect", source="jira:acme"
    )
    with open_store(str(folder / "okr.db")) as store:
        store.record(PAST, [(doubtful, None)], [])
    assert okr(*SCORE).json["version"] == 0
    assert okr("accept", "sales.ten", "--cycle", PAST, "--by", "ada").code == 0
    assert okr(*SCORE, "--as-of", day(-1)).json["version"] == 0  # nobody had said so by then
    assert okr(*SCORE).json["version"] == 1


def test_a_cycle_waits_for_its_owner_where_no_policy_closes_it(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(begin(tmp_path / "acme"))
    assert okr(*SCORE).json["version"] == 0
    assert addressee(okr) == (None, ["ada"])
