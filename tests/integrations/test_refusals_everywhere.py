"""What a refusal means in every tool alike: whether it passes, who waits, what is told."""

import logging
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote, quote_plus

import http_asks
import jira_world
import notion_world
import pytest
import stamina
from pydantic import SecretStr
from small_internet import Said, Server

from okr_core.plan.workspace import Connection
from okr_http.session import HttpSession
from okr_jira.session import JiraSession
from okr_notion.session import NotionSession
from okr_sources import BaseSession, Credentials, Memory, Unavailable
from okr_sources.send.workers import outcome

TOKEN = "s3cret T0ken/+&"
USER = "ana@example.com"
SOURCE_ID = "1f2e3d4c-5b6a-7988-0011-223344556677"
HOUR = timedelta(hours=1)
TOOLS = ("jira", "datacenter", "notion", "http")
PATHS = {
    "jira": "/rest/api/3/search/jql",
    "datacenter": "/rest/api/2/search",
    "notion": f"/v1/data_sources/{SOURCE_ID}/query",
    "http": "/n",
}
ASKS = {
    "jira": jira_world.ask("kr", jql="labels = a", measure="count"),
    "datacenter": jira_world.ask("kr", jql="labels = a", measure="count"),
    "notion": notion_world.ask("kr", data_source=SOURCE_ID, measure="count"),
    "http": http_asks.ask("kr", url="/n", value="n"),
}


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({}) as server:
        yield server


def opened(tool: str, server: Server) -> BaseSession:
    settings: dict[str, object] = {"kind": tool, "url": server.url, "retries": 2}
    if tool == "datacenter":
        settings |= {"kind": "jira", "deployment": "datacenter"}
    if tool == "http":
        settings["options"] = {"allow_private": True}
    connection = Connection.model_validate(settings)
    user = USER if tool == "jira" else ""
    credentials = Credentials(SecretStr(TOKEN), user)
    kinds: dict[str, type[BaseSession]] = {"notion": NotionSession, "http": HttpSession}
    return kinds.get(tool, JiraSession)("x", connection, credentials)


def refused(tool: str, server: Server, said: Said) -> Unavailable:
    """The answer where the server always says that."""
    server.answers[PATHS[tool]] = said
    with opened(tool, server) as session:
        (answer,) = session.read(session.plan([ASKS[tool]], Memory({})))
    assert isinstance(answer, Unavailable), answer
    return answer


def times_asked(tool: str, server: Server) -> int:
    return sum(asked.path.partition("?")[0] == PATHS[tool] for asked in server.asked)


def waits(session: BaseSession) -> bool:
    """Whether requests to other endpoints have to wait as well."""
    sent = outcome("another", lambda: session.send(lambda: True, endpoint="another"))
    if sent.error is None:
        return False
    assert "asked for a pause of" in sent.error.message
    return True


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 529])
def test_what_passes_is_asked_again(server: Server, tool: str, status: int) -> None:
    answer = refused(tool, server, Said({}, status))
    assert times_asked(tool, server) == 2
    assert str(status) in answer.reason
    assert answer.temporary
    assert not answer.connection_down


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 422, 451])
def test_what_a_person_must_end_is_asked_once(server: Server, tool: str, status: int) -> None:
    answer = refused(tool, server, Said({}, status))
    assert times_asked(tool, server) == 1
    assert not answer.temporary


@pytest.mark.parametrize(
    ("tool", "times"), [("jira", 1), ("datacenter", 1), ("http", 1), ("notion", 2)]
)
def test_a_conflict_is_asked_again_where_the_vendor_says_so(
    server: Server, tool: str, times: int
) -> None:
    refused(tool, server, Said({"code": "conflict_error", "message": "Please try again."}, 409))
    assert times_asked(tool, server) == times


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("status", [429, 503])
def test_a_date_to_wait_for_is_obeyed(server: Server, tool: str, status: int) -> None:
    now = datetime.now(UTC)
    far = {"Retry-After": format_datetime(now + HOUR, usegmt=True)}
    refused(tool, server, Said({}, status, far))
    assert times_asked(tool, server) == 1  # an hour is longer than a run may wait
    server.asked.clear()
    gone = {"Retry-After": format_datetime(now - HOUR, usegmt=True)}
    refused(tool, server, Said({}, status, gone))
    assert times_asked(tool, server) == 2


@pytest.mark.parametrize("tool", TOOLS)
def test_a_date_to_wait_for_is_read_by_the_servers_own_clock(server: Server, tool: str) -> None:
    theirs = format_datetime(datetime.now(UTC) + 24 * HOUR, usegmt=True)
    refused(tool, server, Said({}, 503, {"Date": theirs, "Retry-After": theirs}))
    assert times_asked(tool, server) == 2


@pytest.mark.parametrize(
    ("tool", "reason", "everything_waits"),
    [
        ("jira", "jira-burst-based", False),
        ("jira", "jira-quota-global-based", True),
        ("jira", "jira-quota-tenant-based", True),
        ("datacenter", "jira-burst-based", False),
        ("datacenter", "jira-quota-global-based", True),
        ("notion", "", True),
        ("http", "", False),
    ],
)
def test_a_quota_slows_the_whole_connection_and_a_burst_one_endpoint(
    server: Server, tool: str, reason: str, everything_waits: bool
) -> None:
    headers = {"Retry-After": "3600", "RateLimit-Reason": reason}
    server.answers[PATHS[tool]] = Said({}, 429, headers)
    with opened(tool, server) as session:
        list(session.read(session.plan([ASKS[tool]], Memory({}))))
        assert waits(session) == everything_waits


@pytest.mark.parametrize("tool", TOOLS)
def test_jiras_overload_slows_all_of_jira_and_no_other_address_of_http(
    server: Server, tool: str
) -> None:
    server.answers[PATHS[tool]] = Said({}, 503, {"Retry-After": "3600"})
    with opened(tool, server) as session:
        list(session.read(session.plan([ASKS[tool]], Memory({}))))
        assert waits(session) == (tool != "http")


def _in_base64(tool: str) -> str:
    return b64encode((f"{USER}:{TOKEN}" if tool == "jira" else f":{TOKEN}").encode()).decode()


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    "form",
    [lambda _: TOKEN, lambda _: quote(TOKEN, safe=""), lambda _: quote_plus(TOKEN), _in_base64],
)
def test_a_server_that_repeats_the_token_is_not_repeated(
    server: Server, tool: str, form: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = form(tool)
    body = {
        "message": f"who is {shown}?",
        "errorMessages": [f"what is {shown}?"],
        "code": "validation_error",
        "additional_data": {"rate_limit_reason": shown},
    }
    headers = {"RateLimit-Reason": quote(shown), "Location": f"https://{quote(shown)}.example/"}
    for status in (302, 400, 401, 403, 404, 409, 429, 500, 503):
        answer = refused(tool, server, Said(body, status, headers))
        assert shown not in answer.reason + answer.hint
    assert shown not in "\n".join(str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_token_is_taken_out_before_long_words_are_cut(server: Server, tool: str) -> None:
    said = "x" * 290 + TOKEN
    body = {"message": said, "code": "validation_error"}
    answer = refused(tool, server, Said(body, 400))
    assert "xxx" in answer.reason
    assert TOKEN[:4] not in answer.reason


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_server_says_is_told_in_one_line(server: Server, tool: str) -> None:
    body = {"message": "no\n  such\tthing", "code": "validation_error"}
    answer = refused(tool, server, Said(body, 400))
    assert "no such thing" in answer.reason
    assert answer.reason.startswith(f"{'jira' if tool == 'datacenter' else tool} `x`")
