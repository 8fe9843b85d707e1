"""The past of an emulator that nobody here wrote, against plain Python over its issues.

The emulator has no history and ignores what it does not know, such as WAS, `resolution` and
`resolution is EMPTY`: there is no past where it would be wrong.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from data_center import Counter, Issue, days, emulator, fields_of, is_done, named, session_on
from jira_past import reconstructed
from jira_world import ask

from okr_sources.answers import Observed, Unavailable

TODAY = date(2026, 11, 20)
MOMENTS = tuple(
    datetime(2026, 10, 1, tzinfo=UTC) + timedelta(days=7 * week, seconds=-1) for week in range(1, 8)
)
Keep = Callable[[Mapping[str, object]], object]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with emulator(TODAY) as served:
        yield served


def was_there(issue: Issue, moment: datetime) -> bool:
    return datetime.fromisoformat(str(fields_of(issue)["created"])) <= moment


def was_done(issue: Issue, moment: datetime) -> bool:
    resolved = fields_of(issue)["resolutiondate"]
    done = is_done(fields_of(issue))
    return done and resolved is not None and datetime.fromisoformat(str(resolved)) <= moment


def is_type(*names: str) -> Keep:
    return lambda fields: named(fields, "issuetype") in names


OPEN: list[tuple[str, Keep]] = [
    ("issuetype = Bug AND statusCategory != Done", is_type("Bug")),
    ("issuetype in (Story, Bug) AND status not in (Done)", is_type("Story", "Bug")),
    ("project = JIRA820 AND statusCategory != Done", lambda _: True),
]


@pytest.mark.parametrize(("jql", "keep"), OPEN)
def test_open_issues_on_each_past_day(url: str, jql: str, keep: Keep) -> None:
    issues = Counter(url).issues(keep)
    with session_on(url) as session:
        found = reconstructed(session, [ask("k", jql=jql, measure="count")], MOMENTS)
        assert session.requests == 4
    expected = [
        [i["id"] for i in issues if was_there(i, moment) and not was_done(i, moment)]
        for moment in MOMENTS
    ]
    told = [found["k", moment] for moment in MOMENTS]
    assert all(isinstance(each, Observed) for each in told), told
    counted = [[row.id for row in each.evidence.rows] for each in told]  # type: ignore[union-attr]
    assert [sorted(ids) for ids in counted] == [sorted(map(str, ids)) for ids in expected]
    assert len({len(ids) for ids in expected}) > 2


def test_all_issues_and_the_share_done_on_each_past_day(url: str) -> None:
    stories = Counter(url).issues(is_type("Story"))
    asks = [
        ask("count", jql="issuetype = Story", measure="count"),
        ask("share", jql="issuetype = Story", measure="done_ratio", scale="100"),
    ]
    with session_on(url) as session:
        found = reconstructed(session, asks, MOMENTS)
        assert session.requests == 3
    shares = set()
    for moment in MOMENTS:
        there = [issue for issue in stories if was_there(issue, moment)]
        done = [issue for issue in there if was_done(issue, moment)]
        assert found["count", moment].value == len(there)  # type: ignore[union-attr]
        assert found["share", moment].value == Decimal(100 * len(done)) / len(there)  # type: ignore[union-attr]
        shares.add(len(done))
    assert len(shares) > 2


def test_lead_times_on_each_past_day(url: str) -> None:
    bugs = Counter(url).issues(is_type("Bug"))
    with session_on(url) as session:
        found = reconstructed(
            session, [ask("k", jql="issuetype = Bug", measure="lead_time")], MOMENTS
        )
    told = 0
    for moment in MOMENTS:
        answer, done = found["k", moment], [bug for bug in bugs if was_done(bug, moment)]
        if isinstance(answer, Observed):
            expected = days(done, datetime(2026, 10, 1, tzinfo=UTC))
            assert abs(answer.value - expected) < Decimal("1e-20")
            told += 1
    assert told > 3


@pytest.mark.parametrize(
    ("jql", "reason"),
    [
        ('issuetype = Bug AND status = "In Progress"', "does not offer `status WAS`"),
        ("issuetype = Bug AND resolution is EMPTY", "is not what Jira selects today"),
    ],
)
def test_what_the_server_ignores_is_never_taken_for_an_answer(
    url: str, jql: str, reason: str
) -> None:
    with session_on(url) as session:
        found = reconstructed(session, [ask("k", jql=jql, measure="count")], MOMENTS)
    for answer in found.values():
        assert isinstance(answer, Unavailable), answer
        assert reason in answer.reason
