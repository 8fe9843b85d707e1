"""What a Data Center does that the Cloud does not: windows, totals, bearer tokens, login pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from data_center import read, served, session_on
from jira_world import NOW, World, Worlds, ask
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_jira import SOURCE
from okr_jira.site.client import SERVER
from okr_jira.site.kinds import DATA_CENTER
from okr_sandbox import Change, Company, Fault, changed, generated_issues, issue
from okr_sandbox.faults import FaultKind
from okr_sandbox.jira.issues import Issue
from okr_sources.answers import Ask, Observed, Unavailable
from okr_sources.source import Check, Credentials, Memory

START = NOW - timedelta(days=80)
LATER = NOW - timedelta(days=10)
SEARCH = "/rest/api/2/search"
COUNT = ask("k", jql="labels = a", measure="count")


def labelled(count: int, project: str = "GROW", **fields: object) -> list[Issue]:
    return [
        issue(f"{project}-{n}", created=START, labels=["a"], **fields)  # type: ignore[arg-type]
        for n in range(1, count + 1)
    ]


def world_of(worlds: Worlds, *issues: Issue) -> World:
    return worlds(*issues, deployment="datacenter", now=LATER)


def checks(world: World, *asks: Ask, token: str = "", **settings: object) -> dict[str, Check]:
    with world.session(token=token, **settings) as session:
        found = session.diagnose(asks, now=LATER)
    assert len({check.subject for check in found}) == len(found)
    return {check.subject: check for check in found}


def test_a_count_of_less_than_a_page_is_one_request(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(700))
    assert world.value(COUNT) == 700
    assert world.sent == {f"GET {SEARCH}": 1}


def test_a_selection_beyond_10_000_issues_is_read_to_its_end(worlds: Worlds) -> None:
    issues = [*labelled(6_000, "AAA"), *labelled(5_000, "MID"), *labelled(1_500, "ZZZ")]
    world = world_of(worlds, *issues)
    found = world.found(COUNT)
    assert found.value == len({row.id for row in found.evidence.rows}) == 12_500
    assert world.value(COUNT) == 12_500
    assert sum(world.sent.values()) == world.planned == DATA_CENTER.pages(12_500, 1000)


def test_a_share_done_of_a_large_selection_is_one_query_with_the_status(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(1_500, done=START), *labelled(500, "OPS"))
    assert world.value(ask("k", jql="labels = a", measure="done_ratio")) == Decimal("0.75")
    assert world.sent == {f"GET {SEARCH}": 3}


def test_issues_that_leave_while_pages_are_read_make_it_read_again(worlds: Worlds) -> None:
    leaving = [
        changed(each, Change(LATER + timedelta(hours=1), {"labels": ("b",)}))
        for each in labelled(5)
    ]
    coming = issue("NEW-1", created=LATER + timedelta(hours=1), labels=["a"])
    world = world_of(worlds, *leaving, *labelled(2_000, "OPS")[5:], *labelled(20, "Z"), coming)

    def meanwhile(requests: int) -> None:
        if requests == 1:
            world.sandbox.clock.set(NOW)

    world.sandbox.meanwhile = meanwhile
    found = world.found(COUNT)
    assert found.value == len({row.id for row in found.evidence.rows}) == 1995 + 20 + 1
    assert found.evidence.requests == sum(world.sent.values()) == 2 + 3


def test_a_selection_that_never_stands_still_is_unavailable(worlds: Worlds) -> None:
    gone = [
        changed(each, Change(LATER + timedelta(seconds=n), {"labels": ("b",)}))
        for n, each in enumerate(labelled(20), 1)
    ]
    world = world_of(worlds, *gone, *labelled(1_500, "OPS"))
    world.sandbox.meanwhile = lambda n: world.sandbox.clock.set(LATER + timedelta(seconds=n))
    assert "keep changing while being read" in world.refusal(COUNT).reason


def test_a_server_that_gives_short_pages_loses_nothing(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(30))
    world.sandbox.faults.add(Fault("short_page", times=None, rows=7))
    assert world.value(COUNT) == 30


def test_excluded_resolutions_do_not_count(worlds: Worlds) -> None:
    wont = issue("OPS-1", created=START, labels=["a"], done=START, resolution="Won't Do")
    world = world_of(worlds, *labelled(3), wont)
    assert world.value(replace(COUNT, binding={**COUNT.binding, "exclude": ["Won't Do"]})) == 3


def test_issues_of_a_frozen_scope_are_looked_up_by_id_also_where_some_were_deleted(
    worlds: Worlds,
) -> None:
    moment = LATER + timedelta(hours=1)
    left = [
        changed(each, Change(moment, {"labels": ("b",)})) for each in labelled(250, done=moment)
    ]
    deleted = issue("OPS-1", created=START, labels=["a"], deleted=moment)
    world = world_of(worlds, *left, deleted)
    one = ask("k", jql="labels = a", measure="done_ratio", scope="frozen")
    rows = world.found(one).evidence.rows
    world.sandbox.clock.set(NOW)
    later = world.suspect(replace(one, frozen=tuple(rows)))
    assert later.value == Decimal(250) / 251
    assert sum(world.sent.values()) == 1 + 2
    assert (
        "1 of 251 issues of the frozen scope cannot be found any more: OPS-1"
        in later.evidence.notes
    )


def test_an_issue_that_moved_is_found_by_the_key_that_it_had(worlds: Worlds) -> None:
    moved = changed(issue("OLD-1", created=START, points=5), Change(START, {"key": "NEW-7"}))
    world = world_of(worlds, moved)
    assert world.value(ask("k", issue="OLD-1", field="Story Points")) == 5


def test_a_long_query_goes_by_post(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(5))
    labels = ", ".join(f'"label-{n}"' for n in range(300))
    one = ask("k", jql=f"labels in (a, {labels})", measure="count")
    assert world.value(one) == 5
    assert world.sent == {f"POST {SEARCH}": 1}


def test_no_endpoint_of_the_cloud_is_asked(worlds: Worlds) -> None:
    world = worlds(company=Company(issues=generated_issues(300)), deployment="datacenter")
    world.read(
        ask("a", jql="labels = kr-001", measure="count"),
        ask("b", jql="labels = kr-002", measure="count", exact="false"),
        ask("c", jql="labels = kr-003", measure={"sum": "Story Points"}),
        ask("d", issue="GEN-1", field="Story Points"),
    )
    assert set(world.sent) == {f"GET {SEARCH}", "GET /rest/api/2/field"}
    with world.session() as session:
        session.diagnose([COUNT], now=NOW)
    assert {sent.path.split("/")[3] for sent in world.sandbox.record} == {"2"}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (403, "may not do this (403 for /rest/api/2/search)"),
        (404, "there is no Jira Data Center at this address (404 for /rest/api/2/search)"),
        ("html", "answers with a web page instead of data"),
        (500, "failed on its side (500)"),
        ("mangle", "answers with broken JSON"),
    ],
)
def test_a_failure_is_unavailable_in_words(worlds: Worlds, kind: FaultKind, said: str) -> None:
    world = world_of(worlds, *labelled(3))
    world.sandbox.faults.add(Fault(kind, times=None, retry_after=0))
    assert said in world.refusal(COUNT).reason


def test_a_query_that_is_refused_says_what_jira_said(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(3))
    answer = world.refusal(ask("k", jql="nosuch = 1", measure="count"))
    assert "refuses the query `nosuch = 1`: Field 'nosuch'" in answer.reason


def test_a_wrong_token_is_refused_once_though_the_server_answers_with_a_login_page(
    worlds: Worlds,
) -> None:
    world = world_of(worlds, *labelled(3))
    with world.session(token="wrong", concurrency=1) as session:
        asks = [ask(f"k{n}", jql=f"labels = l{n}", measure="count") for n in range(5)]
        answers = list(session.read(session.plan(asks, Memory({}))))
        assert session.requests == 1
    refused = [answer for answer in answers if isinstance(answer, Unavailable)]
    assert [answer.connection_down for answer in refused] == [True] * 5
    said = {(answer.reason, answer.hint) for answer in refused if "401" in answer.reason}
    ((reason, hint),) = said
    assert "personal access token is not accepted (401)" in reason
    assert "OKR_ACME_TOKEN" in hint


def test_all_is_well(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(3))
    points = ask("p", jql="labels = a", measure={"sum": "story_points"})
    found = checks(world, COUNT, points, reads_past=True)
    assert {check.outcome for check in found.values()} == {"ok"}
    assert "(Jira Data Center 9.12.2) and knows us as OKR bot" in found["access"].message
    assert found["query of `k`, `p`"].message == "selects 3 issues: labels = a"


def test_a_cloud_site_configured_as_a_data_center_is_told_apart(worlds: Worlds) -> None:
    world = worlds(*labelled(3))
    with world.session(deployment="datacenter") as session:
        (check,) = session.diagnose([COUNT], now=NOW)
    assert (check.subject, check.outcome) == ("deployment", "error")
    assert "is Jira Cloud 1001.0.0-SNAPSHOT, not Jira Data Center" in check.message
    assert "`deployment: cloud`" in check.hint


def test_a_data_center_configured_as_the_cloud_is_told_apart(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(3))
    connection = Connection(kind="jira", url=world.sandbox.jira_url)
    credentials = Credentials(world.session()._client._credentials.token, "me@acme.example")
    with SOURCE.open("acme", connection, credentials) as session:
        (check,) = session.diagnose([COUNT], now=NOW)
    assert "is Jira Data Center 9.12.2, not Jira Cloud" in check.message
    assert "`deployment: datacenter`" in check.hint
    assert "OKR_ACME_TOKEN" in check.hint


@contextmanager
def site(*routes: Route) -> Iterator[str]:
    """A server of a few endpoints below a context path."""
    with served(Starlette(routes=list(routes))) as url:
        yield f"{url}/jira/"


def told(kind: str) -> Route:
    async def server(_: Request) -> Response:
        return JSONResponse({"deploymentType": kind, "version": "8.5.1"})

    return Route(f"/jira{SERVER}", server)


def refusal(url: str) -> Unavailable:
    answer = read(url, COUNT)["k"]
    assert isinstance(answer, Unavailable), answer
    return answer


def test_a_reading_says_so_too_where_the_endpoint_is_gone() -> None:
    async def gone(_: Request) -> Response:
        return JSONResponse({"errorMessages": ["removed"]}, 410)

    with site(told("Cloud"), Route("/jira/rest/api/2/search", gone)) as url:
        answer = refusal(url)
        assert answer.reason == (
            f"jira `acme`: {url.rstrip('/')} is Jira Cloud 8.5.1, not Jira Data Center."
        )
        assert "`deployment: cloud`" in answer.hint


def test_a_server_that_takes_us_for_everybody_is_not_believed() -> None:
    async def search(_: Request) -> Response:
        body = {"startAt": 0, "maxResults": 1000, "total": 0, "issues": []}
        return JSONResponse(body, headers={"X-AUSERNAME": "anonymous"})

    with site(told("Server"), Route("/jira/rest/api/2/search", search)) as url:
        answer = refusal(url)
        assert answer.connection_down
        assert "token is not accepted (X-AUSERNAME: anonymous)." in answer.reason
        assert "older than 8.14" in answer.hint


def test_a_sign_in_page_in_between_is_named() -> None:
    async def elsewhere(_: Request) -> Response:
        return RedirectResponse("https://login.acme.example/sso")

    async def page(_: Request) -> Response:
        return HTMLResponse("<html>Log in</html>")

    with site(Route("/jira/rest/api/2/{path:path}", elsewhere)) as url:
        assert "sends us to login.acme.example instead of answering" in refusal(url).reason
    with site(Route("/jira/rest/api/2/{path:path}", page)) as url:
        assert "answers with a web page instead of data" in refusal(url).reason


def test_a_server_below_a_context_path_is_missed_without_it(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(3))
    answer = refusal(world.sandbox.jira_url.removesuffix("/jira"))
    assert "there is no Jira Data Center at this address (404" in answer.reason
    assert "/jira" in answer.hint
    assert world.value(COUNT) == 3


def test_no_user_is_needed_and_plain_http_is_refused_as_everywhere() -> None:
    with session_on("https://jira.acme.example") as session:
        assert session.requests == 0
    with pytest.raises(ConfigError, match="is http, which shows the token"):
        session_on("http://jira.acme.example")


def test_a_missing_permission_is_an_error(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(3))
    world.sandbox.faults.add(Fault(403, match="mypermissions", times=None))
    assert checks(world, COUNT)["permissions"].outcome == "error"


def test_an_observed_answer_opens_in_jira(worlds: Worlds) -> None:
    world = world_of(worlds, *labelled(3))
    answer = world.read(COUNT)["k"]
    assert isinstance(answer, Observed)
    assert answer.evidence.link == f"{world.sandbox.jira_url}/issues/?jql=labels%20%3D%20a"
    assert [row.label for row in answer.evidence.rows] == ["GROW-1", "GROW-2", "GROW-3"]
