"""Reason: why something agreed changes, and the refusal of a change without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from okr_cli.changes import needing_reason
from okr_core.errors import RefusalError
from okr_core.revision import Change


@dataclass(frozen=True, slots=True)
class Reason:
    """Who applies, when, and why.

    Attributes:
        kind: Reason class, empty if none was given.
    """

    by: str
    at: datetime
    text: str = ""
    kind: str = ""


def unexplained(
    subject: str, changes: Sequence[Change], said: Reason, command: str
) -> RefusalError | None:
    """The refusal of changes to what was agreed, where reason or reason class is missing.

    Args:
        subject: The file or revision that holds the changes.
        changes: Those that need a reason; none: nothing is refused.
        said: Who wants them, and why.
        command: The `okr` command to say it with.
    """
    if not changes or (said.text and said.kind):
        return None
    return RefusalError(
        f"{subject}: the cycle has started, and {needing_reason(changes)} changed.",
        hint=f'Say why: `okr {command} --reason "…" --reason-class learned` (or external_shock, '
        "metric_error, strategy_change).",
    )


def unexplained_policy(
    subject: str, changes: Sequence[Change], said: Reason, command: str
) -> RefusalError | None:
    """The refusal of changed policies without a reason; arguments as of `unexplained`."""
    if not changes or said.text:
        return None
    return RefusalError(
        f"{subject}: {changes[0].path} changed, and policies are fixed for a cycle.",
        hint=f'Say why: `okr {command} --reason "…"`.',
    )
