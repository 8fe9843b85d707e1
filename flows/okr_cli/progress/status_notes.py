"""Notes: what is wrong with a key result's data, and what to do about it, in a sentence."""

from __future__ import annotations

from okr_cli.shell.figures import age, value_text
from okr_core.plan.plan import KeyResult
from okr_core.snapshot import Snapshot


def note_of(snapshot: Snapshot, kr: KeyResult) -> tuple[str, str]:
    """Kind and text of a key result's note; two empty texts where all is well."""
    known = snapshot.standings[kr.id]
    if snapshot.closed_at is not None:
        return "", ""
    if known.suspect is not None:
        value = value_text(kr.metric, known.suspect.value)
        why = known.suspect.reason or "the value left its limits"
        return "suspect", f"{value} is not counted: {_sentence(why)} {_accept(why, kr.id)}".strip()
    if kr.id in snapshot.unavailable:
        answer = snapshot.unavailable[kr.id]
        hint = answer.hint or f"Correct it, then `okr sync --only {kr.id}`."
        return "unavailable", f"{_sentence(answer.reason)} {_sentence(hint)}"
    if known.stale:
        return "stale", f"{_last_heard(snapshot, kr)} {_ask_again(snapshot, kr)}"
    return "", ""


def _last_heard(snapshot: Snapshot, kr: KeyResult) -> str:
    at = snapshot.standings[kr.id].observed_at
    return f"last heard of {age(at, snapshot.as_of)} ago." if at else "never heard of."


def _ask_again(snapshot: Snapshot, kr: KeyResult) -> str:
    if kr.bound:
        return f"Run `okr sync --only {kr.id}`."
    return f"Ask {_accountable(snapshot, kr)} for `okr checkin {kr.id} VALUE`."


def _accountable(snapshot: Snapshot, kr: KeyResult) -> str:
    """Who holds the accountable role, by name; the role where nobody does."""
    role = snapshot.plan.role_of(kr)
    if role is None or snapshot.workspace is None:
        return role or "its owner"
    people = snapshot.workspace.people
    day = snapshot.plan.cycle.day_of(snapshot.as_of)
    holders = [holding.person for holding in snapshot.workspace.holders(role, day)]
    names = [people[id_].name if id_ in people else id_ for id_ in holders]
    return " or ".join(names) or role


def _accept(why: str, key_result: str) -> str:
    if "okr accept" in why:
        return ""
    return f"If it is true: `okr accept {key_result}`."


def _sentence(text: str) -> str:
    """The text with a full stop, so that the next sentence can follow."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
