"""Answers: what waits for a person is listed, and answered by one use case, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import InputError, RefusalError
from okr_core.open.entries import open_entries
from okr_core.open.entry import OpenEntry, OpenKind, by_name, id_of
from okr_core.open.kinds import KINDS
from okr_core.open.second import may_answer, questions
from okr_core.open.values import STANDS, by_hand_until
from okr_core.plan.acting import CHOSEN, Occasion, deciding_person
from okr_core.plan.cycle import cutoff_of
from okr_core.plan.ids import name_of
from okr_core.plan.revision import ReasonClass
from okr_core.record.check_ins import NOTHING_NEW
from okr_core.record.entries import Approval, Decided, Entry, HypothesisClosed
from okr_core.record.voices import BlockerLifted, HelpAnswer, HelpWord
from okr_core.snapshot import Snapshot
from okr_core.words.figures import day_text
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.checkin.helping import answer_help, lift_blocker
from okr_flows.close.close_cycle import close
from okr_flows.decide.hypothesis import close_hypothesis
from okr_flows.decide.reading import accept_reading, correct_reading
from okr_flows.formulate.handover import HandoverText, plan_handover, record_handover
from okr_flows.formulate.revisions import decide_proposal
from okr_flows.run.cycle import current_workspace
from okr_store.snapshot import read_snapshot

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as a person gives it; what is empty was not said.

    Attributes:
        words: The answer, such as `accept`, or `correct` and a value.
        reason: Why; of a hypothesis what shows it.
        note: What is to be said besides.
        reason_class: Why what was agreed changes, where a proposal changes it.
    """

    words: tuple[str, ...]
    reason: str = ""
    note: str = ""
    reason_class: ReasonClass | None = None

    @property
    def word(self) -> str:
        """The answer without what belongs to it."""
        return self.words[0].lower() if self.words else ""

    @property
    def said(self) -> str:
        """Note or reason, whichever was given."""
        return self.note.strip() or self.reason.strip()


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that waits no more, and who answered it how."""

    entry: OpenEntry
    answer: str
    by: str


def chosen(snapshot: Snapshot, name: str | None) -> tuple[OpenEntry, ...]:
    """What waits under an id such as `Q17` or a full name such as `risk:activation`; None: all.

    Raises:
        InputError: Nothing is called so, or several are.
        RefusalError: It was answered already.
    """
    return open_entries(snapshot) if name is None else (_named(snapshot, name),)


def answer(store: Store, cycle: str, name: str, given: Given, *, occasion: Occasion) -> Answered:
    """Answer what waits for a person; then it leaves the list.

    Args:
        store: The open store.
        cycle: Id of the cycle; a closed one takes what changes no score.
        name: Id or full name of the question.
        given: The answer.
        occasion: When it is given, by whom, and whether what is hard to believe is meant.

    Raises:
        InputError: Nothing is called so, it does not take that answer, a note or a reason is
            missing, or nobody in particular answers.
        RefusalError: It was answered already, or a rule of what it is about says no.
        UnbelievedError: A value is hard to believe, and not said to be meant.
    """
    snapshot = read_snapshot(store, cycle, occasion.at, newest=True)
    case = _Case(store, cycle, snapshot, _named(snapshot, name), given, occasion)
    case.refuse_chosen_name()
    case.refuse_other_words()
    by = _CARRIED_OUT.get(case.entry.kind, _record)(case)
    return Answered(case.entry, " ".join(given.words), by)


@dataclass(frozen=True, slots=True)
class _Case:
    """A question and the answer to it."""

    store: Store
    cycle: str
    snapshot: Snapshot
    entry: OpenEntry
    given: Given
    occasion: Occasion

    def refuse_other_words(self) -> None:
        """Refuse what is none of the answers that it takes."""
        known = [each.word for each in self.entry.answers]
        words = [word.partition(" ")[0] for word in known]
        blanks = {"VALUE", "ZONE"} & set(words)
        if blanks or self.given.word in words:
            return
        if not any(words):
            raise InputError(
                f"`{self.entry.id}` ({self.entry.name}) takes no answer: {self.entry.asks}",
                hint=f"Run {self.entry.answers[0].command.code}.",
            )
        said = f"`{' '.join(self.given.words)}` is no answer to" if self.given.words else "answer"
        why = f" {self.entry.fix}" if self.entry.kind == "revision" and self.entry.fix else ""
        raise InputError(
            f"{said} `{self.entry.id}` ({self.entry.name}).{why}", hint=f"{self.commands()}."
        )

    def refuse_chosen_name(self) -> None:
        """Refuse an approval by somebody of whom nothing but a name is known."""
        if KINDS[self.entry.kind].approves and self.occasion.actor.via in CHOSEN:
            raise RefusalError(
                f"`{self.entry.id}` ({self.entry.name}) is an approval, which no form takes: "
                "anybody may choose any name there.",
                hint=f"{self.commands()}.",
            )

    def commands(self) -> str:
        """The commands that answer it, as a hint."""
        return " or ".join(each.command.code for each in self.entry.answers)

    def command(self) -> str:
        """The command that gives the answer that was begun."""
        word = self.given.word
        found = (each for each in self.entry.answers if each.word.partition(" ")[0] == word)
        return next(found, self.entry.answers[0]).command.code


def _named(snapshot: Snapshot, name: str) -> OpenEntry:
    found = by_name(open_entries(snapshot), name)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"`{each.name}`" for each in found)
        raise InputError(
            f"`{name}` is what several wait under: {names}.", hint="Write the full name."
        )
    _refuse_answered(snapshot, name)
    everything = okr("decide", cycle=snapshot.cycle.id)
    raise InputError(
        f"nothing of cycle `{snapshot.cycle.id}` waits under `{name}`.",
        hint=f"{everything.code} lists what does.",
    )


def _refuse_answered(snapshot: Snapshot, name: str) -> None:
    """Whoever comes second is told who was first."""
    for id_, entry, word in _answers_on_record(snapshot):
        if id_.casefold() == name.strip().casefold():
            day = day_text(snapshot.cycle.day_of(entry.at))
            raise RefusalError(
                f"`{id_}` was answered on {day} by {entry.by or 'nobody named'}: {word}.",
                hint=f"{okr('decide', cycle=snapshot.cycle.id).code} lists what still waits.",
            )


def _answers_on_record(snapshot: Snapshot) -> Iterator[tuple[str, Entry, str]]:
    """Id of each question that was answered, the entry that says so, and the answer; last first."""
    cycle = snapshot.cycle.id
    kinds = ("decided", "hypothesis_closed", "approval", "help_answer", "blocker_lifted")
    entries = [entry for kind in kinds for entry in snapshot.of_kind(kind)]
    for entry in sorted(entries, key=lambda each: each.at, reverse=True):
        if isinstance(entry.body, Decided):
            yield id_of(cycle, entry.body.asked, entry.key_result), entry, entry.body.answer
        elif isinstance(entry.body, HypothesisClosed):
            yield id_of(cycle, "hypothesis", entry.key_result), entry, entry.body.outcome
        elif isinstance(entry.body, Approval):
            yield id_of(cycle, "second_person", entry.body.about), entry, entry.body.outcome
        elif isinstance(entry.body, HelpAnswer):
            yield id_of(cycle, "help", entry.body.about), entry, entry.body.answer
        elif isinstance(entry.body, BlockerLifted):
            yield id_of(cycle, "blocker", entry.body.about), entry, "lifted"


# How answers are carried out; each returns who gave it


def _record(case: _Case) -> str:
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


def _suspect(case: _Case) -> str:
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


def _check_in(case: _Case) -> str:
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


def _of_its_end(case: _Case, said: CheckInText) -> CheckInText:
    """The same words about its last day, which is what was asked for."""
    plan = case.snapshot.plan
    _refuse_after_cutoff(case)
    kr = plan.key_results_by_id[case.entry.item]
    due = str(plan.due_of(kr))
    return replace(said, at=due, until=due if kr.bound else "")


def _refuse_after_cutoff(case: _Case) -> None:
    """What asks for a number that counts takes none that would not."""
    cycle = case.snapshot.cycle
    cutoff = cutoff_of(cycle)
    if case.occasion.now > cutoff:
        raise RefusalError(
            f"`{case.entry.id}` ({case.entry.name}) takes no more numbers: the cut-off of cycle "
            f"`{cycle.id}` was {minute_text(cutoff, cycle.zone)}.",
            hint=f"{okr('decide', cycle=cycle.id).code} lists what still waits.",
        )


def _revision(case: _Case) -> str:
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


def _hypothesis(case: _Case) -> str:
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


def _second_person(case: _Case) -> str:
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


def _help(case: _Case) -> str:
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


def _blocker(case: _Case) -> str:
    return lift_blocker(
        case.store,
        case.cycle,
        case.entry.item,
        case.entry.about,
        note=case.given.said,
        occasion=case.occasion,
    )


def _close(case: _Case) -> str:
    """The reason is for all that was last said long before its end."""
    done = close(case.store, case.cycle, {}, occasion=case.occasion, reason=case.given.said)
    return done.act.by


def _vacancy(case: _Case) -> str:
    """Somebody is proposed for what stands empty; it is theirs once that is accepted."""
    if len(case.given.words) == 1:
        raise InputError("nobody is named.", hint=f"{case.command()}.")
    person = " ".join(case.given.words[1:])
    text = HandoverText(case.entry.about, person, reason=case.given.said)
    actor, now = case.occasion.actor, case.occasion.now
    record_handover(case.store, plan_handover(case.store, text, actor=actor, now=now))
    return deciding_person(actor, current_workspace(case.store))


_CARRIED_OUT: Mapping[OpenKind, Callable[[_Case], str]] = {
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
