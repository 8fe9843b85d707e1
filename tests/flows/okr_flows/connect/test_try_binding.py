"""What a person wants to measure is tried by any door, at a time that it says."""

from __future__ import annotations

from datetime import date

import pytest
from sync_world import MONDAY, WORKSPACE, SyncWorld

from okr_core.errors import InputError
from okr_core.files.document import load_workspace
from okr_flows.connect.try_binding import Tried, binding_of, read_tried
from okr_sources.answers import Unavailable


def test_a_binding_is_made_of_what_is_asked_and_gives_its_number(world: SyncWorld) -> None:
    tried = Tried("tracker", "jira", "labels = checkout AND status != Done")
    binding = binding_of(tried)
    assert binding == {"connection": "tracker", "jql": tried.query, "measure": "count"}
    found = read_tried(
        "tracker",
        load_workspace(world.text(WORKSPACE)).connections["tracker"],
        binding,
        world.env,
        zone="UTC",
        since=date(2026, 10, 1),
        now=MONDAY,
    )
    assert not isinstance(found.answer, Unavailable)
    assert (int(found.answer.value), found.exit_code) == (6, 0)
    assert len(found.rows) == 5


def test_what_the_tool_cannot_measure_is_refused_before_it_is_asked() -> None:
    with pytest.raises(InputError, match="measure `sum` needs a field"):
        binding_of(Tried("tracker", "jira", "labels = checkout", "sum"))
