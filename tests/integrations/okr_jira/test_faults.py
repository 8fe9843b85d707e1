"""Whatever a server does: the right number, or one clear reason why there is none. Never 0."""

import socket
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from jira_world import World, Worlds, ask

from okr_jira.site.client import SERVER
from okr_sandbox import Fault, issue, number_field
from okr_sandbox.faults import FaultKind
from okr_sources.answers import Answer, Observed, Unavailable

START = datetime(2026, 9, 1, tzinfo=UTC)
SEARCH = "/rest/api/3/search/jql"
COUNT = ask("k", jql="labels = a", measure="count")
SUM = ask("s", jql="labels = a", measure={"sum": "customfield_10016"})


def world_of(worlds: Worlds, issues: int = 3) -> World:
    return worlds(
        *(issue(f"GROW-{n + 1}", created=START, labels=["a"], points=2) for n in range(issues)),
        issue("GROW-9999", created=START, labels=["b"]),
    )


def reason_of(answer: Answer) -> str:
    assert isinstance(answer, Unavailable), answer
    assert answer.hint
    return answer.reason


@pytest.mark.parametrize("kind", [429, 500, 502, 503, 504, 529, "drop", "mangle"])
def test_a_failure_that_passes_costs_one_more_request_and_no_value(
    worlds: Worlds, kind: FaultKind
) -> None:
    world = world_of(worlds)
    world.sandbox.faults.add(Fault(kind, times=1, retry_after=0))
    assert world.value(COUNT) == 3
    assert sum(world.sent.values()) == 2


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (429, "asks us to slow down (429, jira-burst-based)"),
        (500, "failed on its side (500)"),
        (502, "failed on its side (502)"),
        (503, "is overloaded or in maintenance (503)"),
        (504, "failed on its side (504)"),
        (529, "is overloaded or in maintenance (529)"),
        ("drop", "closed the connection before it had answered"),
        ("mangle", "answers with broken JSON"),
    ],
)
def test_a_failure_that_stays_is_unavailable_after_five_attempts(
    worlds: Worlds, kind: FaultKind, said: str
) -> None:
    world = world_of(worlds)
    world.sandbox.faults.add(Fault(kind, times=None, retry_after=0))
    answer = world.refusal(COUNT)
    assert said in reason_of(answer)
    assert answer.reason.startswith("jira `acme`")
    assert sum(world.sent.values()) == 5


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (401, "user and token are not accepted (401)"),
        (403, "may not do this (403 for /rest/api/3/search/jql)"),
        (404, "there is no Jira Cloud at this address"),
        (410, "Jira has removed /rest/api/3/search/jql (410)"),
        ("html", "answers with a web page instead of data"),
    ],
)
def test_a_failure_that_a_person_must_end_is_not_retried(
    worlds: Worlds, kind: FaultKind, said: str
) -> None:
    world = world_of(worlds)
    world.sandbox.faults.add(Fault(kind, times=None))
    assert said in reason_of(world.refusal(COUNT))
    sent = world.sent
    assert sent.pop(f"GET {SERVER}", 0) == (kind in (404, 410))
    assert sum(sent.values()) == 1


def test_a_server_that_answers_too_late_is_unavailable(worlds: Worlds) -> None:
    world = world_of(worlds)
    world.sandbox.faults.add(Fault("timeout", times=None, delay=5))
    answer = world.refusal(COUNT, timeout="0.1", retries=2)
    assert answer.reason == "jira `acme` did not answer within 0.1 s."
    assert not answer.connection_down


def test_a_late_answer_is_asked_for_again(worlds: Worlds) -> None:
    world = world_of(worlds)
    world.sandbox.faults.add(Fault("timeout", times=1, delay=5))
    answer = world.read(COUNT, timeout="0.3")["k"]
    assert isinstance(answer, Observed)
    assert answer.value == 3


def test_an_address_without_a_server_brings_the_whole_connection_down(worlds: Worlds) -> None:
    world = world_of(worlds)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with world.session(url=f"http://127.0.0.1:{port}", retries=2) as session:
        (answer,) = session.read(session.plan([COUNT], world.known))
    assert isinstance(answer, Unavailable)
    assert answer.connection_down
    assert "cannot be reached" in answer.reason


def test_a_lost_connection_is_not_tried_again_for_every_query(worlds: Worlds) -> None:
    world = world_of(worlds)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    asks = [ask(f"k{n}", jql=f"labels = l{n}", measure="count") for n in range(200)]
    with world.session(url=url, concurrency=4, retries=5) as session:
        answers = list(session.read(session.plan(asks, world.known)))
        assert session.requests <= 4 * 5
    assert all(isinstance(each, Unavailable) and each.connection_down for each in answers)


