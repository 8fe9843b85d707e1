"""Who acts, and when: the clock of a command."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, datetime

from okr_cli.shell.clock import time_given
from okr_core.plan.acting import Actor, Occasion
from okr_core.plan.cycle import Cycle

VIA = "cli"
"""How the person was known: they were at this command line."""


def clock() -> datetime:
    """Now, in UTC."""
    return time_given() or datetime.now(UTC)


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
