"""Reading issues over HTTP: pages, caps, fields, the clock, and what is refused."""

from datetime import timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jira_sample import NOW, client_of, company, day, keys

from okr_sandbox import Change, Company, Sandbox, changed, generated_issues, issue
from okr_sandbox.generated import QUARTER
from okr_sandbox.jira.issues import id_of


def _pages(client: httpx.Client, **asked: object) -> list[dict[str, object]]:
    pages: list[dict[str, object]] = []
    token: str | None = None
    while True:
        more: dict[str, object] = {} if token is None else {"nextPageToken": token}
        answer = client.post("/search/jql", json={**asked, **more})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        pages.append(page)
        token = page.get("nextPageToken")
        assert page["isLast"] is (token is None)
        if token is None:
            return pages


def _ids(pages: list[dict[str, object]]) -> list[str]:
    found: list[str] = []
    for page in pages:
        issues = page["issues"]
        assert isinstance(issues, list)
        found += [entry["id"] for entry in issues]
    return found


def test_a_search_gives_ids_alone_unless_fields_are_asked_for(jira: httpx.Client) -> None:
    body = jira.post("/search/jql", json={"jql": "key = GROW-2"}).json()
    assert body == {"issues": [{"id": id_of("GROW-2")}], "isLast": True}


def test_pages_hold_fifty_unless_the_client_asks_for_more() -> None:
    many = Company(issues=generated_issues(120, labels=1))
    with Sandbox(many, clock=QUARTER) as sandbox, client_of(sandbox) as client:
        assert [len(_ids([page])) for page in _pages(client, jql="labels = kr-001")] == [50, 50, 20]


def test_pages_of_ids_hold_5000_and_pages_with_fields_100() -> None:
    many = Company(issues=generated_issues(5001, labels=1))
    with Sandbox(many, clock=QUARTER) as sandbox, client_of(sandbox) as client:
        ids = _pages(client, jql="project = GEN", maxResults=5000)
        assert [len(_ids([page])) for page in ids] == [5000, 1]
        asked = {"jql": "project = GEN", "maxResults": 5000, "fields": ["status"]}
        assert len(client.post("/search/jql", json=asked).json()["issues"]) == 100
        keyed = {**asked, "fields": ["id", "key"]}
        assert len(client.post("/search/jql", json=keyed).json()["issues"]) == 5000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(size=st.integers(1, 10), fields=st.sampled_from([["id"], ["summary"], ["*all"]]))
def test_any_page_size_returns_every_issue_once(
    jira: httpx.Client, size: int, fields: list[str]
) -> None:
    found = _ids(_pages(jira, jql="created is not empty", maxResults=size, fields=fields))
    expected = [f"GROW-{n}" for n in (1, 2, 3, 4)] + [f"OPS-{n}" for n in (1, 2, 3)]
    assert sorted(found) == sorted(id_of(key) for key in expected)


def test_later_pages_show_the_time_of_the_first(office: Sandbox, jira: httpx.Client) -> None:
    asked = {"jql": "labels = outage", "maxResults": 1}
    office.clock.set(day(11, 1))
    first = jira.post("/search/jql", json=asked).json()
    office.clock.set(NOW)  # meanwhile OPS-2 lost the label
    rest = _pages(jira, **asked, nextPageToken=first["nextPageToken"])
    assert first["issues"] + rest[0]["issues"] == [{"id": id_of(k)} for k in ("OPS-3", "OPS-2")]


@pytest.mark.parametrize("token", ["nonsense", "", "W10"])
def test_a_broken_page_token_is_400(jira: httpx.Client, token: str) -> None:
    asked = {"jql": "labels = outage", "nextPageToken": token}
    status = jira.post("/search/jql", json=asked).status_code
    assert status == (400 if token else 200)


def test_a_token_of_another_query_is_400(jira: httpx.Client) -> None:
    first = jira.post("/search/jql", json={"jql": "labels = growth", "maxResults": 1}).json()
    asked = {"jql": "labels = outage", "nextPageToken": first["nextPageToken"]}
    assert jira.post("/search/jql", json=asked).status_code == 400


