"""Commands that have a flow do the same in their own process as through a Prefect server."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from okr_command import Okr, Ran
from okr_processes import OKR, clean_environment
from prefect_api import PrefectApi
from sync_world import (
    BOUND,
    CYCLE,
    FIRST,
    MONDAY,
    PLAN,
    WORKSPACE,
    SyncWorld,
    slot_readings,
    values,
)
from terminal import Terminal
from wait import until

from okr_core.record.entries import SyncRecord
from okr_core.record.write_back import WriteBackRecord
from okr_sandbox import Fault
from okr_store import open_store

AT = ("--cycle", CYCLE, "--as-of", f"{MONDAY:%Y-%m-%dT%H:%M}")
GOAL = "PLAT-11"
"""The issue that the first objective lives in."""
MIRRORED = PLAN.replace(
    "    owner: ada\n",
    f"    owner: ada\n    mirror: {{jira: {{connection: tracker, issue: {GOAL}}}}}\n",
    1,
)
TELLING = WORKSPACE.replace(
    "timeout: 20, reads_past", "timeout: 20, write_back: {property: okr}, reads_past", 1
)


@pytest.fixture
def world() -> Iterator[SyncWorld]:
    with SyncWorld.open() as opened:
        yield opened


@dataclass
class Machine:
    """A machine with a store and tokens, and no Prefect server."""

    world: SyncWorld
    folder: Path
    template: Path
    store: Path

    @property
    def env(self) -> dict[str, str]:
        return clean_environment(
            self.folder / "prefect",
            OKR_STORE_URL=str(self.store),
            OKR_PERSON="ada",
            **self.world.env,
        )

    def new_store(self, name: str) -> Path:
        """A store with the company's plan."""
        path = Path(shutil.copy(self.template, self.folder / f"{name}.db"))
        with open_store(str(path)) as store:
            self.world.apply(store, MIRRORED, TELLING)
        return path

    def forget_the_goal(self) -> None:
        """Nothing was ever written to the objective's issue."""
        sandbox = self.world.sandbox
        url = f"{sandbox.jira_url}/rest/api/3/issue/{GOAL}/properties/okr"
        httpx.delete(url, auth=(sandbox.jira_user, sandbox.jira_token))


@pytest.fixture
def machine(world: SyncWorld, tmp_path: Path, sqlite_template: Path) -> Machine:
    found = Machine(world, tmp_path, sqlite_template, tmp_path)
    found.store = found.new_store("alone")
    return found


