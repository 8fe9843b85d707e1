"""Real issues of an Apache project, served by the sandbox: every measure equals a plain count."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest
from jira_world import World, Worlds, ask

from okr_sandbox import company_from_jsonl

DONE = ("Closed", "Done", "Resolved")
Issues = Sequence[dict[str, str]]


@pytest.fixture
def path(shared_dir: Path) -> Path:
    found = shared_dir / "data" / "apache-nutch-issues.jsonl"
    if not found.is_file():
        pytest.skip("the export of real issues is not here")
    return found


@pytest.fixture
def issues(path: Path) -> Issues:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def world(worlds: Worlds, path: Path) -> World:
    return worlds(company=company_from_jsonl(path), now=datetime(2030, 1, 1, tzinfo=UTC))


def test_counts_of_real_issues(world: World, issues: Issues) -> None:
    for status in {each["status"] for each in issues}:
        expected = sum(each["status"] == status for each in issues)
        assert world.value(ask("k", jql=f'status = "{status}"', measure="count")) == expected
    major = [each for each in issues if each["priority"] == "Major"]
    assert world.value(ask("k", jql="priority = Major", measure="count")) == len(major)
    assert world.value(ask("k", jql="project = NUTCH", measure="count")) == len(issues) == 464


def test_the_share_done_of_real_issues_both_ways(world: World, issues: Issues) -> None:
    one = ask("k", jql="project = NUTCH", measure="done_ratio")
    done = sum(each["status"] in DONE for each in issues)
    expected = Decimal(done) / len(issues)
    assert world.value(one) == expected
    assert world.sent == {"POST /rest/api/3/search/jql": 2}
    few = [each for each in issues if each["reporter"] == "person-001"]
    small = ask("k", jql='reporter = "person-001"', measure="done_ratio")
    share = Decimal(sum(each["status"] in DONE for each in few)) / len(few)
    assert world.value(small) == share
    assert world.value(small) == share
    assert world.sent == {"POST /rest/api/3/search/jql": 1}


def test_lead_times_of_real_issues(world: World, issues: Issues) -> None:
    starts, ends = datetime(2009, 1, 1, tzinfo=UTC), datetime(2009, 12, 31, 23, 59, tzinfo=UTC)
    days = []
    for each in issues:
        created, updated = (datetime.fromisoformat(each[name]) for name in ("created", "updated"))
        if each["status"] in DONE and starts <= updated <= ends:
            passed = updated - created
            days.append(passed.total_seconds() / 86_400)
    assert len(days) > 20
    one = ask("k", jql="project = NUTCH", measure="lead_time", as_of=ends, starts=date(2009, 1, 1))
    assert float(world.value(one)) == pytest.approx(median(days), rel=1e-12)


def test_labels_and_people_of_real_issues(world: World, issues: Issues) -> None:
    people = {each["assignee"] for each in issues if each["assignee"]}
    asks = [ask(who, jql=f'assignee = "{who}"', measure="count") for who in sorted(people)]
    answers = world.read(*asks)
    counted = {who: answer.value for who, answer in answers.items()}  # type: ignore[union-attr]
    assert counted == {who: sum(each["assignee"] == who for each in issues) for who in people}
    nobody = sum(each["assignee"] is None for each in issues)
    assert world.value(ask("k", jql="assignee is EMPTY", measure="count")) == nobody
