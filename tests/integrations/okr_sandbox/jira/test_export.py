"""Exports of issues, real ones among them, and generated issues."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from jira_sample import client_of

from okr_sandbox import Sandbox, company_from_jsonl, generated_issues, issues_from_jsonl
from okr_sandbox.export import ExportError
from okr_sandbox.generated import QUARTER


def _line(**more: object) -> str:
    return json.dumps({"key": "A-1", "status": "Open", "created": "2026-10-01T09:00Z", **more})


def _write(folder: Path, *lines: str) -> Path:
    path = folder / "issues.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _count(client: httpx.Client, jql: str) -> int:
    answer = client.post("/search/jql", json={"jql": jql, "maxResults": 5000})
    return len(answer.json()["issues"])


def test_the_sandbox_counts_real_issues_as_a_few_lines_of_python_do(shared_dir: Path) -> None:
    path = shared_dir / "data" / "apache-nutch-issues.jsonl"
    if not path.is_file():
        pytest.skip("the real issues are not here")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with (
        Sandbox(company_from_jsonl(path), clock=datetime(2026, 1, 1, tzinfo=UTC)) as sandbox,
        client_of(sandbox) as client,
    ):
        assert _count(client, "project = NUTCH") == len(records) == 464
        for status, number in Counter(r["status"] for r in records).items():
            assert _count(client, f"status = '{status}'") == number
        for priority, number in Counter(r["priority"] for r in records).items():
            assert _count(client, f"priority = '{priority}'") == number
        assert _count(client, "assignee is empty") == sum(r["assignee"] is None for r in records)
        year = [r for r in records if r["created"].startswith("2009")]
        assert _count(client, "created >= 2009-01-01 AND created < 2010-01-01") == len(year)
        closed = [r for r in records if r["status"] == "Closed" and r["updated"] < "2010"]
        assert _count(client, "resolved < 2010-01-01") == len(closed)
        assert _count(client, "updated >= 2015-01-01") == sum(
            r["updated"] >= "2015" for r in records
        )


def test_a_done_issue_is_open_until_it_was_resolved(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        _line(status="Closed", updated="2026-10-20T09:00Z"),
        _line(key="A-2", status="Done", resolutiondate="2026-10-10T09:00Z", resolution="Fixed"),
    )
    with Sandbox(company_from_jsonl(path)) as sandbox, client_of(sandbox) as client:
        counts = []
        for number in (5, 15, 25):
            sandbox.clock.set(datetime(2026, 10, number, tzinfo=UTC))
            counts.append(_count(client, "statusCategory = Done"))
        assert counts == [0, 1, 2]
        assert _count(client, "resolution = Fixed") == 1
        assert _count(client, "resolution = Done and resolved = '2026-10-20 09:00'") == 1


def test_any_other_number_becomes_a_field_of_its_name(tmp_path: Path) -> None:
    path = _write(tmp_path, _line(votes=3), _line(key="A-2", votes=0.5, flag=True, note="x"))
    company = company_from_jsonl(path)
    assert [field.name for field in company.fields] == ["votes"]
    with Sandbox(company) as sandbox, client_of(sandbox) as client:
        assert _count(client, "votes >= 0.5") == 2
        assert _count(client, "votes > 1") == 1


def test_labels_type_and_statuses_of_the_export_are_kept(tmp_path: Path) -> None:
    line = _line(status="Triaged", labels=["a", "b"], issuetype="Wish", reporter="r")
    with Sandbox(company_from_jsonl(_write(tmp_path, line))) as sandbox, client_of(sandbox) as jira:
        assert _count(jira, "labels = b and type = Wish and status = Triaged") == 1
        assert _count(jira, "statusCategory = 'To Do' and reporter = r") == 1


@pytest.mark.parametrize(
    "line",
    ["{broken", "[1]", '{"key": "A-1"}', '{"key": "A-1", "status": "Open", "created": "soon"}'],
)
def test_a_line_that_is_no_issue_is_named(tmp_path: Path, line: str) -> None:
    path = _write(tmp_path, _line(), "", line)
    with pytest.raises(ExportError, match=r"issues\.jsonl:3: this is no"):
        issues_from_jsonl(path)


def test_the_same_seed_gives_the_same_issues() -> None:
    assert generated_issues(50, seed=3) == generated_issues(50, seed=3)
    assert generated_issues(50, seed=3) != generated_issues(50, seed=4)


def test_generated_issues_are_spread_evenly_over_labels_and_exist_at_the_start() -> None:
    issues = generated_issues(400, labels=8)
    assert set(Counter(made.start.labels for made in issues).values()) == {50}
    assert all(made.as_of(QUARTER) is not None for made in issues)
