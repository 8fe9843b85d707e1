"""Issues by key: those that moved answer with another key, and still belong to who asked."""

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from jira_world import NOW

from okr_jira.read.fetching import CloudFetcher
from okr_jira.site.client import CloudClient
from okr_jira.site.kinds import CLOUD

T = TypeVar("T")


class Renamed:
    """Jira where OLD-1 has moved to NEW-7: both keys find the issue under its new key."""

    name = "acme"
    deployment = CLOUD

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    def issues(self, keys: Sequence[str], fields: Sequence[str]) -> object:  # noqa: ARG002
        self.asked.append(keys)
        known = {"OLD-1": "NEW-7", "NEW-7": "NEW-7", "A-1": "A-1"}
        found = sorted({known[key] for key in keys if key in known})
        ids = {"NEW-7": "1007", "A-1": "1"}
        return {"issues": [{"id": ids[key], "key": key, "fields": {}} for key in found]}


def send(request: Callable[[], T], *, endpoint: str, safe: bool = True) -> T:
    return request()


def test_an_issue_that_moved_is_found_by_its_old_key() -> None:
    jira = Renamed()
    fetched = CloudFetcher(cast("CloudClient", jira), send, lambda: NOW).issues(
        ["A-1", "OLD-1"], []
    )
    assert fetched.asked == {"A-1": "1", "OLD-1": "1007"}
    assert fetched.labels["1007"] == "NEW-7"
    assert fetched.requests == len(jira.asked) == 2


def test_a_key_that_nobody_knows_costs_no_further_request() -> None:
    jira = Renamed()
    fetched = CloudFetcher(cast("CloudClient", jira), send, lambda: NOW).issues(["A-1", "B-9"], [])
    assert fetched.asked == {"A-1": "1"}
    assert len(jira.asked) == 1
