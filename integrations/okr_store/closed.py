"""Closed: what a closed cycle takes no more, and judgements by a plan that is not in force."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from okr_core.errors import RefusalError
from okr_core.record.entries import Entry
from okr_core.score.closing import closed_refusal
from okr_store.revisions import latest_accepted
from okr_store.tables import entries


def refuse_closed(connection: Connection, cycle: str) -> None:
    """Refuse what would change a closed cycle; the scope's lock must be held.

    Raises:
        RefusalError: The cycle is closed.
    """
    c = entries.c
    found = connection.scalar(select(c.at).where(c.cycle == cycle, c.kind == "closing"))
    if found is not None:
        raise closed_refusal(cycle, found)


def refuse_frozen(connection: Connection, cycle: str, several: Iterable[Entry]) -> None:
    """Refuse entries that would change a closed cycle; others are welcome.

    Raises:
        RefusalError: The cycle is closed and one of them would change its scores.
    """
    if not all(entry.body.after_close for entry in several):
        refuse_closed(connection, cycle)


def refuse_revised(connection: Connection, judgement: Entry, revision: int) -> None:
    """Refuse a judgement by a plan that is not the one in force any more.

    Args:
        connection: Its scope's lock must be held.
        judgement: A scoring or a closing.
        revision: Number of the plan's revision that it judged by.

    Raises:
        RefusalError: A revision was applied while it was computed.
    """
    latest = latest_accepted(connection, "plan", judgement.cycle, judgement.at)
    if latest != revision:
        raise RefusalError(
            f"the plan of cycle `{judgement.cycle}` was revised meanwhile: revision {latest} is in "
            f"force, these scores are by revision {revision}. Nothing was recorded.",
            hint="Run the command again.",
        )
