"""The answer that evidence gives: its value, which counts or waits for a person."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from okr_core.errors import DataError
from okr_core.plan.metrics import Decrease
from okr_core.progress.smells import Previous, SuspectLimits
from okr_core.record.evidence import Evidence, Row
from okr_sources.answers import Ask, Observed, Suspect
from okr_sources.suspicion import judge

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ASK = Ask(
    "k",
    {},
    Decrease(baseline=Decimal(480), target=Decimal(0)),
    date(2026, 10, 1),
    "UTC",
    NOW,
    Previous(Decimal(480), 480, Decimal(480)),
)
NOTHING = Evidence("jira", "acme", "labels = till", "count", "count")


def test_a_value_that_smells_comes_with_why_in_the_words_of_its_tool() -> None:
    answer = judge(ASK, NOTHING, NOW, noun="issues", question="Was the label renamed?")
    assert answer == Suspect(
        "k",
        Decimal(0),
        "fell from 480 to 0 issues. Was the label renamed?",
        NOTHING,
        NOW,
    )


def test_the_limits_of_its_binding_decide() -> None:
    answer = judge(ASK, NOTHING, NOW, SuspectLimits(empty=False))
    assert answer == Observed("k", Decimal(0), NOTHING, NOW)


def test_evidence_without_a_value_is_no_answer() -> None:
    with pytest.raises(DataError, match="empty selection"):
        judge(ASK, Evidence("jira", "acme", "q", "m", "average", rows=(Row("1", None),)), NOW)
