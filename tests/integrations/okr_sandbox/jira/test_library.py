"""The `jira` library, which nobody here wrote, reads and writes the sandbox."""

from collections.abc import Iterator

import pytest
from jira import JIRA, JIRAError

from okr_sandbox import Sandbox


@pytest.fixture
def library(office: Sandbox) -> Iterator[JIRA]:
    client = JIRA(
        office.jira_url,
        basic_auth=(office.jira_user, office.jira_token),
        max_retries=0,
        timeout=10,
    )
    yield client
    client.close()  # type: ignore[no-untyped-call]  # the library's


def test_it_sees_a_cloud_site(library: JIRA) -> None:
    assert library.deploymentType == "Cloud"
    assert library.myself()["emailAddress"] == "okr-bot@example.com"


def test_it_fetches_every_page(library: JIRA) -> None:
    found = library.enhanced_search_issues("labels in (growth, outage)", maxResults=0)
    assert {found_issue.key for found_issue in found} == {"GROW-1", "GROW-2", "OPS-1", "OPS-3"}


def test_it_reads_raw_pages_by_post(library: JIRA) -> None:
    page = library.enhanced_search_issues(
        "labels = growth", maxResults=1, fields=["id"], json_result=True, use_post=True
    )
    assert isinstance(page, dict)
    assert len(page["issues"]) == 1
    assert page["nextPageToken"]


def test_it_counts_approximately(library: JIRA) -> None:
    assert library.approximate_issue_count("labels = outage") == 2


def test_it_reads_fields_of_an_issue(library: JIRA) -> None:
    found = library.issue("GROW-2")
    assert found.fields.customfield_10016 == 3.0
    assert found.fields.status.statusCategory.key == "done"
    assert found.raw["fields"]["assignee"]["displayName"] == "Ana Ruiz"


def test_it_writes_a_property_a_comment_and_a_link(library: JIRA) -> None:
    library.add_issue_property("GROW-2", "okr", {"progress": 0.5})
    assert library.issue_property("GROW-2", "okr").value.progress == 0.5
    library.add_comment("GROW-2", "half way")
    assert [comment.body for comment in library.comments("GROW-2")] == ["half way"]
    target = {"url": "https://okr.example.com", "title": "Key result"}
    library.add_simple_link("GROW-2", target)
    assert [link.object.title for link in library.remote_links("GROW-2")] == ["Key result"]


def test_it_reports_a_bad_query_with_jiras_message(library: JIRA) -> None:
    with pytest.raises(JIRAError, match="Field 'nothing' does not exist") as caught:
        library.enhanced_search_issues("nothing = 1")
    assert caught.value.status_code == 400
