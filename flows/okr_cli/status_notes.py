"""Notes: what is wrong with a key result's data, and what to do about it, in a sentence."""

from __future__ import annotations

from okr_cli.figures import age, value_text
from okr_core.plan import KeyResult
from okr_flows.picture import Picture


def note_of(picture: Picture, kr: KeyResult) -> tuple[str, str]:
    """Kind and text of a key result's note; two empty texts where all is well."""
    known = picture.standings[kr.id]
    if picture.closed_at is not None:
        return "", ""
    if known.suspect is not None:
        value = value_text(kr.metric, known.suspect.value)
        why = known.suspect.reason or "the value left its limits"
        return "suspect", f"{value} is not counted: {_sentence(why)} {_accept(why, kr.id)}".strip()
    if kr.id in picture.unavailable:
        answer = picture.unavailable[kr.id]
        hint = answer.hint or f"Correct it, then `okr sync --only {kr.id}`."
        return "unavailable", f"{_sentence(answer.reason)} {_sentence(hint)}"
    if known.stale:
        return "stale", f"{_last_heard(picture, kr)} {_ask_again(picture, kr)}"
    return "", ""


def _last_heard(picture: Picture, kr: KeyResult) -> str:
    at = picture.standings[kr.id].observed_at
    return f"last heard of {age(at, picture.as_of)} ago." if at else "never heard of."


def _ask_again(picture: Picture, kr: KeyResult) -> str:
    if kr.bound:
        return f"Run `okr sync --only {kr.id}`."
    return f"Ask {_accountable(picture, kr)} for `okr checkin {kr.id} VALUE`."


def _accountable(picture: Picture, kr: KeyResult) -> str:
    """Who holds the accountable role, by name; the role where nobody does."""
    role = picture.plan.role_of(kr)
    if role is None or picture.workspace is None:
        return role or "its owner"
    people = picture.workspace.people
    day = picture.plan.cycle.day_of(picture.as_of)
    holders = [holding.person for holding in picture.workspace.holders(role, day)]
    names = [people[id_].name if id_ in people else id_ for id_ in holders]
    return " or ".join(names) or role


def _accept(why: str, key_result: str) -> str:
    if "okr accept" in why:
        return ""
    return f"If it is true: `okr accept {key_result}`."


def _sentence(text: str) -> str:
    """The text with a full stop, so that the next sentence can follow."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
