"""Acting: who acts and when, what is refused of both, and what is kept of what they did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from okr_core.basics.closest import closest
from okr_core.basics.days import minute_text
from okr_core.errors import InputError
from okr_core.plan.names import person_meant
from okr_core.plan.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as far as the door knows them through which they came.

    Attributes:
        via: How they are known, such as `cli` or `csv`.
        named: Id that they gave; None: none was given.
        default: Who is meant where no id was given, such as the user of the computer.
        default_is: What that is, for a message.
    """

    via: str
    named: str | None = None
    default: str = ""
    default_is: str = "the user of this computer"

    def or_named(self, name: str) -> Actor:
        """The actor of that id; an empty one names nobody."""
        return replace(self, named=name) if name else self


UNATTENDED = Actor("flow")
"""A run that nobody sits before."""
FORM = "form"
"""Known by what was chosen in a form of Prefect's, which everyone with access may fill in."""
CHOSEN = frozenset({FORM})
"""Ways to be known that prove nothing: whoever acts chose the name."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something is recorded, and by whom. None can be made of a time that is to come.

    Attributes:
        at: When it holds from (aware).
        now: The time (aware): nothing can be recorded about later.
        actor: Who acts.
        zone: Where `at` is told in, in messages.
        day: The local day, where `at` was named as a day and without a time of day.
        meant: Whether values that are hard to believe are meant all the same.

    Raises:
        InputError: `at` lies in the future.
    """

    at: datetime
    now: datetime
    actor: Actor
    zone: tzinfo = UTC
    day: date | None = None
    meant: bool = False

    def __post_init__(self) -> None:
        refuse_future(self.at, self.now, self.zone)


@dataclass(frozen=True, slots=True)
class Act:
    """What is kept of an act: who did it, when, known how, and why.

    Attributes:
        by: Id of the person.
        at: When it holds from (aware).
        via: How the person was known.
        reason: Why, in a sentence; empty if none was given.
        reason_class: A `ReasonClass`, empty if none was given.
    """

    by: str
    at: datetime
    via: str
    reason: str = ""
    reason_class: str = ""


def refuse_future(
    at: datetime,
    now: datetime,
    zone: tzinfo = UTC,
    hint: str = "What is recorded has happened; name a time that has been.",
) -> None:
    """Refuse to record something as of a time that is to come.

    Args:
        at: When it would hold from (aware).
        now: The time (aware).
        zone: Where `at` is told in.
        hint: What to do.

    Raises:
        InputError: `at` is later than `now`.
    """
    if at > now:
        raise InputError(f"{minute_text(at, zone)} lies in the future.", hint=hint)


def acting_person(actor: Actor, workspace: Workspace | None) -> str:
    """Id of the person who acts, also by a display name of their own; empty where nobody does.

    Args:
        actor: Who the door says it is.
        workspace: Its people are the ones that may act; None or no people: anyone.

    Raises:
        InputError: The person is not one of the workspace's people, or the name is that of several.
    """
    if actor == UNATTENDED:
        return ""
    person = actor.default if actor.named is None else actor.named
    known = workspace.people if workspace else {}
    person = person_meant(person, known)
    if known and person not in known:
        shown = f"`{person}`"
        who = f"{shown}, {actor.default_is}," if actor.named is None else f"person {shown}"
        raise InputError(f"{who} is not in the workspace.", hint=lambda: _meant(person, known))
    return person


def _meant(person: str, known: Collection[str]) -> str:
    near = closest(person, known)
    told = "Name one of `people` in okr.yaml with `--by` or OKR_PERSON."
    return f"Closest: `{near}`. {told}" if near else told


def deciding_person(actor: Actor, workspace: Workspace | None) -> str:
    """Id of the person who decides in the name of others: one of the people, or one who is named.

    Raises:
        InputError: Nobody is named and the workspace has no people, or it does not have that one.
    """
    if actor.named is None and not (workspace and workspace.people):
        raise InputError(
            "a decision needs the name of a person.",
            hint="Say who decides with `--by` or OKR_PERSON.",
        )
    return acting_person(actor, workspace)
