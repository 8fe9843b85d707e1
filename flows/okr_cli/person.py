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
        given: What `--by` or OKR_PERSON says; None: the user of this computer, who need not be
            among the workspace's people.
        workspace: Its people are the ones that may be given; None or no people: anyone.

    Raises:
        InputError: The given person is not one of the workspace's people.
    """
    if given is None:
        return _computer_user()
    known = workspace.people if workspace else {}
    if known and given not in known:
        near = get_close_matches(given, known, n=1)
        closest = f" Closest: `{near[0]}`." if near else ""
        raise InputError(
            f"person `{given}` is not in the workspace.{closest}",
            hint="Name one of `people` in okr.yaml with `--by` or OKR_PERSON.",
        )
    return given


def _computer_user() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        name = "unknown"
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "unknown"
