"""Changes: a diff of two revisions as lines that people read."""

from __future__ import annotations

from collections.abc import Iterable

from okr_core.plan.revision import Change

_LONGEST = 160


def change_lines(changes: Iterable[Change], indent: str = "  ") -> list[str]:
    """One line per change; long texts are cut, the files and `--format json` hold them whole."""
    return [indent + _short(" ".join(str(change).split())) for change in changes]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