def test_without_a_server_no_command_that_reads_and_scores_loads_prefect(machine: Machine) -> None:
    said = "print(*[m for m in sys.modules if m.partition('.')[0] == 'prefect'], file=sys.stderr)"
    for command in ("sync", "score", "write-back", "backfill", "report"):
        arguments = [command, *AT]
        script = f"import sys; from okr_cli import main; code = main({arguments!r}); {said}"
        ran = subprocess.run(
            [sys.executable, "-c", f"{script}; sys.exit(code)"],
            env=machine.env,
            cwd=machine.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode in {0, 4}, ran.stderr
        assert ran.stderr.splitlines()[-1] == "", (command, ran.stderr)
    with open_store(str(machine.store)) as store:
        assert values(store) == FIRST
        assert [entry.at for entry in store.entries(CYCLE, kinds=("scored",))] == [MONDAY]
    assert not (machine.folder / "prefect").exists(), "Prefect made itself a home"


@pytest.fixture
def process(okr: Okr, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Okr:
    """The command in this process, on a machine whose settings say which server there is."""
    for name, value in machine.env.items():
        if name.startswith("OKR_"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(machine.folder)
    return okr


@pytest.fixture
def server(prefect_server: PrefectApi, monkeypatch: pytest.MonkeyPatch) -> PrefectApi:
    """The server that this machine has configured."""
    monkeypatch.setenv("PREFECT_API_URL", prefect_server.url)
    return prefect_server


ID = re.compile(r"\br\d+\b")
"""Of a reading."""
CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00")
"""When something was really done: business times of these tests are whole minutes."""


def apart(text: str) -> str:
    """A text without times, and ids of readings, which go by the order in which connections end."""
    return CLOCK.sub("at", ID.sub("r", text))


ADA = re.compile(r"\bada\b")
"""Not as digits of another id."""


def named(body: dict[str, Any], read: dict[str, str]) -> dict[str, Any]:
    """What a scoring recorded, with the key result of each reading in place of the reading's id."""
    for line in body["lines"].values():
        if line["reading"]:
            line["reading"] = read[line["reading"]]
    return body


def rows(path: Path) -> list[tuple[Any, ...]]:
    """What a store holds of what commands did, times of the clock apart."""
    with open_store(str(path)) as store:
        readings: list[tuple[Any, ...]] = [
            (r.key_result, r.value, r.state, r.source, r.as_of, r.evidence, r.revision)
            for r in slot_readings(store).values()
        ]
        # When the past was asked about is part of its evidence.
        past = [
            (r.key_result, r.value, r.at)
            for r in store.readings(CYCLE, as_of=None)
            if r.at < MONDAY
        ]
        written = [
            (e.by, e.via, *sorted(b.model_dump().items()))
            for e in store.entries(CYCLE, kinds=("write_back",))
            if isinstance(b := e.body, WriteBackRecord)
        ]
        syncs = [
            (b.connection, b.requests, b.observed, b.unavailable, b.counts, b.failed)
            for e in store.entries(CYCLE, kinds=("sync",))
            if isinstance(b := e.body, SyncRecord)
        ]
        # Ids go by the order in which connections ended: a score's reading is told by its row.
        read = {r.id: r.key_result for r in slot_readings(store).values()}
        scored = [
            (e.at, e.via, e.key, named(e.body.model_dump(), read))
            for e in store.entries(CYCLE, kinds=("scored",))
        ]
    return [*sorted(readings), *sorted(past), *written, *sorted(syncs), *scored]


JSON = ("--format", "json")
COMMANDS: dict[str, tuple[str, ...]] = {
    "sync": JSON,
    "write-back": JSON,
    "score": JSON,
    "backfill": JSON,
    "report": ("--format", "md,json,digest,mail", "--out", "reports"),
}
"""In an order in which each has something to do."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("down", [False, True], ids=["all well", "a connection down"])
def test_both_ways_print_the_same_and_leave_the_same_in_the_store(
    process: Okr,
    machine: Machine,
    server: PrefectApi,
    monkeypatch: pytest.MonkeyPatch,
    down: bool,
) -> None:
    if down:
        machine.world.sandbox.faults.add(Fault(401, match="/v1/", times=None))
    found: dict[str, tuple[list[Ran], list[tuple[Any, ...]], dict[str, str]]] = {}
    runs = len(server.flow_runs())
    for way in ("flow", "local"):
        path = machine.new_store(way)
        machine.forget_the_goal()
        monkeypatch.setenv("OKR_STORE_URL", str(path))
        local = ["--local"] if way == "local" else []
        ran = [process(name, *AT, *asked, *local) for name, asked in COMMANDS.items()]
        files = {each.name: each.read_text() for each in (machine.folder / "reports").iterdir()}
        found[way] = (ran, rows(path), files)
    (flow, flow_rows, flow_files), (local_, local_rows, local_files) = found.values()
    for one, other in zip(flow, local_, strict=True):
        for told, told_locally in ((one.out, other.out), (one.err, other.err)):
            assert apart(told).splitlines() == apart(told_locally).splitlines()
        assert one.code == other.code
    assert flow_rows == local_rows
    assert [each.code for each in local_] == ([4, 0, 0, 4, 0] if down else [0, 0, 0, 4, 0])
    assert '"changed"' in local_[1].out
    for name, text in local_files.items():
        assert apart(flow_files.pop(name)) == apart(text), name
    assert not flow_files
    several = server.flow_runs()[runs:]
    assert [each["name"] for each in several] == [
        "Sync acme-2026-q4",
        "Write back acme-2026-q4",
        "Score acme-2026-q4",
        "Backfill acme-2026-q4",
        "Report acme-2026-q4",
    ], "only one of the ways is Prefect's"
    assert all({"okr", "okr:acme", CYCLE} <= set(each["tags"]) for each in several)
    until(lambda: server.task_runs(several[0]["id"]), "tasks are kept")
    assert server.task_tags() == set()


@pytest.mark.usefixtures("server")
def test_what_is_refused_is_told_alike(process: Okr) -> None:
    for arguments in (
        ("sync", *AT, "--only", "team.mood"),
        ("sync", *AT, "--connection", "nobody"),
        ("score", "--cycle", CYCLE, "--as-of", "2026-09-01"),
        ("write-back", *AT, "--only", "nobody"),
        ("write-back", *AT, "--by", "ghost"),
        ("report", *AT, "--audience", "boards"),
        ("report", *AT, "--format", "notion"),
        ("backfill", *AT, "--connection", "nobody"),
    ):
        flow, local = process(*arguments), process(*arguments, "--local")
        assert (flow.code, flow.out) == (local.code, local.out)
        assert flow.err.splitlines()[-1] == local.err.splitlines()[-1]
        assert flow.code in {1, 2}


def test_what_only_looks_is_no_run(process: Okr, server: PrefectApi) -> None:
    assert process("sync", *AT, "--local").code == 0
    runs = len(server.flow_runs())
    for arguments in (
        ("sync", *AT, "--dry-run"),
        ("write-back", *AT, "--dry-run"),
        ("backfill", *AT, "--dry-run"),
        ("report", *AT, "--format", "digest"),
        ("report", *AT, "--format", "md", "--out", "-"),
    ):
        assert process(*arguments).code in {0, 4}, arguments
    assert len(server.flow_runs()) == runs


def test_a_report_for_one_person_is_in_their_folder_and_nothing_of_it_on_the_server(
    process: Okr, machine: Machine, server: PrefectApi
) -> None:
    runs = len(server.flow_runs())
    before = _published(server)
    asked = ("report", *AT, "--audience", "person:ada", "--format", "html,md")
    for out, local in (("mine", ()), ("again", ("--local",))):
        ran = process(*asked, "--out", out, *local)
        assert (ran.code, len(ran.out.split())) == (0, 2), ran.err
    mine, again = (machine.folder / each for each in ("mine", "again"))
    names = sorted(each.name for each in mine.iterdir())
    assert names == sorted(each.name for each in again.iterdir())
    assert names[0].startswith("2026-q4+person+ada+")
    for name in names:
        assert (mine / name).read_bytes() == (again / name).read_bytes()
    (run,) = server.flow_runs()[runs:]
    assert run["state"]["message"] == "2026-q4: a report for one person was made."
    assert run["parameters"]["audience"] == "person"
    told = json.dumps(run) + server.logs(run["id"]) + json.dumps(server.task_runs(run["id"]))
    assert not ADA.search(told)
    for word in (str(machine.folder), "Nobody works around our bugs", "% reached"):
        assert word not in told
    assert _published(server) == before
    unknown = process("report", *AT, "--audience", "person:ghost")
    assert unknown.code == 2
    assert "ghost" in unknown.err
    run = server.flow_runs()[-1]
    assert (run["state_name"], run["id"] in told) == ("Refused", False)
    assert "ghost" not in json.dumps(run) + server.logs(run["id"])


def _published(server: PrefectApi) -> tuple[int, int]:
    """How often the cycle's report was shown, and how often that was told."""
    events = server.events("okr.report.published", "okr.cycle.acme.2026-q4")
    return len(server.artifacts("okr-acme-report-2026-q4")), len(events)


def test_a_folder_that_cannot_be_written_to_is_told_to_whoever_asked_alone(
    process: Okr, machine: Machine, server: PrefectApi
) -> None:
    (machine.folder / "mine").write_text("a file")
    for audience in ("person:ada", "company"):
        ran = process("report", *AT, "--audience", audience, "--format", "md", "--out", "mine")
        assert ran.code == 2
        assert "mine/2026-q4" in ran.err
        run = server.flow_runs()[-1]
        assert run["state_name"] == "Incomplete"
        assert "could not write md" in run["state"]["message"]
        told = json.dumps(run) + server.logs(run["id"])
        assert "mine/" not in told
        assert str(machine.folder) not in told


def test_whoever_has_scores_written_back_is_in_the_record_and_not_on_the_server(
    process: Okr, machine: Machine, server: PrefectApi
) -> None:
    machine.forget_the_goal()
    assert process("sync", *AT).code == 0
    assert process("write-back", *AT, "--by", "ada").code == 0
    with open_store(str(machine.store)) as store:
        told = {(each.by, each.via) for each in store.entries(CYCLE, kinds=("write_back",))}
    assert told == {("ada", "cli")}
    run = server.flow_runs()[-1]
    assert run["name"] == "Write back acme-2026-q4"
    assert "field" in run["state"]["message"]
    assert not ADA.search(json.dumps(run) + server.logs(run["id"]))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["local", "flow"])
def test_ctrl_c_keeps_what_was_read_and_the_next_sync_asks_for_the_rest(
    machine: Machine, prefect_server: PrefectApi, way: str
) -> None:
    env = machine.env | ({"PREFECT_API_URL": prefect_server.url} if way == "flow" else {})
    machine.world.sandbox.faults.add(Fault("timeout", match="/v1/", times=1, delay=3))
    # A suite in the background is deaf to Ctrl-C, and so would be what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*OKR, "sync", *AT],
        env=env,
        cwd=machine.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        until(lambda: _recorded(machine), "one connection is recorded")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, ""), err
    assert "what was read is recorded" in err
    assert "Traceback" not in err
    if way == "flow":
        run = prefect_server.flow_runs()[-1]
        assert run["state_type"] == "CRASHED", "it says for ever that it runs"
    assert _recorded(machine) >= set(BOUND[:3])
    ran = subprocess.run(
        [*OKR, "sync", *AT, "--format", "json"],
        env=machine.env,
        cwd=machine.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert _recorded(machine) == set(BOUND)


def _recorded(machine: Machine) -> set[str]:
    with open_store(str(machine.store)) as store:
        return set(slot_readings(store))


def test_a_terminal_shows_each_connection_and_a_pipe_nothing_of_it(machine: Machine) -> None:
    shell = Terminal(machine.folder, machine.env, {})
    command = " ".join(
        [f"{sys.executable} -c 'import sys; from okr_cli import main; sys.exit(main())'"]
    )
    shown = shell.type(f"{command} sync {' '.join(AT)}")
    assert "tracker" in shown.partition("bugs.open")[0]
    assert "wiki" in shown.partition("bugs.open")[0]
    piped = subprocess.run(
        [*OKR, "sync", *AT],
        env=machine.env,
        cwd=machine.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert piped.stderr.splitlines()[0] == f"reading all connections for {CYCLE} …"
    assert len(piped.stderr.splitlines()) == 2
