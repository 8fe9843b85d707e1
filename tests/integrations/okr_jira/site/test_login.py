"""A 200 of Jira that says that the login failed is no answer: fewer issues and no error."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import jira_world
import pytest
import stamina
from small_internet import Said, Server
from tool_sessions import opened

from okr_core.errors import AccessError, OkrError
from okr_core.record.evidence import Row
from okr_jira.session import JiraSession
from okr_sources import Memory, Unavailable
from okr_sources.answers import Observed

KINDS = ("jira", "datacenter")
ROOTS = {"jira": "/rest/api/3", "datacenter": "/rest/api/2"}
REFUSED = (
    "AUTHENTICATED_FAILED",
    "AUTHENTICATION_DENIED",
    "OUT",
    "out",
    "OUT, AUTHENTICATED_FAILED",
)
NONE = {"issues": [], "isLast": True, "total": 0}
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({}) as server:
        yield server


def everywhere(kind: str, server: Server, headers: dict[str, str]) -> None:
    """Whatever is asked, the answer looks good and is empty."""
    answers: dict[str, object] = {
        "/search/jql": NONE, "/search": NONE, "/search/approximate-count": {"count": 0},
        "/issue/bulkfetch": {"issues": [], "issueErrors": []}, "/field": [], "/status": [],
        "/myself": {"displayName": "Nobody", "accountId": "1"}, "/users/search": [],
        "/user/search": [], "/mypermissions": {"permissions": {}}, "/issue/A-1/comment": {},
    }  # fmt: skip
    for path, body in answers.items():
        server.answers[ROOTS[kind] + path] = Said(body, headers=headers)


def session(kind: str, server: Server) -> JiraSession:
    made = opened(kind, server.url, token="t0ken-0f-n0-value")
    assert isinstance(made, JiraSession)
    return made


BINDINGS: dict[str, dict[str, Any]] = {
    "count": {"jql": "labels = a", "measure": "count"},
    "share": {"jql": "labels = a", "measure": "done_ratio"},
    "sum": {"jql": "labels = a", "measure": {"sum": "story_points"}},
    "by id": {"jql": "labels = a", "measure": {"sum": "customfield_10016"}},
    "estimate": {"jql": "labels = a", "measure": "count", "exact": "false"},
    "issue": {"issue": "A-1", "field": "customfield_10016"},
}
ASKS = [jira_world.ask(name, **fields) for name, fields in BINDINGS.items()]
FROZEN = jira_world.ask(
    "frozen", jql="labels = a", measure="done_ratio", scope="frozen", frozen=[Row("1", Decimal(1))]
)


@each_kind
@pytest.mark.parametrize("reason", REFUSED)
def test_no_measure_takes_it_for_nothing_found(kind: str, server: Server, reason: str) -> None:
    everywhere(kind, server, {"X-Seraph-LoginReason": reason})
    with session(kind, server) as jira:
        answers = list(jira.read(jira.plan([*ASKS, FROZEN], Memory({}))))
    assert len(answers) == len(ASKS) + 1
    for found in answers:
        assert isinstance(found, Unavailable), found
        assert found.connection_down
        assert "accepted" in found.reason
        assert "OKR_X_TOKEN" in found.hint
    assert any(reason.partition(",")[0].upper() in found.reason for found in answers)  # type: ignore[union-attr]


@each_kind
def test_a_server_that_takes_us_for_everybody_is_not_believed(kind: str, server: Server) -> None:
    everywhere(kind, server, {"X-AUSERNAME": "anonymous"})
    with session(kind, server) as jira:
        answers = list(jira.read(jira.plan([*ASKS, FROZEN], Memory({}))))
    for found in answers:
        assert isinstance(found, Unavailable), found
        assert found.connection_down
    assert any("accepted (X-AUSERNAME: anonymous)." in found.reason for found in answers)  # type: ignore[union-attr]


@each_kind
def test_each_endpoint_says_so(kind: str, server: Server) -> None:
    everywhere(kind, server, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
    client = session(kind, server)._client
    asked: list[Callable[[], object]] = [
        lambda: client.search("labels = a", (), 50),
        lambda: client.estimate("labels = a"),
        client.fields,
        client.statuses,
        client.myself,
        lambda: client.permissions(["BROWSE_PROJECTS"]),
        lambda: client.users(0, 50),
        lambda: client.of_issue("POST", "/issue/A-1/comment", "A-1", body={}),
    ]
    for ask in asked:
        with pytest.raises(AccessError, match="not accepted"):
            ask()


@each_kind
@pytest.mark.parametrize("reason", ["OK", "OUT, OK", ""])
def test_a_login_that_went_well_is_none_of_it(kind: str, server: Server, reason: str) -> None:
    everywhere(kind, server, {"X-Seraph-LoginReason": reason})
    with session(kind, server) as jira:
        (found,) = jira.read(jira.plan(ASKS[:1], Memory({})))
    assert isinstance(found, Observed)


@each_kind
def test_a_locked_login_says_what_unlocks_it(kind: str, server: Server) -> None:
    denied = {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED", "Content-Type": "text/html"}
    paths = ("/search/jql", "/search")
    for path in paths:
        server.answers[ROOTS[kind] + path] = Said(b"<html>captcha</html>", 403, denied)
    with session(kind, server) as jira:
        (found,) = jira.read(jira.plan(ASKS[:1], Memory({})))
    assert isinstance(found, Unavailable)
    assert "(403, AUTHENTICATION_DENIED)" in found.reason
    assert "captcha" in found.hint


@each_kind
def test_messages_of_errors_and_warnings_in_a_good_answer_are_told(
    kind: str, server: Server
) -> None:
    words = "The value 'a' does not exist for the field 'labels'"
    for name in ("errorMessages", "warningMessages"):
        everywhere(kind, server, {})
        for path in ("/search/jql", "/search"):
            server.answers[ROOTS[kind] + path] = Said({**NONE, name: [words]})
        with session(kind, server) as jira:
            (found,) = jira.read(jira.plan(ASKS[:1], Memory({})))
        assert isinstance(found, Unavailable), name
        assert found.reason.endswith(f"{words}.")
        assert "labels = a" in found.reason


@each_kind
def test_empty_lists_of_messages_are_none(kind: str, server: Server) -> None:
    everywhere(kind, server, {})
    for path in ("/search/jql", "/search"):
        server.answers[ROOTS[kind] + path] = Said(
            {**NONE, "errorMessages": [], "warningMessages": []}
        )
    with session(kind, server) as jira:
        (found,) = jira.read(jira.plan(ASKS[:1], Memory({})))
    assert isinstance(found, Observed)


@each_kind
def test_the_doctor_says_that_nobody_is_known(kind: str, server: Server) -> None:
    bodies: list[object] = [
        {},
        [],
        {"displayName": "Ana"},
        {"accountId": "1"},
        {"displayName": 7, "key": "a"},
    ]
    for body in bodies:
        everywhere(kind, server, {})
        server.answers[f"{ROOTS[kind]}/myself"] = Said(body)
        with session(kind, server) as jira:
            checks = jira.diagnose((), now=jira_world.NOW)
        assert [each.outcome for each in checks] == ["error"], body
        assert "not as Jira does" in checks[0].message


@each_kind
def test_the_doctor_does_not_count_what_is_no_count(kind: str, server: Server) -> None:
    everywhere(kind, server, {})
    server.answers[f"{ROOTS[kind]}/search/approximate-count"] = Said({"count": None})
    server.answers[f"{ROOTS[kind]}/search"] = Said({"issues": [], "total": None})
    with session(kind, server) as jira:
        checks = jira.diagnose(ASKS[:1], now=jira_world.NOW)
    about = [each for each in checks if each.subject.startswith("query of")]
    assert [each.outcome for each in about] == ["error"]
    assert "None issues" not in about[0].message


@each_kind
def test_a_list_of_people_that_repeats_itself_ends(kind: str, server: Server) -> None:
    page = [{"accountId": "1", "key": "a", "displayName": "Ana"}]
    server.answers[f"{ROOTS[kind]}/users/search"] = Said(page)
    server.answers[f"{ROOTS[kind]}/user/search"] = Said(page)
    with session(kind, server) as jira, pytest.raises(OkrError, match="never ends"):
        jira.people()
    assert len(server.asked) < 20
