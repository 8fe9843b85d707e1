"""Who may enter, what the site tells about itself, and what is counted."""

import httpx
import pytest

from okr_sandbox import Sandbox


@pytest.mark.parametrize("auth", [None, ("okr-bot@example.com", "wrong"), ("x@example.com", "y")])
@pytest.mark.parametrize("path", ["search/jql?jql=labels=a", "myself", "nothing"])
def test_a_wrong_token_is_401_everywhere(
    office: Sandbox, path: str, auth: tuple[str, str] | None
) -> None:
    answer = httpx.get(f"{office.jira_url}/rest/api/3/{path}", auth=auth)
    assert answer.status_code == 401
    assert answer.headers["x-seraph-loginreason"] == "AUTHENTICATED_FAILED"
    assert "authenticated" in answer.json()["errorMessages"][0]


def test_the_right_token_of_a_bearer_is_refused_as_in_the_cloud(office: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {office.jira_token}"}
    answer = httpx.get(f"{office.jira_url}/rest/api/3/myself", headers=headers)
    assert answer.status_code == 401


def test_what_the_server_is_everybody_may_ask_but_nobody_with_a_wrong_token(
    office: Sandbox,
) -> None:
    url = f"{office.jira_url}/rest/api/3/serverInfo"
    assert httpx.get(url).json()["deploymentType"] == "Cloud"
    assert httpx.get(url, auth=("x@example.com", "y")).status_code == 401


def test_the_server_says_that_it_is_the_cloud(jira: httpx.Client) -> None:
    assert jira.get("/serverInfo").json()["deploymentType"] == "Cloud"


def test_permissions_are_told_one_by_one(jira: httpx.Client) -> None:
    asked = {"permissions": "BROWSE_PROJECTS,ADMINISTER"}
    told = jira.get("/mypermissions", params=asked).json()["permissions"]
    assert {name: entry["havePermission"] for name, entry in told.items()} == {
        "BROWSE_PROJECTS": True,
        "ADMINISTER": False,
    }
    assert jira.get("/mypermissions").status_code == 400
    assert jira.get("/mypermissions", params={"permissions": "FLY"}).status_code == 400


def test_projects_and_people_come_in_pages(jira: httpx.Client) -> None:
    page = jira.get("/project/search", params={"maxResults": 1, "startAt": 1}).json()
    assert [p["name"] for p in page["values"]] == ["Operations"]
    assert page["isLast"] is True
    assert [p["key"] for p in jira.get("/project/search?keys=GROW").json()["values"]] == ["GROW"]
    people = jira.get("/users/search", params={"maxResults": 50}).json()
    assert {person["accountId"] for person in people} == {"ana", "ben", "okr-bot"}


def test_requests_are_counted_by_endpoint_not_by_issue(office: Sandbox, jira: httpx.Client) -> None:
    for key in ("GROW-1", "GROW-2"):
        jira.get(f"/issue/{key}")
    jira.post("/search/jql", json={"jql": "labels = a"})
    assert office.requests == {
        "GET /rest/api/3/issue/{issueIdOrKey}": 2,
        "POST /rest/api/3/search/jql": 1,
    }