def test_fields_are_chosen_by_id_and_by_wildcards(jira: httpx.Client) -> None:
    def fields(*names: str) -> set[str]:
        asked = {"jql": "key = GROW-2", "fields": list(names)}
        return set(jira.post("/search/jql", json=asked).json()["issues"][0]["fields"])

    everything = fields("*all")
    assert fields("summary", "customfield_10016", "nothing") == {"summary", "customfield_10016"}
    assert fields("*navigable") == everything - {"comment"}
    assert fields("*all", "-summary") == everything - {"summary"}
    assert fields("-status") == everything - {"status", "comment"}


def test_an_issue_shows_points_status_parent_and_people(jira: httpx.Client) -> None:
    shown = jira.get("/issue/GROW-2").json()["fields"]
    assert shown["customfield_10016"] == 3.0
    assert shown["customfield_10026"] is None
    assert shown["status"]["statusCategory"]["key"] == "done"
    assert shown["parent"]["key"] == "GROW-1"
    assert shown["parent"]["fields"]["issuetype"]["hierarchyLevel"] == 1
    assert shown["assignee"]["emailAddress"] == "ana@example.com"
    assert shown["resolution"]["name"] == "Done"
    assert shown["resolutiondate"] == "2026-10-12T09:00:00.000+0000"


def test_two_fields_may_have_one_name(jira: httpx.Client) -> None:
    same = [f["id"] for f in jira.get("/field").json() if f["name"] == "Story Points"]
    assert same == ["customfield_10016", "customfield_12002"]


def test_issues_are_served_as_they_stood_at_the_clocks_time(
    office: Sandbox, jira: httpx.Client
) -> None:
    history = []
    for now in (day(9, 2, 8), day(9, 20), day(10, 20), day(11, 20), day(12, 2)):
        office.clock.set(now)
        history.append(
            (sorted(keys(jira, "labels = growth")), sorted(keys(jira, "labels = outage")))
        )
    assert history == [
        (["GROW-1"], []),
        (["GROW-1", "GROW-2", "GROW-7"], []),
        (["GROW-1", "GROW-2", "GROW-7"], ["OPS-1", "OPS-2", "OPS-3"]),
        (["GROW-1", "GROW-2"], ["OPS-1", "OPS-3"]),
        (["GROW-1", "GROW-2", "GROW-8"], ["OPS-1", "OPS-3"]),
    ]


def test_a_relative_query_follows_the_clock_though_nothing_changed(
    office: Sandbox, jira: httpx.Client
) -> None:
    recent = "project = OPS and created >= -52d"
    assert sorted(keys(jira, recent)) == ["OPS-3"]
    office.clock.set(NOW - timedelta(days=1))
    assert sorted(keys(jira, recent)) == ["OPS-2", "OPS-3"]


def test_a_moved_issue_keeps_its_id_and_answers_to_its_old_key() -> None:
    moved = changed(issue("OLD-1", created=day(9, 1)), Change(day(10, 1), {"key": "NEW-5"}))
    with Sandbox(Company(issues=[moved]), clock=NOW) as sandbox, client_of(sandbox) as client:
        assert client.get("/issue/OLD-1").json()["key"] == "NEW-5"
        assert client.get("/issue/NEW-5").json()["id"] == id_of("OLD-1")
        assert keys(client, "project = NEW") == ["NEW-5"]
        assert keys(client, "key = OLD-1") == ["NEW-5"]


def test_a_deleted_issue_is_404_and_left_out_of_a_bulk_fetch(jira: httpx.Client) -> None:
    assert jira.get("/issue/GROW-7").status_code == 404
    asked = {"issueIdsOrKeys": ["GROW-7", "GROW-2", id_of("GROW-2")], "fields": ["summary"]}
    body = jira.post("/issue/bulkfetch", json=asked).json()
    assert [found["key"] for found in body["issues"]] == ["GROW-2"]
    assert body["issueErrors"] == []  # what passes or is too large, says the vendor


