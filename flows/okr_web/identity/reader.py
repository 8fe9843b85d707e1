"""Reader: who opens a page, and how that is known; nobody where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from okr_core.plan.names import person_of_address
from okr_core.plan.workspace import Workspace
from okr_flows.people.keys import Keys, Session

Via = Literal["link", "proxy"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A person in front of a page.

    Attributes:
        person: Id.
        session: What the marks of their forms are made from.
        renewed: The session's cookie is to be given anew; None: by a proxy, there is none.
    """

    person: str
    name: str
    via: Via
    session: str
    renewed: Session | None = None


def reader_by_proxy(
    workspace: Workspace, peer: str, named: Sequence[str], now: datetime
) -> Reader | None:
    """Who the proxy says it is; None: it is no proxy that is believed, or nobody that is known.

    Args:
        workspace: Says which header of which addresses is believed.
        peer: The address at the other end of the connection, as the socket says it.
        named: Every value that the header came with; more than one is nobody's word.
        now: Who has left by then is nobody (aware).
    """
    if not workspace.web.user_header or len(named) != 1 or not workspace.web.trusts(peer):
        return None
    found = person_of_address(named[0], workspace, now)
    if found is None:
        return None
    return Reader(found, workspace.people[found].name, "proxy", f"proxy {found}")


def reader_by_session(
    workspace: Workspace, keys: Keys, cookie: str, epoch: int, now: datetime
) -> Reader | None:
    """Whose session it is; None: it has ended, was revoked, or its person has left.

    Args:
        workspace: Knows the people.
        keys: Signed the cookie.
        cookie: As it came.
        epoch: How often the links of the session's person were revoked.
        now: Aware time.
    """
    session = keys.read_session(cookie)
    if session is None or session.expired(now) or session.epoch != epoch:
        return None
    person = workspace.people.get(session.person)
    if person is None or not workspace.is_with_us(session.person, now):
        return None
    renewed = Session(session.number, session.person, session.epoch, now)
    return Reader(session.person, person.name, "link", session.number, renewed)
