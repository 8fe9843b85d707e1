"""Use cases are there for every door: importing them loads neither Prefect nor a terminal."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator

import okr_flows

STAGES = ("checkin", "connect", "decide", "formulate", "people")
ALONE = ("okr_flows.run.cycle", "okr_flows.close.close_cycle", "okr_flows.score.record")
HEAVY = ("prefect", "rich", "cyclopts", "okr_cli")


def _modules() -> Iterator[str]:
    for stage in STAGES:
        name = f"okr_flows.{stage}"
        folders = [f"{folder}/{stage}" for folder in okr_flows.__path__]
        found = [each.name for each in pkgutil.walk_packages(folders, f"{name}.")]
        assert found, f"{stage} has no modules"
        yield from found
    yield from ALONE


def test_importing_a_use_case_loads_neither_prefect_nor_a_terminal() -> None:
    script = (
        "import importlib, json, sys\n"
        "found = {}\n"
        f"for name in {list(_modules())!r}:\n"
        "    importlib.import_module(name)\n"
        f"    found[name] = [heavy for heavy in {HEAVY!r} if heavy in sys.modules]\n"
        "print(json.dumps(found))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert {name: heavy for name, heavy in json.loads(ran.stdout).items() if heavy} == {}