def test_an_issue_tells_since_when_its_status_has_its_category() -> None:
    ended = [Change(day(9, day_), {"status": to}) for day_, to in ((3, "Done"), (4, "Closed"))]
    one = changed(issue("GROW-1", created=day(9, 1)), *ended)
    with Sandbox(Company(issues=[one]), clock=NOW) as sandbox, client_of(sandbox) as client:
        found = client.get("/issue/GROW-1?fields=statuscategorychangedate").json()["fields"]
        assert found == {"statuscategorychangedate": "2026-09-03T09:00:00.000+0000"}
        assert keys(client, "statusCategoryChangedDate >= 2026-09-03") == ["GROW-1"]
        assert keys(client, "statusCategoryChangedDate >= 2026-09-04") == []


def test_a_bulk_fetch_takes_a_hundred_issues(jira: httpx.Client) -> None:
    hundred = [f"GROW-{n}" for n in range(100)]
    assert jira.post("/issue/bulkfetch", json={"issueIdsOrKeys": hundred}).status_code == 200
    asked = {"issueIdsOrKeys": [*hundred, "GROW-100"]}
    assert jira.post("/issue/bulkfetch", json=asked).status_code == 400


def test_the_approximate_count_counts(jira: httpx.Client) -> None:
    answer = jira.post("/search/approximate-count", json={"jql": "labels = outage"})
    assert answer.json() == {"count": 2}


def test_the_changelog_tells_who_changed_what(jira: httpx.Client) -> None:
    asked = {"issueIdsOrKeys": ["GROW-2", "OPS-2"], "fieldIds": ["status", "labels"]}
    logs = jira.post("/changelog/bulkfetch", json=asked).json()["issueChangeLogs"]
    told = [
        (entry["fieldId"], entry["fromString"], entry["toString"])
        for log in logs
        for history in log["changeHistories"]
        for entry in history["items"]
        if entry["fieldId"] in asked["fieldIds"]
    ]
    assert told == [
        ("status", "To Do", "In Progress"),
        ("status", "In Progress", "Done"),
        ("labels", "outage", "incident"),
    ]


def test_changelogs_come_in_pages_too(jira: httpx.Client) -> None:
    asked: dict[str, object] = {"issueIdsOrKeys": ["GROW-2"], "maxResults": 1}
    first = jira.post("/changelog/bulkfetch", json=asked).json()
    second = jira.post(
        "/changelog/bulkfetch", json={**asked, "nextPageToken": first["nextPageToken"]}
    ).json()
    assert len(first["issueChangeLogs"][0]["changeHistories"]) == 1
    assert "nextPageToken" not in second


@pytest.mark.parametrize(
    "asked",
    [
        {"jql": "labels = a", "maxResults": 0},
        {"jql": "labels = a", "maxResults": "many"},
        {"jql": "labels = a", "startAt": 5},
        {"jql": "labels = a", "reconcileIssues": list(range(51))},
        {"jql": 7},
    ],
)
def test_a_search_that_the_endpoint_does_not_know_is_400(
    jira: httpx.Client, asked: dict[str, object]
) -> None:
    assert jira.post("/search/jql", json=asked).status_code == 400


def test_the_removed_search_is_410_and_names_its_successor(jira: httpx.Client) -> None:
    answer = jira.get("/search", params={"jql": "labels = a"})
    assert answer.status_code == 410
    assert "/rest/api/3/search/jql" in answer.json()["errorMessages"][0]


def test_get_and_post_searches_agree(jira: httpx.Client) -> None:
    asked = {"jql": "labels = outage", "fields": "summary,status"}
    got = jira.get("/search/jql", params=asked).json()
    posted = jira.post("/search/jql", json={**asked, "fields": ["summary", "status"]}).json()
    assert got == posted


def test_issues_that_share_an_id_are_refused_at_the_start() -> None:
    twins = [issue(key, created=day(9, 1), id="7") for key in ("A-1", "A-2")]
    with pytest.raises(ValueError, match="A-1 and A-2 share the id 7"):
        Sandbox(Company(issues=twins)).start()


def test_a_company_keeps_its_token_out_of_its_repr() -> None:
    assert company().jira_token not in repr(company())
