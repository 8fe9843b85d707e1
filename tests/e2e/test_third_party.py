"""The example of a third party's source: built, installed beside our wheel, and synced with.

Both wheels are installed into a new environment; what they depend on is borrowed from the
environment of the tests.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from small_internet import Asked, Said, Server

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "okr-csv"
TOKEN = "a-token-that-shows-nowhere"
DEALS = b"id,stage,amount\n1,won,10.50\n2,won,\n3,lost,7\n4,won,4.5\n"
OBJECTIVES = """
objectives:
  - id: sales
    title: The new offer sells
    owner: PERSON
    key_results:
      - id: sales.amount
        title: Contracts worth 20 000
        metric: {kind: increase, unit: k, baseline: 0, target: 20}
        source:
          csv: {connection: crm, file: deals.csv, where: {stage: won}, measure: sum, column: amount}
      - id: sales.deals
        title: Eight contracts
        metric: {kind: increase, baseline: 0, target: 8}
        source: {csv: {connection: crm, file: deals.csv, where: {stage: won}}}
"""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Machine:
    """An environment with the two wheels, and an empty folder."""

    programs: Path
    folder: Path

    def run(self, *words: str | Path, code: int = 0) -> str:
        """What a program prints; it must end with `code`."""
        program, *arguments = words
        ended = subprocess.run(
            [self.programs / program, *arguments],
            check=False,
            cwd=self.folder,
            env=self._settings(),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert ended.returncode == code, (
            f"{words}: {ended.returncode}\n{ended.stdout}{ended.stderr}"
        )
        assert TOKEN not in ended.stdout + ended.stderr
        return ended.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.run("okr", *words, "--format", "json"))

    def _settings(self) -> Mapping[str, str]:
        kept = {key: text for key, text in os.environ.items() if not key.startswith(("OKR", "PYT"))}
        return {**kept, "PREFECT_HOME": str(self.folder / ".prefect")}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    place = tmp_path_factory.mktemp("third-party")
    for project in (ROOT, EXAMPLE):
        _python("-m", "build", "--wheel", "--outdir", place / "wheels", project)
    _python("-m", "venv", "--without-pip", place / "env")
    programs = place / "env" / "bin"
    wheels = sorted((place / "wheels").glob("*.whl"))
    _python("-m", "pip", "--python", programs / "python", "install", "--no-deps", *wheels)
    # A line of a path file leads to the dependencies, and not on to the path files beside them:
    # the editable installation stays out of sight.
    (packages,) = (place / "env" / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    (place / "folder").mkdir()
    return Machine(programs, place / "folder")


def _python(*words: str | Path) -> None:
    ended = subprocess.run(
        [sys.executable, *words], check=False, capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 0, f"{words}\n{ended.stdout}{ended.stderr}"


@pytest.fixture
def server() -> Iterator[Server]:
    def deals(asked: Asked) -> Said:
        signed = asked.headers.get("authorization") == f"Bearer {TOKEN}"
        return Said(DEALS) if signed else Said({}, 401)

    with Server({"/deals.csv": deals}) as running:
        yield running


def test_the_example_is_small() -> None:
    (module,) = [path for path in EXAMPLE.glob("*.py") if not path.name.startswith("test_")]
    assert len(module.read_text(encoding="utf-8").splitlines()) < 80


def test_both_wheels_are_what_the_environment_runs(machine: Machine) -> None:
    files = machine.run("python", "-c", "import okr_csv, okr_core; print(okr_csv, okr_core)")
    assert files.count(str(machine.programs.parent)) == 2, files


def test_the_example_keeps_the_contract_of_sources(machine: Machine) -> None:
    test = EXAMPLE / "test_okr_csv.py"
    report = machine.run(
        "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, test
    )
    assert " passed" in report
    assert "skipped" not in report


def test_key_results_are_synced_with_it_and_explained(machine: Machine, server: Server) -> None:
    machine.run("okr", "init")
    (plan,) = machine.folder.glob("cycles/*.yaml")
    written = plan.read_text(encoding="utf-8")
    (person,) = re.findall(r"^ +owner: (\S+)$", written, re.MULTILINE)
    objectives = OBJECTIVES.replace("PERSON", person)
    (cycle,) = re.findall(r"^cycle: .*$", written, re.MULTILINE)
    plan.write_text(cycle + objectives, encoding="utf-8")
    with (machine.folder / "okr.yaml").open("a", encoding="utf-8") as workspace:
        workspace.write(f'\nconnections:\n  crm: {{kind: csv, url: "{server.url}"}}\n')
    (machine.folder / ".env").write_text(f"OKR_CRM_TOKEN={TOKEN}\n", encoding="utf-8")

    machine.run("okr", "check")
    machine.run("okr", "apply")
    assert server.asked == []
    synced = machine.json("sync")
    assert {each["key_result"]: each["value"] for each in synced["readings"]} == {
        "sales.amount": "15",
        "sales.deals": "3",
    }
    assert synced["requests"] == {"crm": 1}
    assert len(server.asked) == 1

    explained = machine.run("okr", "explain", "sales.amount")
    assert f"{server.url}/deals.csv" in explained
    assert "sum of amount" in explained
    rows = machine.json("explain", "sales.amount")["evidence"]["rows"]
    assert [row["id"] for row in rows] == ["1", "2", "4"]


def test_a_misspelt_field_of_its_binding_is_named_with_its_line(machine: Machine) -> None:
    plan = machine.folder / "misspelt.yaml"
    cycle = "cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}"
    plan.write_text(cycle + OBJECTIVES.replace("file:", "flie:", 1), encoding="utf-8")
    findings = machine.run("okr", "check", plan, code=1)
    assert "misspelt.yaml:11: key result `sales.amount`: source.csv: unknown key `flie`" in findings
    assert "Closest: `file`" in findings
