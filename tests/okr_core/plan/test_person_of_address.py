"""Whose address it is: nobody's who has left, by the day where they are."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from okr_core.plan.names import person_of_address
from okr_core.plan.workspace import Workspace


@pytest.mark.parametrize(
    ("zone", "now", "found"),
    [
        ("Europe/Zurich", datetime(2026, 11, 23, 22, 30, tzinfo=UTC), "ada"),
        ("Europe/Zurich", datetime(2026, 11, 23, 23, 30, tzinfo=UTC), None),
        ("Asia/Shanghai", datetime(2026, 11, 23, 20, 0, tzinfo=UTC), None),
        ("America/Los_Angeles", datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "ada"),
    ],
)
def test_who_has_left_is_nobody_from_the_midnight_where_they_are(
    zone: str, now: datetime, found: str | None
) -> None:
    people = {
        "ada": {
            "name": "Ada",
            "email": "ada@x.example",
            "timezone": zone,
            "until": date(2026, 11, 23),
        }
    }
    space = Workspace.model_validate({"organization": "Acme", "people": people})
    assert person_of_address("ADA@x.example", space, now) == found
