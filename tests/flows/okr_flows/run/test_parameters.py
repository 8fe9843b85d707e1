"""Parameters of flows: strict forms, and misfits that reach the flow, which refuses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prefect_api import PrefectApi

from okr_flows.backfill.backfill_progress import backfill_progress
from okr_flows.clock.run_cycle import run_cycle
from okr_flows.report.report_cycle import report_cycle
from okr_flows.run.ending import Refused
from okr_flows.score.score_cycle import score_cycle
from okr_flows.sync.sync_progress import sync_progress
from okr_flows.write_back.write_back_scores import write_back_scores

FLOWS: dict[str, Callable[..., Any]] = {
    "sync": sync_progress,
    "score": score_cycle,
    "report": report_cycle,
    "backfill": backfill_progress,
    "write back": write_back_scores,
    "tick": run_cycle,
}


@pytest.mark.parametrize("name", FLOWS)
def test_a_time_without_a_zone_is_refused_by_the_flow_in_a_sentence(
    name: str, prefect_server: PrefectApi
) -> None:
    flow = FLOWS[name]
    for given in ("yesterday", "2026-11-30T09:00:00"):
        refused = flow(cycle="2026-q4", as_of=given)
        assert isinstance(refused, Refused)
        assert str(refused) == (
            f"as_of `{given}` does not fit. "
            "It takes a time with its zone, such as 2026-11-30T09:00:00Z."
        )


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("sync", {"only": "nope"}, 'only `nope` does not fit. It takes a list of ids, such as ["'),
        (
            "sync",
            {"connection": ["acme"]},
            "connection `['acme']` does not fit. It takes one word.",
        ),
        ("report", {"formats": ["docx"]}, "formats `['docx']` does not fit. It takes a list of ht"),
        ("report", {"language": "fr"}, "language `fr` does not fit. It takes en or zh."),
        ("report", {"digest": "perhaps"}, "digest `perhaps` does not fit. It takes true or false."),
        ("write back", {"take": 5}, "take `5` does not fit. It takes a list of ids"),
    ],
)
def test_what_a_parameter_cannot_be_is_refused_with_what_it_takes(
    name: str, given: dict[str, object], said: str, prefect_server: PrefectApi
) -> None:
    refused = FLOWS[name](cycle="2026-q4", **given)
    assert isinstance(refused, Refused)
    assert str(refused).startswith(said)


def test_the_form_says_what_a_parameter_takes() -> None:
    properties = report_cycle.parameters.model_dump()["properties"]
    assert properties["as_of"]["anyOf"][0] == {"format": "date-time", "type": "string"}
    assert properties["formats"]["items"] == {"$ref": "#/definitions/ReportForm"}
    assert properties["digest"]["type"] == "boolean"
