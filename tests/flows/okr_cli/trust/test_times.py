"""Times: whatever is told is told in the cycle's zone, and says which."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from okr_command import PLAN, Okr, said_at

DAY = "2025-11-07"
KR = "activation.week1"
SAID = "2025-11-07 23:59 PST"


@pytest.fixture
def far(okr: Okr, folder: Path) -> Okr:
    """A cycle in Los Angeles with a value of a day."""
    plan = PLAN.replace("timezone: Europe/Zurich", "timezone: America/Los_Angeles")
    (folder / "cycles" / "2025-q4.yaml").write_text(plan, encoding="utf-8")
    assert okr("apply", "--reason", "start", "--as-of", "2025-10-01").code == 0
    words = ("checkin", KR, "38", "--as-of", DAY, "--by", "ada")
    assert okr(*words, now=said_at(words, ZoneInfo("America/Los_Angeles"))).code == 0
    return okr


def test_a_correction_and_its_explanation_tell_one_time_in_the_zone_of_the_cycle(far: Okr) -> None:
    corrected = far("correct", KR, "--value", "39", "--reason", "typo", "--by", "ada")
    assert f"38 % of {SAID} (r1) is 39 % now." in " ".join(corrected.out.split())
    explained = " ".join(far("explain", KR).out.split())
    assert f"39 %, said by ada at {SAID}" in explained
    assert f"replaced {SAID} 38 % (r1)" in explained
    assert " UTC" not in explained


def test_a_time_of_which_there_is_no_plan_is_told_in_the_zone_of_the_cycle(far: Okr) -> None:
    ran = far("explain", KR, "--at", "2025-09-02T09:30")
    assert "had no plan at 2025-09-02 09:30 PDT." in ran.err
    assert "--as-of" not in ran.err


@pytest.mark.parametrize("option", ["--at", "--as-of"])
def test_a_time_that_is_none_is_told_with_the_option_that_was_typed(far: Okr, option: str) -> None:
    ran = far("explain", KR, option, "2025-13-01")
    assert ran.code == 2
    assert ran.err.startswith(f"{option} '2025-13-01' is not a time.")


def test_both_names_of_a_time_at_once_are_refused(far: Okr) -> None:
    ran = far("explain", KR, "--at", DAY, "--as-of", DAY)
    assert (ran.code, "Name one." in ran.err) == (2, True)
