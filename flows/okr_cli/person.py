"""Person: who acts, by their own word; a given name is checked against the workspace's people."""

from __future__ import annotations

import getpass
import re
from difflib import get_close_matches

from okr_core.errors import InputError
from okr_core.workspace import Workspace

VIA = "cli"
"""How the person was known: they were at this command line."""


def acting_person(given: str | None, workspace: Workspace | None) -> str:
    """Id of the person who acts.

    Args:
        given: What `--by` or OKR_PERSON says; None: the user of this computer.
        workspace: Its people are the ones that may act; None or no people: anyone.

    Raises:
        InputError: The person is not one of the workspace's people.
    """
    person = _computer_user() if given is None else given
    known = workspace.people if workspace else {}
    if known and person not in known:
        who = f"`{person}`, the user of this computer," if given is None else f"person `{person}`"
        near = get_close_matches(person, known, n=1)
        closest = f" Closest: `{near[0]}`." if near else ""
        raise InputError(
            f"{who} is not in the workspace.{closest}",
            hint="Name one of `people` in okr.yaml with `--by` or OKR_PERSON.",
        )
    return person


def deciding_person(given: str | None, workspace: Workspace | None) -> str:
    """Id of the person who decides in the name of others: one of the people, or one who is named.

    Raises:
        InputError: Nobody is named and the workspace has no people, or it does not have that one.
    """
    if given is None and not (workspace and workspace.people):
        raise InputError(
            "a decision needs the name of a person.",
            hint="Say who decides with `--by` or OKR_PERSON.",
        )
    return acting_person(given, workspace)


def _computer_user() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        name = "unknown"
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "unknown"
