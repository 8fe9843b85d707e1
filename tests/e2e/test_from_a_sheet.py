"""The script that takes a company from a spreadsheet to its first report, run as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from okr_processes import clean_environment

from okr_core.files.document import load_plan, load_workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # a busy machine is no defect

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "from_a_sheet.sh"


def test_a_company_of_60_comes_from_a_sheet_to_a_report_in_at_most_12_commands(
    tmp_path: Path,
) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = clean_environment(tmp_path / "prefect", PATH=path)
    ran = subprocess.run(
        [SCRIPT, tmp_path / "company"], env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    company = tmp_path / "company"
    workspace = load_workspace((company / "okr.yaml").read_text(encoding="utf-8"))
    assert (len(workspace.people), len(workspace.teams)) == (60, 4)
    (plan,) = (company / "cycles").iterdir()
    assert len(list(load_plan(plan.read_text(encoding="utf-8")).key_results())) == 14
    (report,) = (company / "reports").glob("*.html")
    assert "New teams reach value in their first week" in report.read_text(encoding="utf-8")


def test_the_script_types_at_most_12_commands_and_no_yaml() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    commands = re.findall(r"^(?:okr|cd) ", text, re.MULTILINE)
    assert 5 <= len(commands) <= 12
    assert "yaml" not in text.replace("writes YAML", "")
