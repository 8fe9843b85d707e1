"""Links: personal links to the page are ended by a decision, and some are used up by one press.

A link is signed by whoever makes it (`keys` beside this); what the record knows of it is whether it
still holds. A link and the sessions that it opened belong to an epoch of the person: how often
their links had been revoked when it was made.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.errors import InputError
from okr_core.plan.acting import Actor, acting_person, deciding_person
from okr_core.record.access import LinksRevoked, LinkUsed
from okr_core.record.entries import Entry
from okr_flows.people.keys import Keys, Purpose
from okr_flows.run.cycle import current_workspace

if TYPE_CHECKING:
    from okr_store import Store

LINK_PATH = "/l/"
"""Where the page takes links."""
EVERYWHERE = ""
"""The scope of what belongs to no cycle."""


def epoch_of(store: Store, person: str) -> int:
    """How often a person's links were revoked."""
    said = store.entries(EVERYWHERE, kinds=("links_revoked",))
    bodies = (entry.body for entry in said)
    return sum(isinstance(body, LinksRevoked) and body.person == person for body in bodies)


def person_with_links(store: Store, name: str, now: datetime) -> str:
    """Id of a person who may have a link, also by a display name of their own.

    Raises:
        InputError: The workspace does not know them, or they have left.
    """
    workspace = current_workspace(store)
    if workspace is None or not workspace.people:
        raise InputError(
            "the workspace has no people; links are personal.", hint="Add `people` to okr.yaml."
        )
    person = acting_person(Actor("web", name), workspace)
    if not workspace.is_with_us(person, now):
        raise InputError(
            f"`{person}` has left on {workspace.people[person].until}.",
            hint="Correct `until` in okr.yaml and apply it, if that is wrong.",
        )
    return person


def link_for(  # noqa: PLR0917 - all that a link says
    store: Store, keys: Keys, person: str, page: str, now: datetime, purpose: Purpose = "page"
) -> str:
    """A new link that opens the page as a person; as good as a password.

    Args:
        store: The open store: knows how often their links were revoked.
        keys: Sign it.
        person: Id of somebody who may have one.
        page: Address of the page.
        now: Aware time.
        purpose: What it opens.
    """
    return f"{page}{LINK_PATH}{keys.link(person, purpose, epoch_of(store, person), now)}"


def revoke_links(store: Store, person: str, *, actor: Actor, now: datetime, reason: str) -> str:
    """End all links and sessions that a person has; new ones can be made.

    Args:
        store: The open store.
        person: Id, or a display name of their own.
        actor: Who does it.
        now: Aware time.
        reason: Why, in a sentence; may be empty.

    Returns:
        Id of the person.

    Raises:
        InputError: The workspace does not know the person or the actor.
    """
    workspace = current_workspace(store)
    whose = acting_person(Actor("web", person), workspace)
    by = deciding_person(actor, workspace)
    body = LinksRevoked(person=whose, reason=reason)
    store.add_entries(EVERYWHERE, [Entry(at=now, body=body, by=by, via=actor.via)])
    return whose


def use_link(store: Store, number: str, person: str, *, purpose: str, now: datetime) -> bool:
    """Use up a link that opens once.

    Returns:
        Whether it could be used; False: it had been, also where several press at once.
    """
    entry = Entry(at=now, body=LinkUsed(purpose=purpose), by=person, via="link", key=number)
    return bool(store.add_entries(EVERYWHERE, [entry]))
