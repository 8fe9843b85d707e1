"""Closing: what may be overridden, and what keeps a cycle from being closed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.record.entries import Override
from okr_core.score.scores import Score, Scorecard


class Blocker(NamedTuple):
    """A key result that keeps its cycle open.

    Attributes:
        key_result: Its id.
        why: A newer reading waits for a person, or its last value is too old to speak for its end.
        text: What is the matter, and what to do.
        reading: Id of the suspect reading; empty where none is.
    """

    key_result: str
    why: Literal["suspect", "last_said"]
    text: str
    reading: str = ""


def parse_score(text: str) -> Decimal:
    """A score as a person writes it, from 0 to 1.

    Raises:
        InputError: It is no number, or lies outside.

    >>> parse_score("0.7")
    Decimal('0.7')
    """
    try:
        score = Decimal(text.strip())
    except InvalidOperation:
        score = Decimal("NaN")
    if not score.is_finite() or not 0 <= score <= 1:
        raise InputError(f"`{text.strip()[:40]}` is no score.", hint="Write 0 to 1, such as 0.7.")
    return score


def checked_override(
    card: Scorecard,
    key_result: str,
    score: Decimal | None,
    *,
    by: str,
    reason: str,
    closed: bool = False,
    proposed: bool = False,
) -> Override:
    """An override that may be recorded beside the computed score.

    Args:
        card: The scorecard as it is now.
        key_result: What it is about.
        score: In [0, 1]; None withdraws an earlier override.
        by: The person who says so.
        reason: Why the computed score does not say what happened.
        closed: Whether the cycle is closed.
        proposed: Whether it waits for a second person.

    Raises:
        RefusalError: Unknown, retired early, closed, unnamed or without a reason.
        InputError: The score lies outside 0 to 1.
    """
    if closed:
        said = f"{key_result}={'SCORE' if score is None else score}"
        restate = okr("restate", said, reason="TEXT", cycle=card.cycle)
        raise RefusalError(
            f"cycle `{card.cycle}` is closed.",
            hint=f"Correct it by a restatement: {restate.code}.",
        )
    judged_by_person(card, key_result, score, what="an override", by=by, reason=reason)
    return Override(score=score, reason=reason.strip(), proposed=proposed)


def judged_by_person(
    card: Scorecard, key_result: str, score: Decimal | None, *, what: str, by: str, reason: str
) -> Score:
    """The key result whose score a person sets, if it has one.

    Args:
        card: The scorecard as it is now.
        key_result: What it is about.
        score: In [0, 1]; None sets none.
        what: What it is called in a refusal, such as `an override`.
        by: The person who says so.
        reason: Why.

    Raises:
        RefusalError: The key result is unknown or was retired early, or person or reason is
            missing.
        InputError: The score lies outside 0 to 1.
    """
    found = card.scores.get(key_result)
    if found is None or found.kind != "key_result":
        raise RefusalError(
            f"`{key_result}` is no key result of cycle `{card.cycle}`.",
            hint=f"{okr('status --ids', cycle=card.cycle).code} lists them.",
        )
    if found.guard:
        raise RefusalError(
            f"`{key_result}` is a guard: it has no score.",
            hint="What it says is shown beside its objective.",
        )
    if found.retired is not None and found.retired.early:
        raise RefusalError(
            f"key result `{key_result}` was {found.retired}; it is not scored.",
            hint="What is retired before the middle of its own days has no score.",
        )
    if not by or not reason.strip():
        raise RefusalError(
            f"{what} of `{key_result}` needs a person and a reason.", hint="Give both."
        )
    if score is not None and not (score.is_finite() and 0 <= score <= 1):
        raise InputError(f"`{score}` is no score.", hint="Write 0 to 1, such as 0.7.")
    return found


def blockers(card: Scorecard, reason: str = "") -> tuple[Blocker, ...]:
    """What keeps the cycle open: suspect readings, and last values too old to speak for the end.

    What nobody reported does not: it counts 0 and is named.

    Args:
        card: The scorecard at the time of closing, with what is left out.
        reason: What is said about the closing: one reason for every value that was last said long
            before the end.
    """
    return tuple(
        blocker
        for score in card.key_results
        for blocker in _blockers_of(score, card)
        if blocker.why != "last_said" or not reason.strip()
    )


def refuse_open(card: Scorecard, reason: str = "") -> None:
    """Refuses to close a cycle that something keeps open.

    Raises:
        RefusalError: It names each key result and what to do about it.
    """
    found = blockers(card, reason)
    if not found:
        return
    lines = "\n".join(each.text for each in found)
    leave = okr("close", leave_out=f"{found[0].key_result}=TEXT", cycle=card.cycle)
    advice = f"Or leave one out of all figures: {leave.code}."
    if any(each.why == "last_said" for each in found):
        close = okr("close", reason="TEXT", cycle=card.cycle)
        advice += f" Or close with one reason for what was last said: {close.code}."
    raise RefusalError(f"cycle `{card.cycle}` cannot be closed:\n{lines}\n{advice}")


def _blockers_of(score: Score, card: Scorecard) -> Iterator[Blocker]:
    early = score.retired is not None and score.retired.early
    if score.excluded is not None or score.guard or early:
        return
    name = score.id
    if score.suspect is not None:
        accept = okr("accept", name, cycle=card.cycle)
        correct = okr("correct", name, value="VALUE", reason="TEXT", cycle=card.cycle)
        fix = f"Say whether it is true: {accept.code} or {correct.code}."
        yield Blocker(name, "suspect", f"`{name}` is suspect. {fix}", score.suspect.id)
    elif score.last_said is not None:
        text = f"`{name}` was last said on {score.last_said}, long before its end."
        if card.cutoff is None or card.as_of < card.cutoff:  # later words do not score
            newer = okr("checkin", name, "VALUE", as_of=str(score.due), cycle=card.cycle)
            text += f" Say what it was at its end: {newer.code}."
        yield Blocker(name, "last_said", text)
