"""Prefect server: whether one is configured for this command, found without importing Prefect."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.home import Home

API = "PREFECT_API_URL"
Local = Annotated[
    bool,
    Parameter(
        name="--local",
        negative=(),
        help="Work in this process also where a Prefect server is configured.",
    ),
]


def prefect_address(env: Mapping[str, str]) -> str:
    """Address of the Prefect server that is configured; empty where none is.

    It is PREFECT_API_URL, of the environment or the workspace's .env, else of Prefect's active
    profile. An empty variable switches a profile's server off, as it does for Prefect.

    Args:
        env: The environment, with what .env adds to it.
    """
    if API in env:
        return env[API].strip()
    found = _profile(env).get(API)
    return found.strip() if isinstance(found, str) else ""


def _profile(env: Mapping[str, str]) -> Mapping[str, object]:
    """Settings of the active profile; none where the file is missing or no profiles are in it."""
    home = Path(env.get("PREFECT_HOME") or "~/.prefect").expanduser()
    path = Path(env.get("PREFECT_PROFILES_PATH") or home / "profiles.toml").expanduser()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # no file, or one with which Prefect itself cannot start
        return {}
    profiles, active = data.get("profiles"), env.get("PREFECT_PROFILE") or data.get("active")
    found = profiles.get(active) if isinstance(profiles, dict) else None
    return found if isinstance(found, dict) else {}


def through_prefect(home: Home, environ: MutableMapping[str, str], *, local: bool) -> bool:
    """Whether a command that has a flow runs it, and so is seen in Prefect; prepares the process.

    Args:
        home: What the command found around it. Flows and blocks read tokens and Prefect's settings
            from the environment, as they do on any worker.
        environ: The process's own environment; what is set there wins.
        local: Whether a person wants it to work without the server.
    """
    for name, value in home.env.items():
        environ.setdefault(name, value)
    if "PREFECT_LOGGING_LEVEL" not in environ:  # the command says it better
        environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
        environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    return not local and bool(prefect_address(environ))
