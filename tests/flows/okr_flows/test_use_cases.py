"""Use cases are there for every door, and know neither Prefect nor a terminal nor a clock."""

from __future__ import annotations

import inspect
import json
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import okr_flows

STAGES = ("checkin", "connect", "decide", "formulate", "people")
ALONE = (
    "okr_flows.run.cycle",
    "okr_flows.run.audit",
    "okr_flows.close.close_cycle",
    "okr_flows.score.record",
    "okr_flows.score.scoring",
    "okr_flows.write_back.cycle",
    "okr_flows.sync.diagnosis",
    "okr_flows.sync.sync",
    "okr_flows.report.making",
    "okr_flows.backfill.backfill",
)
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


def _use_cases() -> Iterator[Callable[..., Any]]:
    """Public functions of the modules that hold use cases."""
    for name in _modules():
        module = import_module(name)
        for public, found in vars(module).items():
            if inspect.isfunction(found) and found.__module__ == name and public[0] != "_":
                yield found


def test_whoever_records_something_does_it_on_an_occasion_which_is_never_to_come() -> None:
    """An `Occasion` of a time to come cannot be made, so that no door can forget to refuse it."""
    people, occasions = [], []
    for use_case in _use_cases():
        kinds = {name: str(each.annotation) for name, each in _parameters(use_case).items()}
        named = f"{use_case.__module__}.{use_case.__name__}"
        if "Actor" in kinds.values() and kinds.keys() & {"at", "as_of"}:
            people.append(named)
        if "Occasion" in kinds.values():
            occasions.append(named)
    assert people == []
    assert {each.rpartition(".")[2] for each in occasions} >= {"check_in", "close", "restate"}


def _parameters(use_case: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(use_case).parameters)
