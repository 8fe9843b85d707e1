"""Mail rules: whether those who are reminded can be mailed."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.files.rule import Problem
from okr_core.plan.workspace import Workspace


def check_mail(workspace: Workspace) -> Iterator[Problem]:
    """Holders of roles who have no address, where there is a mail server."""
    if workspace.mail is None or not workspace.policies.reminders.send:
        return
    held = {each.person: role for role, known in workspace.roles.items() for each in known.held_by}
    for name, role in held.items():
        holder = workspace.people.get(name)
        if holder is not None and not holder.email:
            message = f"holds the role `{role}` and has no address: nobody can remind them."
            yield Problem(("people", name), "no-address", message, "Add `email`.", "warning")
