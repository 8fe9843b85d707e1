"""Token home: the workspace's .env, which holds the tokens that no Prefect block holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from okr_cli.files.dotenv_edit import with_ignored, with_variables
from okr_cli.files.writing import Draft
from okr_flows.connect.request import variables
from okr_sources.source import Credentials


def env_drafts(folder: Path, name: str, credentials: Credentials) -> list[Draft]:
    """The workspace's .env with the connection's variables, and a .gitignore that names it.

    Raises:
        InputError: A value cannot be written.
    """
    env, ignore = folder / ".env", folder / ".gitignore"
    text = with_variables(_text(env), variables(name, credentials))
    drafts = [Draft(env, text, private=True)]
    before = _text(ignore)
    after = with_ignored(before)
    return drafts if after == before else [Draft(ignore, after), *drafts]


def shadowed(name: str, credentials: Credentials) -> Iterator[str]:
    """Names of variables that this shell sets otherwise, which wins over .env."""
    for each, value in variables(name, credentials).items():
        if os.environ.get(each, value) != value:
            yield each


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
