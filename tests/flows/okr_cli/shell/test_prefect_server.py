"""Which Prefect server is configured is found as Prefect finds it, without importing it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from okr_cli.shell.prefect_server import prefect_address

MINE, OTHER, GIVEN = "http://mine/api", "http://other/api", "http://given/api"
PROFILES = f"""\
active = "mine"
[profiles.mine]
PREFECT_API_URL = "{MINE}"
[profiles.other]
PREFECT_API_URL = "{OTHER}"
[profiles.alone]
PREFECT_SERVER_ALLOW_EPHEMERAL_MODE = "true"
"""
CASES = {
    "nothing": ("", {}, ""),
    "environment": ("", {"PREFECT_API_URL": GIVEN}, GIVEN),
    "active profile": (PROFILES, {}, MINE),
    "environment before profile": (PROFILES, {"PREFECT_API_URL": GIVEN}, GIVEN),
    "emptied in the environment": (PROFILES, {"PREFECT_API_URL": ""}, ""),
    "named profile": (PROFILES, {"PREFECT_PROFILE": "other"}, OTHER),
    "profile without a server": (PROFILES, {"PREFECT_PROFILE": "alone"}, ""),
    "unknown profile": (PROFILES, {"PREFECT_PROFILE": "nobody"}, ""),
    "no TOML": ("active = [", {}, ""),
    "no profiles": ('active = "mine"\n', {}, ""),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Mapping[str, str], str]:
    """An environment, and the address that it means."""
    profiles, more, expected = CASES[request.param]
    if profiles:
        (tmp_path / "profiles.toml").write_text(profiles, encoding="utf-8")
    return {"PREFECT_HOME": str(tmp_path), **more}, expected


def test_a_server_is_found_in_the_environment_or_the_active_profile(
    case: tuple[Mapping[str, str], str],
) -> None:
    env, expected = case
    assert prefect_address(env) == expected


def test_profiles_may_lie_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.toml"
    path.write_text(PROFILES, encoding="utf-8")
    assert prefect_address({"PREFECT_PROFILES_PATH": str(path)}) == MINE


@pytest.mark.slow
def test_prefect_means_the_same_server(case: tuple[Mapping[str, str], str], tmp_path: Path) -> None:
    env, expected = case
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("PREFECT_", "OKR_"))}
    script = "from prefect.settings import PREFECT_API_URL as u; print(u.value() or '', end='')"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**clean, **env},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    if "TOMLDecodeError" in ran.stderr:  # Prefect does not start at all: there is no server for us
        assert expected == ""
        return
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == expected
