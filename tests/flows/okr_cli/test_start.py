"""Reading commands start without Prefect and Alembic, and help without the model."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from okr_command import Okr

HEAVY = ("prefect", "alembic", "httpx", "numpy", "ruamel", "jira", "notion_client")


@pytest.fixture
def applied(okr: Okr, folder: Path) -> Path:
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    assert okr("checkin", "activation.week1", "38", "--as-of", "2025-10-20").code == 0
    return folder


def _loaded(arguments: list[str], folder: Path, *heavy: str) -> list[str]:
    script = (
        f"import sys; from okr_cli import main; code = main({arguments!r}); "
        f"print(*[m for m in {heavy!r} if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("OKR_")},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stderr.split("\n")[-2].split()


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["status", "--format", "json"],
        ["explain", "activation.week1"],
        ["revisions", "list"],
        ["audit", "verify"],
    ],
)
def test_a_reading_command_loads_nothing_heavy(applied: Path, arguments: list[str]) -> None:
    assert _loaded(arguments, applied, *HEAVY) == []


def test_check_loads_neither_prefect_nor_the_store(applied: Path) -> None:
    assert _loaded(["check"], applied, "prefect", "alembic", "sqlalchemy") == []


def test_help_loads_neither_the_store_nor_the_model(tmp_path: Path) -> None:
    assert _loaded(["--help"], tmp_path, *HEAVY, "sqlalchemy", "pydantic") == []


def test_the_installed_command_keeps_results_and_messages_apart(applied: Path) -> None:
    okr = Path(sys.executable).with_name("okr")
    ran = subprocess.run(
        [str(okr), "status", "--format", "json", "--cycle", "2025-q4"],
        cwd=applied,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("{")
