"""Reason: something agreed changes for a reason; a change without one is refused."""

from __future__ import annotations

from collections.abc import Sequence

from okr_core.errors import RefusalError
from okr_core.plan.acting import Act
from okr_core.plan.revision import Change

_NAMED = 3


def unexplained(
    subject: str, changes: Sequence[Change], act: Act, command: str
) -> RefusalError | None:
    """The refusal of changes to what was agreed, where reason or reason class is missing.

    Args:
        subject: The file or revision that holds the changes.
        changes: Those that need a reason; none: nothing is refused.
        act: Who wants them, and why.
        command: The `okr` command to say it with.
    """
    if not changes or (act.reason and act.reason_class):
        return None
    return RefusalError(
        f"{subject}: the cycle has started, and {_few_words(changes)} changed.",
        hint=f'Say why: `okr {command} --reason "…" --reason-class learned` (or external_shock, '
        "metric_error, strategy_change).",
    )


def unexplained_policy(
    subject: str, changes: Sequence[Change], act: Act, command: str
) -> RefusalError | None:
    """The refusal of changed policies without a reason; arguments as of `unexplained`."""
    if not changes or act.reason:
        return None
    return RefusalError(
        f"{subject}: {changes[0].path} changed, and policies are fixed for a cycle.",
        hint=f'Say why: `okr {command} --reason "…"`.',
    )


def _few_words(changes: Sequence[Change]) -> str:
    named = [f"`{change.item}` {change.field}".strip() for change in changes]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more
