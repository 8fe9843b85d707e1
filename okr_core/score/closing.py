"""Closing: what may be overridden, and what keeps a cycle from being closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.record.entries import Entry, Override, Resolution
from okr_core.score.scores import Score, Scorecard


class Blocker(NamedTuple):
    """A key result that keeps its cycle open.

    Attributes:
        key_result: Its id.
        why: Nothing was read, or a newer reading waits for a person.
        reading: Id of the suspect reading, empty where pending.
        fix: What to do; empty where nothing but to say why.
    """

    key_result: str
    why: Literal["pending", "suspect"]
    reading: str
    fix: str


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
) -> Override:
    """An override that may be recorded beside the computed score.

    Args:
        card: The scorecard as it is now.
        key_result: What it is about.
        score: In [0, 1]; None withdraws an earlier override.
        by: The person who says so.
        reason: Why the computed score does not say what happened.
        closed: Whether the cycle is closed.

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
    return Override(score=score, reason=reason.strip())


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
    if found.retired is not None and found.retired.early:
        raise RefusalError(
            f"key result `{key_result}` was {found.retired}; it is not scored.",
            hint="What is retired before half-time has no score.",
        )
    if not by or not reason.strip():
        raise RefusalError(
            f"{what} of `{key_result}` needs a person and a reason.", hint="Give both."
        )
    if score is not None and not (score.is_finite() and 0 <= score <= 1):
        raise InputError(f"`{score}` is no score.", hint="Write 0 to 1, such as 0.7.")
    return found


def blockers(card: Scorecard, entries: Mapping[str, Sequence[Entry]]) -> tuple[Blocker, ...]:
    """What keeps the cycle open: key results pending or suspect, and not resolved with a reason.

    Key results retired early, or overridden while pending, do not. A resolution of a suspect
    reading names that reading: a newer one needs its own.

    Args:
        card: The scorecard at the time of closing.
        entries: Key result → its entries; resolutions count.
    """
    return tuple(
        blocker
        for score in card.key_results
        for blocker in _blockers_of(score, card.cycle)
        if not _resolved(blocker, card, entries.get(score.id, ()))
    )


def refuse_open(card: Scorecard, entries: Mapping[str, Sequence[Entry]]) -> None:
    """Refuses to close a cycle that something keeps open.

    Raises:
        RefusalError: It names each key result and what to do about it.
    """
    found = blockers(card, entries)
    if found:
        lines = "\n".join(f"`{b.key_result}` is {b.why}. {b.fix}".rstrip() for b in found)
        why = ("close --resolve", *(f"{b.key_result}=TEXT" for b in found))
        raise RefusalError(
            f"cycle `{card.cycle}` cannot be closed:\n{lines}\n"
            f"Or say why it may stay so: {okr(*why, cycle=card.cycle).code}.",
        )


def _blockers_of(score: Score, cycle: str) -> Iterator[Blocker]:
    if score.retired is not None and score.retired.early:
        return
    if score.suspect is not None:
        name = score.suspect.id
        accept = okr("accept", score.id, cycle=cycle)
        correct = okr("correct", score.id, value="VALUE", reason="TEXT", cycle=cycle)
        fix = f"Say whether it is true: {accept.code} or {correct.code}."
        yield Blocker(score.id, "suspect", name, fix)
    elif score.figures.effective is None:
        # A cycle that can be closed takes no more values.
        yield Blocker(score.id, "pending", "", "")


def _resolved(blocker: Blocker, card: Scorecard, entries: Sequence[Entry]) -> bool:
    return any(
        isinstance(entry.body, Resolution)
        and entry.at <= card.as_of
        and entry.body.reading == blocker.reading
        for entry in entries
    )
