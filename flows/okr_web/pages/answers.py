"""Answers: what a person filled in, read as replies; a field that cannot be read names itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from okr_core.plan.ids import name_of
from okr_core.record.check_ins import NOTHING_NEW
from okr_core.snapshot import Snapshot
from okr_flows.checkin.check_ins import CheckInText
from okr_flows.decide.case import Given
from okr_flows.owed.replies import Reply
from okr_flows.owed.waiting import is_to_report
from okr_web.pages.asks import REASON_CLASSES

_KEEPS_OWN = "yours"
"""What is chosen where one's own value holds beside somebody else's."""
_WITH_VALUE = frozenset({"", "correct", "to"})
"""Answers that something belongs to: a value, or the name of a person."""


@dataclass(frozen=True, slots=True)
class FilledIn:
    """The fields of one ask: what was written into each, by field."""

    name: str
    fields: Mapping[str, str]

    @property
    def empty(self) -> bool:
        """Whether it stays open: nothing was said."""
        own = {field: text.strip() for field, text in self.fields.items() if field != "seen"}
        return not any(own.values())


def filled_in(form: Mapping[str, str]) -> list[FilledIn]:
    """Each ask of a form with its fields, in the order of the form."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for key, value in form.items():
        kind, _, rest = key.partition("|")
        name, _, field = rest.rpartition("|")
        if kind in {"k", "q"} and name:
            found[f"{kind}|{name}"][field] = value
    return [FilledIn(name, fields) for name, fields in found.items()]


def reply_of(filled: FilledIn, person: str, known: Snapshot) -> Reply | None:
    """What a person says to one thing; None: nothing, or it is not theirs to say.

    Args:
        filled: Its fields.
        person: Id of who says it.
        known: How the cycle stands; what they do not see of it they cannot say anything about.
    """
    kind, _, name = filled.name.partition("|")
    chooses = "choose" in filled.fields and filled.fields.get("keep") != _KEEPS_OWN
    if filled.empty or chooses:
        return None  # the other value holds, or nobody said yet which one does
    if kind == "q":
        return _answer(filled, name)
    kr = known.plan.key_results_by_id.get(name)
    day = known.cycle.day_of(known.as_of)
    if kr is None or not is_to_report(person, kr, known.plan, known.workspace, day):
        return None
    fields = filled.fields
    text = CheckInText(
        name,
        value=fields.get("value", ""),
        confidence=fields.get("sure", ""),
        note=fields.get("note", ""),
        seen=fields.get("seen", ""),
    )
    if fields.get("same"):
        text = replace(text, value=NOTHING_NEW, confidence="")
    parts = [
        replace(text, key_result=name_of(name, field.partition(".")[2]), value="done")
        for field, said in fields.items()
        if field.startswith("part.") and said
    ]
    if parts and (text.confidence or text.note):
        # Once, beside the milestones: said of the key result itself.
        parts = [replace(each, confidence="", note="") for each in parts] + [text]
    meant = bool(fields.get("meant"))
    return Reply(filled.name, check_ins=tuple(parts or [text]), meant=meant)


def _answer(filled: FilledIn, question: str) -> Reply | None:
    fields = filled.fields
    word, value = fields.get("answer", ""), fields.get("value", "").strip()
    parts = [field.partition(".")[2] for field, said in fields.items() if _is_part(field, said)]
    words: tuple[str, ...] = (word,) if word else ()
    if parts:
        words = (parts[0], "done")
    elif value and word in _WITH_VALUE:
        words = (*words, *value.split())
    if not words:
        return None
    note = fields.get("note", "").strip()
    chosen = fields.get("class", "")
    reason_class = next((each for each in REASON_CLASSES if each == chosen), None)
    given = Given(words, reason=note, reason_class=reason_class)
    return Reply(filled.name, question=question, given=given, meant=bool(fields.get("meant")))


def _is_part(field: str, said: str) -> bool:
    return field.startswith("part.") and bool(said)
