"""The past of real issues of an Apache project, against a plain recomputation from the export."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest
from jira_past import reconstructed
from jira_world import Deployment, World, Worlds, ask

from okr_sandbox import company_from_jsonl
from okr_sources.answers import Observed

STARTS = datetime(2007, 1, 1, tzinfo=UTC)
DONE = ("Closed", "Done", "Resolved")
MOMENTS = tuple(datetime(year, 6, 30, 23, 59, 59, tzinfo=UTC) for year in range(2008, 2020))
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


@pytest.fixture(params=["cloud", "datacenter"])
def world(worlds: Worlds, path: Path, request: pytest.FixtureRequest) -> World:
    deployment: Deployment = request.param
    company = company_from_jsonl(path)
    return worlds(company=company, now=datetime(2030, 1, 1, tzinfo=UTC), deployment=deployment)


def at(issue: dict[str, str], name: str) -> datetime:
    return datetime.fromisoformat(issue[name])


def done_by(issue: dict[str, str], moment: datetime) -> bool:
    """The export tells no resolution date: an issue that is closed was touched last then."""
    return issue["status"] in DONE and at(issue, "updated") <= moment


def test_open_share_done_and_lead_time_of_each_year(world: World, issues: Issues) -> None:
    asks = [
        ask("open", jql="project = NUTCH AND statusCategory != Done", measure="count"),
        ask("major", jql="priority = Major AND status not in (Closed)", measure="count"),
        ask("share", jql="project = NUTCH", measure="done_ratio"),
        ask("days", jql="project = NUTCH", measure="lead_time", starts=STARTS.date()),
    ]
    world.sandbox.requests.clear()
    with world.session() as session:
        found = reconstructed(session, asks, MOMENTS)
        sent = session.requests
    # 464 issues are read once; who was in which status is asked for each of twelve days.
    by_day = 3 * len(MOMENTS)
    assert sent <= by_day + (24 if world.sandbox.deployment == "cloud" else 10)
    for moment in MOMENTS:
        told = {
            name: answer.value
            for (name, when), answer in found.items()
            if when == moment and isinstance(answer, Observed)
        }
        there = [each for each in issues if at(each, "created") <= moment]
        done = [each for each in there if done_by(each, moment)]
        major = [i for i in there if i["priority"] == "Major" and not done_by(i, moment)]
        assert told["open"] == len(there) - len(done)
        assert told["major"] == len(major)
        assert told["share"] == Decimal(len(done)) / len(there)
        late = [i for i in done if at(i, "updated") >= STARTS]
        passed = [(at(i, "updated") - at(i, "created")).total_seconds() / 86_400 for i in late]
        if passed:
            assert float(told["days"]) == pytest.approx(median(passed), rel=1e-12)
