"""Carrying out: what an answer does, by the kind of its question; each returns who gave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, cast

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import InputError, RefusalError
from okr_core.open.entry import OpenKind
from okr_core.open.kinds import KINDS
from okr_core.open.second import may_answer, questions
from okr_core.open.values import STANDS, by_hand_until
from okr_core.plan.acting import deciding_person
from okr_core.plan.cycle import cutoff_of
from okr_core.plan.ids import name_of
from okr_core.record.check_ins import NOTHING_NEW
from okr_core.record.entries import Approval, Decided, Entry
from okr_core.record.voices import HelpWord
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.checkin.helping import answer_help, lift_blocker
from okr_flows.close.close_cycle import close
from okr_flows.decide.case import Case
from okr_flows.decide.hypothesis import close_hypothesis
from okr_flows.decide.reading import accept_reading, correct_reading
from okr_flows.formulate.handover import HandoverText, plan_handover, record_handover
from okr_flows.formulate.revisions import decide_proposal
from okr_flows.run.cycle import current_workspace


def carry_out(case: Case) -> str:
    """Do what the answer says: by the use case of its kind, else it is recorded with its note.

    Raises:
        InputError: A note, a reason or a value is missing.
        RefusalError: A rule of what it is about says no.
    """
    return _CARRIED_OUT.get(case.entry.kind, _record)(case)


def _record(case: Case) -> str:
    """An answer that is only recorded, with what is said about it."""
    person = deciding_person(case.occasion.actor, current_workspace(case.store))
    if not case.given.said:
        raise InputError(
            f"`{case.entry.id}` ({case.entry.name}) needs a note: {case.entry.asks}",
            hint=f"{case.command()}.",
        )
    body = Decided(asked=case.entry.kind, answer=case.given.word, note=case.given.said)
    entry = Entry(
        at=case.occasion.at,
        body=body,
        cycle=case.cycle,
        key_result=case.entry.item,
        by=person,
        via=case.occasion.actor.via,
    )
    case.store.add_entries(case.cycle, [entry])
    return person


def _suspect(case: Case) -> str:
    given, (word, *value) = case.given, case.given.words
    if word.lower() == "accept":
        return accept_reading(
            case.store,
            case.cycle,
            case.entry.item,
            occasion=case.occasion,
            note=given.said,
            reading=case.entry.about,
        ).by
    return correct_reading(
        case.store,
        case.cycle,
        case.entry.item,
        occasion=case.occasion,
        reason=given.reason or given.note,
        reading=case.entry.about,
        value=" ".join(value) or None,
    ).by


def _check_in(case: Case) -> str:
    given = case.given
    milestones = any(each.word.endswith(" done") for each in case.entry.answers)
    nothing_new = " ".join(given.words).lower() == NOTHING_NEW
    in_parts = milestones and given.words and not nothing_new
    part, value = (given.words[0], given.words[1:]) if in_parts else ("", given.words)
    if not value or (nothing_new and case.entry.kind not in STANDS):
        raise InputError(
            f"`{case.entry.id}` ({case.entry.name}) needs a value.", hint=f"{case.commands()}."
        )
    bound = case.snapshot.plan.key_results_by_id[case.entry.item].bound
    if bound and not given.reason:
        raise InputError(
            f"`{case.entry.id}` ({case.entry.name}) needs a reason: a value by hand hides what "
            "its source says.",
            hint=f"{case.commands()}.",
        )
    said = CheckInText(
        name_of(case.entry.item, part), value=" ".join(value), note=given.note, reason=given.reason
    )
    if case.entry.kind in {"silent", "last_said"}:
        said = _of_its_end(case, said)
    elif case.entry.kind == "unread":
        kr = case.snapshot.plan.key_results_by_id[case.entry.item]
        said = replace(said, until=str(by_hand_until(case.snapshot, kr)))
    return check_in(case.store, case.cycle, said, case.occasion).check_ins[0].entry.by


def _of_its_end(case: Case, said: CheckInText) -> CheckInText:
    """The same words about its last day, which is what was asked for."""
    plan = case.snapshot.plan
    _refuse_after_cutoff(case)
    kr = plan.key_results_by_id[case.entry.item]
    due = str(plan.due_of(kr))
    return replace(said, at=due, until=due if kr.bound else "")


def _refuse_after_cutoff(case: Case) -> None:
    """What asks for a number that counts takes none that would not."""
    cycle = case.snapshot.cycle
    cutoff = cutoff_of(cycle)
    if case.occasion.now > cutoff:
        raise RefusalError(
            f"`{case.entry.id}` ({case.entry.name}) takes no more numbers: the cut-off of cycle "
            f"`{cycle.id}` was {minute_text(cutoff, cycle.zone)}.",
            hint=f"{okr('decide', cycle=cycle.id).code} lists what still waits.",
        )


def _revision(case: Case) -> str:
    given = case.given
    outcome: Literal["accepted", "rejected"] = "accepted" if given.word == "accept" else "rejected"
    if outcome == "rejected" and not given.said:
        raise InputError(
            f"to reject `{case.entry.item}` needs a reason.", hint=f"{case.command()}."
        )
    decided = decide_proposal(
        case.store,
        case.entry.item,
        outcome,
        actor=case.occasion.actor,
        now=case.occasion.at,
        reason=given.said,
        reason_class=given.reason_class,
    )
    return decided.decided_by


def _hypothesis(case: Case) -> str:
    given = case.given
    outcome: Literal["supported", "refuted"] = (
        "supported" if given.word == "supported" else "refuted"
    )
    done = close_hypothesis(
        case.store,
        case.cycle,
        case.entry.item,
        outcome,
        occasion=case.occasion,
        evidence=given.reason,
        note=given.note,
    )
    return done.entry.by


def _second_person(case: Case) -> str:
    """Whoever proposed it, or is accountable for what it is about, is no second person."""
    person = deciding_person(case.occasion.actor, case.snapshot.workspace)
    about = case.entry.about
    asked = next(each for each in questions(case.snapshot) if each.about == about)
    day = case.snapshot.cycle.day_of(case.occasion.at)
    if not may_answer(case.snapshot, asked, person, day):
        why = "proposed it" if person == asked.by else "is accountable for what it is about"
        raise RefusalError(
            f"`{case.entry.id}` ({case.entry.name}) waits for a second person; {person} {why}.",
            hint="Somebody else answers it, named by `--by` or OKR_PERSON.",
        )
    approves = case.given.word == "approve"
    if not approves and not case.given.said:
        raise InputError(
            f"`{case.entry.id}` ({case.entry.name}) needs a note: what is wrong with it?",
            hint=f"{case.command()}.",
        )
    body = Approval(
        about=about, outcome="approved" if approves else "rejected", note=case.given.said
    )
    entry = Entry(
        at=case.occasion.at,
        body=body,
        cycle=case.cycle,
        key_result="" if ":" in case.entry.item else case.entry.item,
        by=person,
        via=case.occasion.actor.via,
        key=about,
    )
    if not case.store.add_entries(case.cycle, [entry]):
        raise RefusalError(
            f"`{case.entry.id}` was answered by somebody else meanwhile.",
            hint=f"{okr('decide', cycle=case.cycle).code} lists what still waits.",
        )
    return person


def _help(case: Case) -> str:
    word = cast("HelpWord", case.given.word)  # `refuse_other_words` lets no other in
    return answer_help(
        case.store,
        case.cycle,
        case.entry.item,
        case.entry.about,
        word,
        note=case.given.said,
        occasion=case.occasion,
    )


def _blocker(case: Case) -> str:
    return lift_blocker(
        case.store,
        case.cycle,
        case.entry.item,
        case.entry.about,
        note=case.given.said,
        occasion=case.occasion,
    )


def _close(case: Case) -> str:
    """The reason is for all that was last said long before its end."""
    done = close(case.store, case.cycle, {}, occasion=case.occasion, reason=case.given.said)
    return done.act.by


def _vacancy(case: Case) -> str:
    """Somebody is proposed for what stands empty; it is theirs once that is accepted."""
    if len(case.given.words) == 1:
        raise InputError("nobody is named.", hint=f"{case.command()}.")
    person = " ".join(case.given.words[1:])
    text = HandoverText(case.entry.about, person, reason=case.given.said)
    actor, now = case.occasion.actor, case.occasion.now
    record_handover(case.store, plan_handover(case.store, text, actor=actor, now=now))
    return deciding_person(actor, current_workspace(case.store))


_CARRIED_OUT: Mapping[OpenKind, Callable[[Case], str]] = {
    "suspect": _suspect,
    "check_in": _check_in,
    "silent": _check_in,
    "last_said": _check_in,
    "unread": _check_in,
    "unreported": _check_in,
    "second_person": _second_person,
    "revision": _revision,
    "hypothesis": _hypothesis,
    "help": _help,
    "blocker": _blocker,
    "close": _close,
    "vacancy": _vacancy,
}
"""Kinds whose answers have a use case of their own; the others are recorded."""
CARRIED_OUT = frozenset(_CARRIED_OUT) | {kind for kind, row in KINDS.items() if row.recorded}
"""Kinds that can be answered here."""
