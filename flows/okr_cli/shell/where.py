"""Where: commands in what is printed name the workspace, where `--workspace` had to.

What gives advice knows a cycle and no folder; only the command line knows how it was called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from okr_core.basics.command import quoted

_COMMAND = re.compile(r"(?<=`)()(okr [a-z][^`]*)(`)|(^  )(okr [a-z][^`\n]*)($)", re.MULTILINE)
_ANYWHERE = re.compile(r"okr (?:init|schema|demo)\b|.* --help$")
"""Commands that work in no workspace."""


class _Called:
    """How the command that runs was called.

    Attributes:
        workspace: The folder that `--workspace` names; None: the command finds it by itself.
    """

    workspace: Path | None = None


@contextmanager
def one_call() -> Iterator[None]:
    """A command from its first word to its last; one that another runs leaves no trace in that."""
    before, _Called.workspace = _Called.workspace, None
    try:
        yield
    finally:
        _Called.workspace = before


def called_with(workspace: Path | None) -> None:
    """Keep how the command was called, until it ends."""
    _Called.workspace = workspace


def located(text: str) -> str:
    """A text whose commands work where this one did.

    Args:
        text: What is printed: commands between backticks, or alone on an indented line.
    """
    if _Called.workspace is None:
        return text
    where = f" -w {quoted(str(_from_here(_Called.workspace)))}"

    def named(found: re.Match[str]) -> str:
        before, command, after = (part for part in found.groups() if part is not None)
        return found[0] if _ANYWHERE.match(command) else f"{before}{command}{where}{after}"

    return _COMMAND.sub(named, text)


def _from_here(folder: Path) -> Path:
    """A folder as short as it is clear where the command runs."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder
