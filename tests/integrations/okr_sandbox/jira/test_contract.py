"""Every answer of the Jira sandbox, and every request to it, against Atlassian's document."""

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from jira_sample import company
from openapi import Contract
from starlette.routing import Route

from okr_sandbox import Fault, Sandbox
from okr_sandbox.gate import Gate
from okr_sandbox.jira.app import build_jira

GONE = {"GET /rest/api/3/search", "POST /rest/api/3/search"}
"""Removed from Jira, and so from its document."""


@pytest.fixture(scope="session")
def atlassian(shared_dir: Path) -> Contract:
    path = shared_dir / "contracts" / "jira-cloud-v3.openapi.json"
    if not path.is_file():
        pytest.skip("Atlassian's OpenAPI document is not here")
    return Contract(path)


class Checked:
    """Sends requests and checks both directions; remembers the operations that it saw."""

    def __init__(self, client: httpx.Client, contract: Contract) -> None:
        self.client = client
        self.contract = contract
        self.seen: set[str] = set()

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        full = f"/rest/api/3/{path}"
        # httpx writes null for json=None, and no content is not null.
        content = None if body is None else orjson.dumps(body)
        answer = self.client.request(method, f"/{path}", content=content)
        assert answer.status_code == status, answer.text
        if status < 400:
            self.contract.check_request(method, full, body=body)
        found = answer.json() if answer.content else None
        # The document describes one link; without globalId Jira answers with the list of them.
        for entry in found if isinstance(found, list) and "remotelink" in path else [found]:
            self.seen.add(self.contract.check_response(method, full, status, entry))
        return found


@pytest.fixture
def ask(jira: httpx.Client, atlassian: Contract) -> Checked:
    return Checked(jira, atlassian)


def _read(ask: Checked) -> None:
    for path in ("serverInfo", "myself", "field", "status", "statuscategory", "issuetype"):
        ask("GET", path)
    for path in ("priority", "project/search", "users/search"):
        ask("GET", path)
    ask("GET", "mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER")
    ask("GET", "search/jql?jql=labels=growth&fields=*all&maxResults=1")
    ask("POST", "search/jql", {"jql": "labels = growth", "maxResults": 1})
    ask("POST", "search/jql", {"jql": "created is not empty", "fields": ["*all"]})
    ask("POST", "search/approximate-count", {"jql": "labels = growth"})
    ask("GET", "issue/GROW-2?expand=changelog")
    ask("POST", "issue/bulkfetch", {"issueIdsOrKeys": ["GROW-2", "GROW-99"]})
    ask("POST", "changelog/bulkfetch", {"issueIdsOrKeys": ["GROW-2", "OPS-2", "OPS-3"]})


def _write(ask: Checked) -> None:
    ask("PUT", "issue/GROW-2/properties/okr", {"a": 1}, 201)
    ask("PUT", "issue/GROW-2/properties/okr", {"a": 2}, 200)
    ask("GET", "issue/GROW-2/properties")
    ask("GET", "issue/GROW-2/properties/okr")
    ask("DELETE", "issue/GROW-2/properties/okr", status=204)
    link = {"globalId": "g", "object": {"title": "t", "url": "https://example.com"}}
    ask("POST", "issue/GROW-2/remotelink", link, 201)
    ask("POST", "issue/GROW-2/remotelink", link, 200)
    ask("GET", "issue/GROW-2/remotelink")
    ask("GET", "issue/GROW-2/remotelink?globalId=g")
    ask("DELETE", "issue/GROW-2/remotelink?globalId=g", status=204)
    comment = ask("POST", "issue/GROW-2/comment", {"body": {"type": "doc"}}, 201)
    ask("GET", "issue/GROW-2/comment?expand=properties")
    kept = f"comment/{comment['id']}/properties"
    ask("PUT", f"{kept}/okr", 1, 201)
    ask("PUT", f"{kept}/okr", 2, 200)
    ask("GET", kept)
    ask("GET", f"{kept}/okr")
    ask("DELETE", f"{kept}/okr", status=204)


def test_every_endpoint_answers_as_the_vendor_describes_it(ask: Checked) -> None:
    _read(ask)
    _write(ask)
    served = {
        f"{method} {route.path}"
        for route in build_jira(company(), Gate()).routes
        if isinstance(route, Route) and route.path.startswith("/rest/api/3/")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert ask.seen == served - GONE


def test_errors_are_among_those_that_the_vendor_documents(ask: Checked, office: Sandbox) -> None:
    ask("POST", "search/jql", {"jql": "nothing = 1"}, 400)
    ask("POST", "search/approximate-count", {"jql": ""}, 400)
    ask("POST", "issue/bulkfetch", {"issueIdsOrKeys": []}, 400)
    ask("GET", "issue/GROW-99", status=404)
    ask("PUT", "issue/GROW-99/properties/okr", 1, 404)
    ask("GET", "mypermissions", status=400)
    for status in (401, 429, 500, 503):
        office.faults.add(Fault(status))
        ask("GET", "mypermissions?permissions=ADMINISTER", status=status)


def test_the_document_would_notice_a_wrong_answer(atlassian: Contract) -> None:
    with pytest.raises(AssertionError, match="isLast"):
        atlassian.check_response("POST", "/rest/api/3/search/jql", 200, {"isLast": "yes"})
    with pytest.raises(AssertionError, match="total"):
        atlassian.check_response("POST", "/rest/api/3/search/jql", 200, {"total": 4})
    with pytest.raises(AssertionError, match="startAt"):
        atlassian.check_request("GET", "/rest/api/3/search/jql?startAt=4")
