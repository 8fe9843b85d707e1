"""The sandbox itself: its clock, its controls, and running in another process."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from jira_sample import NOW, company

from okr_sandbox import Sandbox, SandboxClock
from okr_sandbox.gate import Gate


def test_the_clock_follows_real_time_until_it_is_set() -> None:
    clock = SandboxClock()
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    clock.set(datetime(2026, 10, 1, 9, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == datetime(2026, 10, 1, 7, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.set(None)
    assert clock.now() >= before


def test_the_clock_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        SandboxClock(datetime(2026, 10, 1))  # noqa: DTZ001 - this is what is refused


def test_the_controls_steer_clock_faults_and_latency(office: Sandbox, jira: httpx.Client) -> None:
    control = f"{office.url}/_sandbox"
    httpx.post(f"{control}/clock", json={"now": "2026-10-05T09:00:00Z"})
    httpx.post(f"{control}/latency", json={"seconds": 0.001})
    httpx.post(f"{control}/faults", json={"kind": 503, "match": "/myself"})
    assert office.clock.now() == datetime(2026, 10, 5, 9, tzinfo=UTC)
    assert office.latency == 0.001
    assert jira.get("/myself").status_code == 503
    assert httpx.get(f"{control}/requests").json() == {"GET /rest/api/3/myself": 1}
    httpx.post(f"{control}/faults", json={"kind": "drop"})
    assert httpx.request("DELETE", f"{control}/faults").json()["faults"] == []
    state = httpx.post(f"{control}/reset").json()
    assert (state["requests"], state["now"]) == ({}, "2026-10-05T09:00:00+00:00")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"kind": "nonsense"}),
        ("clock", {"now": "2026-10-05T09:00:00"}),
        ("latency", {"seconds": "slow"}),
        ("latency", {"seconds": -1}),
    ],
)
def test_a_control_that_makes_no_sense_is_400(
    office: Sandbox, path: str, body: dict[str, object]
) -> None:
    assert httpx.post(f"{office.url}/_sandbox/{path}", json=body).status_code == 400


def test_the_state_is_told_at_the_root_of_the_controls(office: Sandbox) -> None:
    assert httpx.get(f"{office.url}/_sandbox/").json()["now"] == NOW.isoformat()


def test_two_sandboxes_do_not_share_a_counter() -> None:
    assert Gate().requests is not Gate().requests


def test_a_stopped_sandbox_frees_its_port() -> None:
    with Sandbox(company()) as first:
        port = first.port
    with Sandbox(company(), port=port) as second:
        assert httpx.get(f"{second.url}/_sandbox/requests").json() == {}


@contextmanager
def _process(*arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", "okr_sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline()
        finally:
            process.terminate()


def test_a_sandbox_in_another_process_says_where_it_is(tmp_path: Path) -> None:
    export = tmp_path / "issues.jsonl"
    export.write_text(
        '{"key": "A-1", "status": "Open", "created": "2026-10-01T09:00:00.000+0000"}\n'
    )
    with _process("--jsonl", str(export), "--clock", "2026-11-01T00:00Z") as line:
        url = line.split()[2]
        auth = ("okr-bot@example.com", "sandbox-jira-token")
        asked = {"jql": "project = A"}
        answer = httpx.post(f"{url}/rest/api/3/search/jql", json=asked, auth=auth)
        assert len(answer.json()["issues"]) == 1


def test_an_export_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "okr_sandbox", "--jsonl", str(tmp_path / "none.jsonl")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "none.jsonl" in ended.stderr
    assert "Traceback" not in ended.stderr
