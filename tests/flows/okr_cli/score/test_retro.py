"""`okr retro`: a hypothesis is closed with evidence, and a learning goal succeeds by that."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import PLAN, Okr

from okr_cli.plan.schema import schema_of

EVIDENCE = ("--evidence", "https://acme.example/interviews")


@pytest.fixture
def begun(okr: Okr, folder: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learning goal with a hypothesis, and a value."""
    monkeypatch.setenv("OKR_STORE_URL", store_url)
    learning = PLAN.replace(
        "ambition: aspirational",
        "ambition: learning\n    hypothesis: {belief: Guided set-up raises activation}",
    )
    (folder / "cycles" / "2025-q4.yaml").write_text(learning, encoding="utf-8")
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    assert okr("checkin", "activation.week1", "33", "--as-of", "2025-12-20").code == 0
    return folder


def success(okr: Okr) -> bool | None:
    ran = okr("score", "--dry-run", "--format", "json", "--as-of", "2026-01-10")
    found: bool | None = next(
        o["success"] for o in ran.json["objectives"] if o["id"] == "activation"
    )
    return found


@pytest.mark.parametrize("outcome", ["supported", "refuted"])
def test_a_learning_goal_succeeds_once_its_hypothesis_is_closed(
    okr: Okr, begun: Path, outcome: str
) -> None:
    assert success(okr) is False
    ran = okr(
        *("retro", "activation", outcome, *EVIDENCE, "--note", "step 3 is no obstacle"),
        *("--as-of", "2025-12-30", "--format", "json"),
    )
    assert ran.code == 0, ran.err
    Draft202012Validator(schema_of("learning")).validate(ran.json)
    assert success(okr) is True
    assert okr("audit", "verify").code == 0


def test_an_objective_is_named_by_its_title(okr: Okr, begun: Path) -> None:
    title = "New teams reach value in their first week"
    ran = okr("retro", title, "supported", *EVIDENCE, "--as-of", "2025-12-30")
    assert ran.out.startswith("activation: supported, by ada."), ran.err
    assert success(okr) is True


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("nowhere", "supported", *EVIDENCE), (2, "no objective `nowhere`")),
        (("answers", "supported", *EVIDENCE), (1, "no hypothesis to close")),
        (("activation", "supported", "--evidence", " "), (1, "without evidence")),
        (("activation", "perhaps", *EVIDENCE), (2, "perhaps")),
        (("activation", "supported"), (2, "--evidence")),
    ],
)
def test_what_cannot_be_closed_is_refused(
    okr: Okr, begun: Path, arguments: tuple[str, ...], refusal: tuple[int, str]
) -> None:
    ran = okr("retro", *arguments, "--as-of", "2025-12-30")
    assert ran.code == refusal[0]
    assert refusal[1] in ran.err
    assert success(okr) is False
