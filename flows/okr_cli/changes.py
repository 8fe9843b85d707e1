"""Changes: a diff of two revisions as lines that people read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from okr_core.revision import Change

_SIGNS = {"added": "+", "removed": "−", "changed": "~"}


def change_lines(changes: Iterable[Change], indent: str = "  ") -> list[str]:
    """One line per change: a sign, where, and old → new."""
    return [f"{indent}{_SIGNS[change.kind]} {_where(change)}{_values(change)}" for change in changes]


def needing_reason(changes: Sequence[Change]) -> str:
    """The changes that need a reason, in a few words."""
    named = [f"`{change.item}` {change.field}" for change in changes]
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return ", ".join(named[:3]) + more


def _where(change: Change) -> str:
    return change.path


def _values(change: Change) -> str:
    if change.kind == "changed":
        return f": {_short(change.old)} → {_short(change.new)}"
    value = change.new if change.kind == "added" else change.old
    return f": {_short(value)}" if value else ""


def _short(value: str | None) -> str:
    text = " ".join((value or "nothing").split())
    return text if len(text) <= 120 else text[:119] + "…"
