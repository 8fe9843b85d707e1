"""What waits for a person about the cycle as a whole: proposals, and that it is to be closed."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.basics.days import days_after
from okr_core.open.entry import Addressee, Answer, Asked, card_of, decide, owner_of
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
        )


def _decider(snapshot: Snapshot, proposal: Proposal) -> Addressee:
    """The cycle's owner; where they proposed what waits for a second person, anybody else."""
    owner = owner_of(snapshot)
    alone = snapshot.second_person_required and proposal.by in owner.people
    return Addressee() if alone else owner


def _answers(snapshot: Snapshot, proposal: Proposal) -> Iterator[Answer]:
    cycle, name = snapshot.cycle.id, proposal.reference
    if not proposal.stale and not (snapshot.closed and proposal.of_plan):
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
