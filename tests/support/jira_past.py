"""A Jira with a past: issues that were filed, moved on, finished and dropped over two months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from jira_world import World

from okr_jira.session import JiraSession
from okr_sandbox import Issue, changed, issue
from okr_sandbox.jira.issues import Change
from okr_sources.answers import Answer, Ask, Observed, Unavailable
from okr_sources.past import PastAnswer, PastAsk
from okr_sources.source import Memory

BEGAN = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = tuple(BEGAN + timedelta(days=7 * week, seconds=-1) for week in range(1, 8))
"""The last second of each week's last day."""


def issues(number: int = 40) -> Iterator[Issue]:
    """A third is open, some were dropped, some are done under another name."""
    for n in range(1, number + 1):
        created = BEGAN + timedelta(days=n * 37 % 50 - 12, hours=n % 24)
        fate = n % 6
        done = created + timedelta(days=3 + n * 7 % 21, minutes=n) if fate < 4 else None
        yield issue(
            f"GROW-{n}",
            created=created,
            type="Bug" if n % 2 else "Story",
            labels=["checkout"] if n % 3 else ["checkout", "slow"],
            points=n % 5,
            started=None if fate == 5 else created + timedelta(days=1),
            done=done,
            resolution="Won't Do" if fate == 3 else "Done",
            done_status="Closed" if fate == 2 else "Done",
        )


def reviewed(source: Issue, at: datetime) -> Issue:
    """The issue, in review from then on."""
    return changed(source, Change(at, {"status": "In Review"}))


def reconstructed(
    session: JiraSession, asks: Iterable[Ask], moments: Sequence[datetime] = DAYS
) -> dict[tuple[str, datetime], Observed | Unavailable]:
    """Answers by key result and moment; exactly one of each."""
    wanted = [PastAsk(one, tuple(moments)) for one in asks]
    answers: list[PastAnswer] = list(session.reconstruct(wanted))
    found = {(each.answer.key_result, each.moment): each.answer for each in answers}
    assert len(found) == len(answers) == len(wanted) * len(moments), answers
    return found


def at_the_time(world: World, moment: datetime, asks: Iterable[Ask]) -> dict[str, Answer]:
    """What the sandbox answers when its clock stands there; put back afterwards."""
    now = world.sandbox.clock.now()
    world.sandbox.clock.set(moment)
    try:
        with world.session() as session:
            plan = session.plan(list(asks), Memory({}))
            return {answer.key_result: answer for answer in session.read(plan)}
    finally:
        world.sandbox.clock.set(now)
