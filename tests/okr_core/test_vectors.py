"""Published worked examples, with their sources in vectors.json."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okr_core.exact import apportion
from okr_core.metrics import marks

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text())


def test_the_examples_here_are_those_of_the_contract(shared_dir: Path) -> None:
    contract = json.loads((shared_dir / "design" / "vectors.json").read_text())
    for group, example in VECTORS.items():
        assert example == contract[group], group


@pytest.mark.parametrize("row", VECTORS["apportion"]["rows"])
def test_seats_are_apportioned_as_published(row: dict[str, Any]) -> None:
    assert apportion(row["weights"], row["total"]) == row["seats"]


@pytest.mark.parametrize("row", VECTORS["zones"]["rows"])
def test_commit_and_target_lie_at_30_and_70_percent_of_the_way(row: list[float]) -> None:
    baseline, stretch, commit, target = (Decimal(str(number)) for number in row)
    assert marks(baseline, stretch) == (commit, target)
