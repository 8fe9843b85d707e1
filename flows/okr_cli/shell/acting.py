"""Who acts, and when: the clock of a command."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from okr_core.plan.acting import Actor, Occasion
from okr_core.plan.cycle import Cycle

VIA = "cli"
"""How the person was known: they were at this command line."""


_NOW: ContextVar[datetime | None] = ContextVar("_NOW", default=None)


def clock() -> datetime:
    """Now, in UTC."""
    return _NOW.get() or datetime.now(UTC)


@contextmanager
def given_clock(now: datetime | None) -> Iterator[None]:
    """Within the block, commands of this process take that for the time; None: this machine's.

    For what plays a past, such as the demo: no option and no variable sets it, since when a value
    was said decides whether it scores.
    """
    token = _NOW.set(None if now is None else now.astimezone(UTC))
    try:
        yield
    finally:
        _NOW.reset(token)


def actor(by: str | None, via: str = VIA) -> Actor:
    """Who acts: whom `--by` or OKR_PERSON names, else the user of this computer."""
    return Actor(via, by, computer_user())


def occasion(
    cycle: Cycle, at: datetime, by: str | None, via: str = VIA, *, named: bool = True
) -> Occasion:
    """When something is recorded, as `--as-of` says it, and by whom.

    Args:
        cycle: Whose zone tells times.
        at: When it holds from (aware).
        by: Whom `--by` names.
        via: How the person is known.
        named: Whether `at` was named; else it is now.

    Raises:
        InputError: The time lies in the future.
    """
    return Occasion(at, clock() if named else at, actor(by, via), cycle.zone)


def computer_user() -> str:
    """The user of this computer as an id."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        name = "unknown"
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "unknown"