def test_a_wrong_token_is_refused_once_and_not_tried_for_every_query(worlds: Worlds) -> None:
    world = world_of(worlds)
    asks = [ask(f"k{n}", jql=f"labels = l{n}", measure="count") for n in range(20)]
    with world.session(token="wrong", concurrency=1) as session:
        answers = list(session.read(session.plan(asks, world.known)))
        assert session.requests == 1
    assert len(answers) == 20
    assert all(isinstance(each, Unavailable) and each.connection_down for each in answers)


def test_short_pages_lose_nothing(worlds: Worlds) -> None:
    world = world_of(worlds, 7)
    world.sandbox.faults.add(Fault("short_page", times=None, rows=2))
    assert world.value(COUNT) == 7
    assert world.sent == {f"POST {SEARCH}": 4}


def test_a_page_token_that_comes_again_is_unavailable_and_not_an_endless_loop(
    worlds: Worlds,
) -> None:
    world = world_of(worlds)
    world.sandbox.faults.add(Fault("repeat_token", times=None))
    assert "never ends" in reason_of(world.refusal(COUNT))
    assert sum(world.sent.values()) <= 3


def test_a_failure_on_a_later_page_is_unavailable_and_not_the_part_that_came(
    worlds: Worlds,
) -> None:
    world = world_of(worlds, 120)
    world.sandbox.faults.add(Fault(403, after=1, times=None))
    assert "403" in reason_of(world.refusal(SUM))


def test_a_broken_query_stops_no_other_and_says_what_jira_said(worlds: Worlds) -> None:
    world = world_of(worlds)
    answers = world.read(
        ask("bad", jql="nosuchfield = 1", measure="count"),
        ask("worse", jql="labels = = a", measure="count"),
        COUNT,
    )
    assert isinstance(answers["k"], Observed)
    assert "refuses the query `nosuchfield = 1`: Field 'nosuchfield'" in reason_of(answers["bad"])
    assert "refuses the query `labels = = a`" in reason_of(answers["worse"])


def test_an_unknown_field_stops_no_other_measure_of_the_same_selection(worlds: Worlds) -> None:
    world = world_of(worlds)
    wrong = ask("bad", jql="labels = a", measure={"sum": "Storypoints"})
    answers = world.read(wrong, COUNT, SUM)
    assert reason_of(answers["bad"]) == (
        'jira `acme`: field "Storypoints" of `bad` is unknown. Closest: "Story Points" '
        '(customfield_10016), "Story point estimate" (customfield_10026).'
    )
    assert isinstance(answers["k"], Observed)
    assert isinstance(answers["s"], Observed)


def test_two_fields_of_one_name_are_an_error_that_lists_both(worlds: Worlds) -> None:
    world = worlds(
        issue("GROW-1", created=START, labels=["a"]),
        fields=[number_field(11000, "Effort"), number_field(11001, "Effort")],
    )
    answer = world.refusal(ask("k", jql="labels = a", measure={"sum": "Effort"}))
    assert (
        '"Effort" (customfield_11000, number), "Effort" (customfield_11001, number)'
        in answer.reason
    )


def test_an_edit_between_two_queries_of_a_share_is_noticed_and_asked_for_again(
    worlds: Worlds,
) -> None:
    later = START + timedelta(days=1)
    world = worlds(
        issue("GROW-1", created=START, labels=["c"], done=START + timedelta(hours=1)),
        issue("GROW-2", created=START, labels=["c"]),
        issue("GROW-3", created=later, labels=["c"], done=later),
        now=later - timedelta(minutes=1),
    )

    def meanwhile(requests: int) -> None:
        if requests == 1:
            world.sandbox.clock.set(later)

    world.sandbox.meanwhile = meanwhile
    one = ask("k", jql="labels = c", measure="done_ratio")
    answer = world.read(one, concurrency=1)["k"]
    assert isinstance(answer, Observed)
    assert answer.value == Decimal(2) / 3
    assert sum(world.sent.values()) == 4


def test_requests_equal_the_plan_once_sizes_are_known(worlds: Worlds) -> None:
    world = world_of(worlds, 250)
    asks = [COUNT, SUM, ask("d", jql="labels = a", measure="done_ratio")]
    world.read(*asks)
    world.read(*asks)
    assert sum(world.sent.values()) == world.planned == 1 + 3  # one names the fields
