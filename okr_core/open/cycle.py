"""What waits for a person about the cycle as a whole: proposals, and that it is to be closed."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.basics.days import days_after
from okr_core.open.entry import (
    Addressee,
    Answer,
    Asked,
    card_of,
    decide,
    holders_of,
    others,
    owner_of,
)
from okr_core.plan.cycle import cutoff_of
from okr_core.plan.revision import Proposal
from okr_core.score.closing import blockers
from okr_core.snapshot import Snapshot

_DAYS = 7
"""In which a proposal is to be decided, and after the cut-off the cycle to be closed."""


def proposals(snapshot: Snapshot) -> Iterator[Asked]:
    """Revisions that somebody proposed and nobody decided; of a closed cycle they only can go."""
    for each in snapshot.proposed:
        yield Asked(
            each.reference,
            _decider(snapshot, each),
            tuple(_answers(snapshot, each)),
            deadline=days_after(snapshot.cycle.day_of(each.at), _DAYS),
            text=each.reason,
            fix=only_rejected(snapshot, each),
        )


def only_rejected(snapshot: Snapshot, proposal: Proposal) -> str:
    """Why a proposal can only be rejected; empty where it can be accepted."""
    if snapshot.closed and proposal.of_plan:
        return "It can only be rejected: the cycle is closed."
    if proposal.stale:
        return "It can only be rejected: another revision was accepted since it was made."
    return ""


def _decider(snapshot: Snapshot, proposal: Proposal) -> Addressee:
    """The cycle's owner; where a second person is to accept and they are none, all who may."""
    owner = owner_of(snapshot)
    if not (snapshot.second_person_required and proposal.of_plan):
        return owner
    barred = {p for role in proposal.roles for p in holders_of(snapshot, role).people}

    def may(person: str) -> bool:
        return person != proposal.by and person not in barred

    people = tuple(filter(may, owner.people))
    return owner._replace(people=people) if people else others(snapshot, may)


def _answers(snapshot: Snapshot, proposal: Proposal) -> Iterator[Answer]:
    cycle, name = snapshot.cycle.id, proposal.reference
    if not only_rejected(snapshot, proposal):
        why = {} if proposal.explained else {"reason": "TEXT", "reason_class": "CLASS"}
        accept = decide(cycle, "revision", name, "accept", **why)
        yield Answer("accept", accept, "it is the current revision from now on")
    reject = decide(cycle, "revision", name, "reject", reason="TEXT")
    yield Answer("reject", reject, "nothing changes")


def closings(snapshot: Snapshot) -> Iterator[Asked]:
    """That a cycle that takes no more numbers is to be closed, once no value is in doubt."""
    cutoff = cutoff_of(snapshot.cycle)
    if snapshot.closed or snapshot.as_of < max(cutoff, snapshot.cycle.end_of(snapshot.cycle.ends)):
        return
    active = [kr for kr in snapshot.plan.active_key_results if not kr.guard]
    if any(snapshot.standings[kr.id].suspect for kr in active):
        return  # it would be refused, and that is asked already
    card = card_of(snapshot)
    means = "the scores are frozen; what nobody reported counts 0"
    why = None
    if card and blockers(card):
        means += ", and the reason is for what was last said long before the end"
        why = "TEXT"
    close = decide(snapshot.cycle.id, "close", "", "close", reason=why)
    yield Asked(
        "",
        owner_of(snapshot),
        (Answer("close", close, means),),
        deadline=days_after(snapshot.cycle.day_of(cutoff), _DAYS),
    )
