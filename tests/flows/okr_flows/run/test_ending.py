"""How a run that finds others at its work ends."""

from __future__ import annotations

import pytest
from prefect import flow
from prefect_api import PrefectApi

from okr_core.errors import BusyError, RetryableError
from okr_flows.run.ending import Refused, refused

BUSY = BusyError(
    "cycle `2026-q4` is busy: worker-7 is scoring it, since 2026-11-30 06:30 UTC.",
    hint="Run it again once that has ended.",
)


@flow(retries=2, retry_delay_seconds=0)
def meets_others() -> Refused:
    """A run whose turn does not come."""
    return refused(BUSY)


@flow(retries=2, retry_delay_seconds=0)
def finds_no_store() -> Refused:
    """A run whose store is away."""
    return refused(RetryableError("the store does not answer."))


def test_a_run_whose_turn_does_not_come_ends_once_and_says_who_is_at_it(
    prefect_server: PrefectApi,
) -> None:
    found = meets_others()
    assert found == Refused(BUSY), "its caller decides"
    run = prefect_server.flow_runs()[-1]
    assert (run["state_name"], run["run_count"]) == ("Needs attention", 1)
    assert run["state"]["message"] == (
        "cycle `2026-q4` is busy: worker-7 is scoring it, since 2026-11-30 06:30 UTC; "
        "the next slot makes up for it."
    )


def test_a_run_whose_store_is_away_is_tried_again(prefect_server: PrefectApi) -> None:
    with pytest.raises(RetryableError):
        finds_no_store()
    assert prefect_server.flow_runs()[-1]["run_count"] == 3
