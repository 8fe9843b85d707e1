"""Link mail: a person who asks for their personal link gets it at the address that is known."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.plan.cycle import zone_named
from okr_core.plan.mail import Mail
from okr_core.plan.names import person_of_address
from okr_flows.people.keys import Keys
from okr_flows.people.links import link_for
from okr_flows.run.cycle import current_workspace
from okr_mail import Letter, Session
from okr_report.letters.link import link_mail
from okr_report.locale import Language

if TYPE_CHECKING:
    from okr_store import Store


SessionOf = Callable[[Mail], Session]
"""A mail server → a session with it."""


def mail_link(  # noqa: PLR0917 - all that it takes
    store: Store, keys: Keys, session_of: SessionOf, address: str, now: datetime, language: Language
) -> bool:
    """Mail a person their personal link, where the address is theirs alone.

    Args:
        store: The open store.
        keys: Sign the link.
        session_of: How letters leave.
        address: As somebody wrote it.
        now: Aware time.
        language: Of the mail.

    Returns:
        Whether a mail was sent: nobody who asks is told, or addresses could be guessed.

    Raises:
        OkrError: The mail server could not be used; see `okr_mail.Session.send`.
    """
    workspace = current_workspace(store)
    if workspace is None or workspace.mail is None or workspace.web.url is None:
        return False
    person = person_of_address(address, workspace, now)
    if person is None:
        return False
    known = workspace.people[person]
    link = link_for(store, keys, person, workspace.web.url, now)
    zone = zone_named(workspace.timezone)
    written = link_mail(known.name, workspace.organization, link, zone, language)
    letter = Letter(
        # Of its own, and nothing of the link.
        number=f"link-{secrets.token_hex(8)}",
        to=known.email or "",
        name=known.name,
        at=now,
        subject=written.subject,
        text=written.text,
        html=written.html,
    )
    with session_of(workspace.mail) as session:
        session.send(letter)
    return True
