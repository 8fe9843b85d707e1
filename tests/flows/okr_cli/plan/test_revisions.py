"""`okr revisions`: a proposal becomes current by a named person, by the rules of `okr apply`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import PLAN, Okr

from okr_cli.plan.schema import schema_of
from okr_core.files.document import load_plan
from okr_core.plan.dump import plan_json
from okr_core.plan.revision import plan_digest
from okr_store import NewRevision, open_store

WHY = ("--reason", "the market moved", "--reason-class", "external_shock")


@pytest.fixture
def applied(okr: Okr, folder: Path) -> Path:
    """A workspace whose plan is applied and whose cycle has begun."""
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    return folder


def propose(folder: Path, text: str, *, reason: str = "", reason_class: str = "") -> None:
    plan = load_plan(text)
    new = NewRevision(
        kind="plan",
        scope="2025-q4",
        document=plan_json(plan),
        digest=plan_digest(plan),
        at=datetime(2025, 11, 3, 8, tzinfo=UTC),
        base=1,
        by="bo",
        via="flow",
        state="proposed",
        text=text,
    )
    with open_store(str(folder / "okr.db")) as store:
        store.add_revision(replace(new, reason=reason, reason_class=reason_class))


def test_accepting_another_target_after_the_start_needs_a_reason_class(
    okr: Okr, applied: Path
) -> None:
    propose(applied, PLAN.replace("target: 45", "target: 40"))
    for missing in ((), WHY[:2], WHY[2:]):
        refused = okr("revisions", "accept", "2025-q4:2", *missing)
        assert refused.code == 1
        assert "`activation.week1` metric.target changed" in refused.err
        assert "okr revisions accept 2025-q4:2" in refused.err
        assert "2025-q4:2  proposed" in okr("revisions", "list").out
    assert okr("revisions", "accept", "2025-q4:2", *WHY, "--by", "bo").code == 0
    shown = okr("revisions", "show", "2025-q4:2")
    assert "; accepted by bo on " in shown.out
    assert '"the market moved" (external shock)' in shown.out


def test_a_rejection_is_listed_with_its_person_and_reason(okr: Okr, applied: Path) -> None:
    propose(applied, PLAN.replace("target: 45", "target: 40"))
    assert okr("revisions", "reject", "2025-q4:2", "--reason", "not agreed", "--by", "bo").code == 0
    listed = okr("revisions", "list").out
    assert "; rejected by bo on " in listed
    assert '"not agreed"' in listed
    document = okr("revisions", "list", "--cycle", "2025-q4", "--format", "json").json
    Draft202012Validator(schema_of("revisions")).validate(document)
    first, second = document["revisions"]
    assert (first["decided_by"], first["decision_reason"]) == (None, None)
    assert (second["decided_by"], second["decision_reason"]) == ("bo", "not agreed")
    assert second["decided_at"]


def test_nobody_in_particular_decides_nothing(
    okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "okr.yaml").write_text("organization: Acme\n", encoding="utf-8")
    assert okr("apply", folder / "okr.yaml").code == 0
    text = "cycle: {id: 2025-q4, starts: 2025-10-01, ends: 2025-12-31}\nobjectives: []\n"
    (folder / "cycles" / "2025-q4.yaml").write_text(text, encoding="utf-8")
    assert okr("apply").code == 0
    propose(folder, text.replace("12-31", "12-30"))
    monkeypatch.delenv("OKR_PERSON")
    refused = okr("revisions", "accept", "2025-q4:2", *WHY)
    assert refused.code == 2
    assert "a decision needs the name of a person." in refused.err
    assert okr("revisions", "accept", "2025-q4:2", *WHY, "--by", "zoe").code == 0
