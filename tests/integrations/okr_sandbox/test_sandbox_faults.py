"""Faults on demand, as a client sees them."""

import httpx
import pytest
from jira_sample import client_of, company

from okr_sandbox import Fault, Faults, Sandbox

SEARCH = {"jql": "created is not empty", "maxResults": 2}


def test_a_fault_hits_the_requests_that_match_as_often_as_asked() -> None:
    faults = Faults()
    faults.add(Fault(429, match="POST /search", times=2, after=1))
    asked = ["GET /search", "POST /search/jql", "POST /search/jql", "POST /search", "POST /search"]
    assert [faults.take(endpoint) is not None for endpoint in asked] == [
        *(False, False),
        *(True, True),
        *(False,),
    ]
    assert faults.pending() == ()


def test_a_fault_without_an_end_lasts_until_it_is_cleared() -> None:
    faults = Faults()
    faults.add(Fault(500, times=None))
    assert all(faults.take("GET /x") for _ in range(5))
    faults.clear()
    assert faults.take("GET /x") is None


def test_only_faults_of_the_wanted_kinds_are_taken() -> None:
    faults = Faults()
    faults.add(Fault("short_page"))
    assert faults.take("GET /x", frozenset({500})) is None
    assert faults.take("GET /x", frozenset({"short_page"})) is not None


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 502, 503, 504, 529])
def test_a_status_comes_once_with_jiras_body(
    office: Sandbox, jira: httpx.Client, status: int
) -> None:
    office.faults.add(Fault(status))  # type: ignore[arg-type]  # each is a StatusKind
    failed = jira.get("/myself")
    assert failed.status_code == status
    assert failed.json()["errorMessages"]
    assert jira.get("/myself").status_code == 200


def test_a_429_says_how_long_and_why(office: Sandbox, jira: httpx.Client) -> None:
    office.faults.add(Fault(429, retry_after=7, reason="jira-quota-global-based"))
    headers = jira.get("/myself").headers
    assert headers["retry-after"] == "7"
    assert headers["ratelimit-reason"] == "jira-quota-global-based"
    assert headers["x-ratelimit-remaining"] == "0"
    assert headers["x-ratelimit-reset"] == "2026-11-23T12:00Z"


def test_a_503_may_say_how_long(office: Sandbox, jira: httpx.Client) -> None:
    office.faults.add(Fault(503, retry_after=2))
    office.faults.add(Fault(503))
    assert [jira.get("/myself").headers.get("retry-after") for _ in range(2)] == ["2", None]


def test_a_late_answer_runs_into_the_clients_timeout(office: Sandbox, jira: httpx.Client) -> None:
    office.faults.add(Fault("timeout", delay=60))
    with pytest.raises(httpx.ReadTimeout):
        jira.get("/myself", timeout=0.1)
    assert jira.get("/myself").status_code == 200


def test_a_held_answer_does_not_keep_the_sandbox_from_stopping() -> None:
    with Sandbox(company()) as sandbox, client_of(sandbox) as client:
        sandbox.faults.add(Fault("timeout", delay=3600))
        with pytest.raises(httpx.ReadTimeout):
            client.get("/myself", timeout=0.1)


def test_a_dropped_connection_sends_nothing(office: Sandbox, jira: httpx.Client) -> None:
    office.faults.add(Fault("drop"))
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        jira.get("/myself")
    assert jira.get("/myself").status_code == 200


def test_a_proxys_page_is_no_json_though_its_status_is_200(
    office: Sandbox, jira: httpx.Client
) -> None:
    office.faults.add(Fault("html"))
    answer = jira.get("/myself")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_a_mangled_answer_is_half_a_json(office: Sandbox, jira: httpx.Client) -> None:
    office.faults.add(Fault("mangle"))
    answer = jira.get("/myself")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def test_a_short_page_still_leads_to_every_issue(office: Sandbox, jira: httpx.Client) -> None:
    office.faults.add(Fault("short_page", rows=1))
    first = jira.post("/search/jql", json=SEARCH).json()
    assert len(first["issues"]) == 1
    rest = jira.post(
        "/search/jql", json={**SEARCH, "maxResults": 50, "nextPageToken": first["nextPageToken"]}
    ).json()
    assert len(rest["issues"]) == 6


def test_a_repeated_token_leads_to_the_same_page(office: Sandbox, jira: httpx.Client) -> None:
    office.faults.add(Fault("repeat_token", after=1))
    first = jira.post("/search/jql", json=SEARCH).json()
    again = {**SEARCH, "nextPageToken": first["nextPageToken"]}
    second = jira.post("/search/jql", json=again).json()
    assert second["nextPageToken"] == first["nextPageToken"]


def test_a_fault_of_one_endpoint_spares_the_others(office: Sandbox, jira: httpx.Client) -> None:
    office.faults.add(Fault(500, match="/search/jql"))
    assert jira.get("/myself").status_code == 200
    assert jira.post("/search/jql", json=SEARCH).status_code == 500
