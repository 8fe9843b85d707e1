"""A company comes from a spreadsheet to a report and the next quarter, by scripts as they are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from okr_command import Ran
from okr_processes import clean_environment

from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.cycle import quarter_of
from okr_core.plan.plan import Plan

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # a busy machine is no defect

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FIRST, NEXT = EXAMPLES / "from_a_sheet.sh", EXAMPLES / "next_quarter.sh"


@dataclass(frozen=True)
class Company:
    """What the scripts left.

    Attributes:
        folder: Its workspace.
        next: Id of the cycle after the first.
    """

    folder: Path
    next: str

    def plan(self, cycle: str) -> Plan:
        return load_plan((self.folder / "cycles" / f"{cycle}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    place = tmp_path_factory.mktemp("sheet")
    folder = place / "company"
    ran = run(place, FIRST, folder)
    assert ran.code == 0, ran.err
    (plan,) = (folder / "cycles").iterdir()
    ends = load_plan(plan.read_text(encoding="utf-8")).cycle.ends
    company = Company(folder, quarter_of(ends + timedelta(days=1))[0])
    ran = run(place, NEXT, folder, company.next)
    assert ran.code == 0, ran.err
    return company


def run(place: Path, *command: object) -> Ran:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = clean_environment(place / "prefect", PATH=path)
    ran = subprocess.run(
        [str(part) for part in command], env=env, capture_output=True, text=True, check=False
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_a_company_of_60_comes_from_a_sheet_to_a_report(company: Company) -> None:
    workspace = load_workspace((company.folder / "okr.yaml").read_text(encoding="utf-8"))
    assert (len(workspace.people), len(workspace.teams)) == (60, 4)
    first = min((company.folder / "cycles").iterdir()).stem
    assert len(list(company.plan(first).key_results())) == 14
    (report,) = (company.folder / "reports").glob("*.html")
    assert "New teams reach value in their first week" in report.read_text(encoding="utf-8")


def test_its_goals_go_on_in_the_next_quarter_from_where_they_stand(company: Company) -> None:
    first = min((company.folder / "cycles").iterdir()).stem
    plan = company.plan(company.next)
    assert [each.carried_from for each in plan.objectives] == [
        f"{first}/{each.id}" for each in plan.objectives
    ]
    metrics = {each.id: each.metric for each in plan.key_results()}
    assert len(metrics) == 14
    said = metrics["new-teams-reach.week-1-activation"]
    assert getattr(said, "baseline", None) == Decimal("37.5"), "what was checked in"
    imported = metrics["questions-are-answered.satisfaction"]
    assert getattr(imported, "baseline", None) == 81, "what the sheet said"


@pytest.mark.parametrize(("script", "most"), [(FIRST, 12), (NEXT, 4)], ids=["report", "next"])
def test_a_script_types_few_commands_and_no_yaml(script: Path, most: int) -> None:
    text = script.read_text(encoding="utf-8")
    commands = re.findall(r"^(?:okr|cd) ", text, re.MULTILINE)
    assert 3 <= len(commands) <= most  # one of them is cd
    assert "yaml" not in text.lower().replace("writes yaml", "")
