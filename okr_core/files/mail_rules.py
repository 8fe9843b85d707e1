"""Mail rules: whether those who are reminded can be mailed."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.basics.base import shortened
from okr_core.files.rule import Problem
from okr_core.plan.mail import is_address
from okr_core.plan.workspace import Workspace


def check_mail(workspace: Workspace) -> Iterator[Problem]:
    """Addresses that are none, and holders of roles who have none where there is a mail server."""
    for name, person in workspace.people.items():
        if person.email and not is_address(person.email):
            message = f"{shortened(person.email)} is no mail address: nothing can be sent to it."
            fix = "Write one address, such as ada@acme.example."
            yield Problem(("people", name, "email"), "no-address", message, fix, "warning")
    if workspace.mail is None or not workspace.policies.reminders.send:
        return
    held = {each.person: role for role, known in workspace.roles.items() for each in known.held_by}
    for name, role in held.items():
        holder = workspace.people.get(name)
        if holder is not None and not holder.email:
            message = f"holds the role `{role}` and has no address: nobody can remind them."
            yield Problem(("people", name), "no-address", message, "Add `email`.", "warning")
