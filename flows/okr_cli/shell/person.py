"""Person: who sits at this command line, by their own word."""

from __future__ import annotations

import getpass
import re

from okr_core.plan.acting import Actor

VIA = "cli"
"""How the person was known: they were at this command line."""


def actor(by: str | None, via: str = VIA) -> Actor:
    """Who acts: whom `--by` or OKR_PERSON names, else the user of this computer."""
    return Actor(via, by, computer_user())


def computer_user() -> str:
    """The user of this computer as an id."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        name = "unknown"
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "unknown"
