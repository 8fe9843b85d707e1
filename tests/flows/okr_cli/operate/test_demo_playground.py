"""`okr demo --serve` on a playground that is there: what stands in its way is told at once."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from okr_command import Okr

from okr_cli.operate.demo_doors import Doors
from okr_cli.operate.demo_play import write_workspace
from okr_cli.operate.demo_playground import Playground
from okr_sandbox import Sandbox
from okr_sandbox.demo import RUNNING_PLAN, WEEKS, WRITTEN_FOR, Quarter, later_check_ins, text

DOORS = Doors(4271, 4272)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def left_by_a_demo(folder: Path, port: int) -> Playground:
    playground = Playground(folder, WRITTEN_FOR, 8)
    url = f"http://127.0.0.1:{port}"
    places = {"jira_url": f"{url}/jira", "notion_url": f"{url}/notion", **DOORS.places}
    (folder / "okr.yaml").write_text(text("okr.yaml", places), encoding="utf-8")
    playground.keep()
    return playground


def test_a_taken_port_is_told_with_what_to_do(okr: Okr, tmp_path: Path, taken: int) -> None:
    left_by_a_demo(tmp_path, taken)
    ran = okr("demo", "--serve", "--folder", str(tmp_path))
    assert ran.code == 1
    assert f"port {taken}, where okr.yaml says that Jira and Notion are, is taken." in ran.err
    assert 'run `okr apply --reason "another port"` there' in " ".join(ran.err.split())
    assert (tmp_path / "okr.yaml").exists()


def test_a_taken_port_that_was_asked_for_leaves_the_demo_of_before(
    okr: Okr, tmp_path: Path, taken: int
) -> None:
    left_by_a_demo(tmp_path, 4270)
    ran = okr("demo", "--folder", str(tmp_path), "--port", str(taken))
    assert ran.code == 1
    assert f"port {taken} is taken. Name another with `--port`." in " ".join(ran.err.split())
    assert (tmp_path / "okr.yaml").exists()


def test_two_ports_in_okr_yaml_are_told(okr: Okr, tmp_path: Path) -> None:
    left_by_a_demo(tmp_path, 4270)
    path = tmp_path / "okr.yaml"
    path.write_text(path.read_text().replace(":4270/notion", ":4271/notion"))
    ran = okr("demo", "--serve", "--folder", str(tmp_path))
    assert ran.code == 2
    assert "`tracker` and `wiki` are not on one port of 127.0.0.1" in " ".join(ran.err.split())


def test_a_playground_is_brought_to_life_with_the_same_tools(tmp_path: Path) -> None:
    with Sandbox(Playground(tmp_path, WRITTEN_FOR, 8).world().company) as first:
        port = first.port
    playground = left_by_a_demo(tmp_path, port)
    found = Playground.found(tmp_path)
    assert found == playground
    assert found.doors() == DOORS
    with playground.sandbox() as second:
        assert second.port == port
        assert list(second.company.issues) == list(first.company.issues)
        assert abs(second.clock.now() - datetime.now(UTC)).total_seconds() < 60


def test_a_folder_without_a_whole_playground_is_none(tmp_path: Path) -> None:
    (tmp_path / ".okr-demo").write_text("Made by `okr demo`, which replaces this folder.\n")
    assert Playground.found(tmp_path) is None


def test_editors_find_the_schema_of_every_file(tmp_path: Path) -> None:
    playground = Playground(tmp_path, WRITTEN_FOR, 8)
    (tmp_path / "cycles").mkdir()
    with Sandbox(playground.world().company) as sandbox, patch.dict(os.environ):
        running = tmp_path / "cycles" / f"{WRITTEN_FOR.id}.yaml"
        running.write_text(write_workspace(playground, sandbox, DOORS), encoding="utf-8")
    files = [tmp_path / "okr.yaml", *(tmp_path / "cycles").iterdir()]
    assert len(files) == len(("workspace", "closed plan", "running plan"))
    for file in files:
        first, _, _ = file.read_text(encoding="utf-8").partition("\n")
        told, _, place = first.partition("=")
        assert told == "# yaml-language-server: $schema"
        assert (file.parent / place).is_file()


def test_tokens_are_for_their_owner_alone(tmp_path: Path) -> None:
    with Sandbox(Playground(tmp_path, WRITTEN_FOR, 8).world().company) as sandbox:
        Playground(tmp_path, WRITTEN_FOR, 8).write_tokens(sandbox)
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert ".env" in (tmp_path / ".gitignore").read_text().split()


def test_what_people_say_in_each_week_of_the_running_quarter_is_recorded(
    okr: Okr, tmp_path: Path
) -> None:
    # A quarter that is over: all of its weeks can be said today.
    quarter = Quarter(WRITTEN_FOR.starts.replace(year=2025))
    playground = left_by_a_demo(tmp_path, 4270)
    places = playground.world().places
    (tmp_path / "cycles").mkdir()
    plan = tmp_path / "cycles" / f"{quarter.id}.yaml"
    plan.write_text(text(RUNNING_PLAN, places, quarter), encoding="utf-8")
    here = ("--workspace", tmp_path)
    applied = okr("apply", "--as-of", f"{quarter.starts}T08:00", "--reason", "Goals", *here)
    assert applied.code == 0, applied.err
    rows = ["key_result,at,value,confidence,note,by"]
    for week in range(1, WEEKS + 1):
        at = quarter.evening_since_the_start(week) - timedelta(hours=3)
        if at.date() <= quarter.ends:
            said = later_check_ins(week)
            rows += [f'{kr},{at:%Y-%m-%dT%H:%M},{v},{c},"{n}",{by}' for kr, v, c, n, by in said]
    (tmp_path / "said.csv").write_text("\n".join(rows), encoding="utf-8")
    ran = okr("checkin", "--from", tmp_path / "said.csv", "--cycle", quarter.id, *here)
    assert ran.code == 0, ran.err
    told = {row.partition(",")[0].partition("/")[0] for row in rows[1:]}
    assert "reference.talks" not in told
