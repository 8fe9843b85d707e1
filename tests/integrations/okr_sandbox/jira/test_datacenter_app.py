"""The sandbox as a Data Center: as the vendor tells of it, and to a client that is not ours."""

from collections.abc import Iterator

import httpx
import pytest
from jira import JIRA
from jira_sample import NOW, company

from okr_sandbox import Company, Sandbox, issue


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(company(), clock=NOW, deployment="datacenter") as sandbox:
        yield sandbox


@pytest.fixture
def jira(server: Sandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {server.jira_token}"}
    base = f"{server.jira_url}/rest/api/2"
    with httpx.Client(base_url=base, headers=headers) as client:
        yield client


def test_the_vendors_library_takes_it_for_a_data_center(server: Sandbox) -> None:
    library = JIRA(server.jira_url, token_auth=server.jira_token, max_retries=0)
    assert library.deploymentType == "Server"
    assert library.myself()["name"] == "okr-bot"
    found = library.search_issues("project = GROW ORDER BY key", maxResults=False)
    assert [each.key for each in found] == ["GROW-1", "GROW-2", "GROW-3", "GROW-4"]


@pytest.mark.parametrize("auth", ["Bearer wrong", "Basic b2tyLWJvdDp4", None])
def test_another_token_is_401_with_a_page_to_log_in(server: Sandbox, auth: str | None) -> None:
    headers = {"Authorization": auth} if auth else {}
    answer = httpx.get(f"{server.jira_url}/rest/api/2/myself", headers=headers)
    assert answer.status_code == 401
    assert "Log in" in answer.text


@pytest.mark.parametrize("path", ["3/search/jql", "2/search/jql", "3/myself", "2/issue/bulkfetch"])
def test_it_has_no_endpoint_of_the_cloud(server: Sandbox, jira: httpx.Client, path: str) -> None:
    assert jira.post(f"{server.jira_url}/rest/api/{path}", json={}).status_code in (404, 405)


def test_a_page_holds_1000_issues_and_ends_at_10_000() -> None:
    issues = [issue(f"A-{n}", created=NOW) for n in range(1, 1_203)]
    with Sandbox(Company(issues=issues), clock=NOW, deployment="datacenter") as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.jira_token}"}
        url = f"{sandbox.jira_url}/rest/api/2/search"
        asked = {"jql": "project = A", "maxResults": 5000, "fields": ["id"]}
        page = httpx.post(url, json=asked, headers=headers).json()
        assert (page["total"], page["maxResults"], len(page["issues"])) == (1202, 1000, 1000)
        beyond = httpx.post(url, json={**asked, "startAt": 9_500}, headers=headers)
        assert beyond.status_code == 500
        assert "Search limit exceeded" in beyond.text
        none = httpx.post(url, json={**asked, "maxResults": 0}, headers=headers).json()
        assert (none["total"], none["issues"]) == (1202, [])


def test_issues_that_do_not_exist_are_an_error_unless_values_are_not_validated(
    jira: httpx.Client,
) -> None:
    asked = {"jql": "key in (GROW-1, GROW-99)", "fields": "key"}
    assert jira.get("/search", params=asked).status_code == 400
    page = jira.get("/search", params={**asked, "validateQuery": "false"}).json()
    assert [each["key"] for each in page["issues"]] == ["GROW-1"]


def test_what_follows_an_issue_by_id_is_in_its_project_by_number(jira: httpx.Client) -> None:
    ids = {
        each["key"]: each["id"]
        for each in jira.get("/search", params={"jql": "project in (GROW, OPS)"}).json()["issues"]
    }
    asked = {"jql": f"id > {ids['GROW-2']} ORDER BY id ASC", "fields": "key"}
    found = jira.get("/search", params=asked).json()["issues"]
    assert [each["key"] for each in found] == ["GROW-3", "GROW-4"]
