"""Asks: what waits for a person as a part of a form: what is known, and the fields to answer in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import get_args

from okr_core.open.entry import OpenEntry, OpenKind
from okr_core.open.kinds import KINDS
from okr_core.plan.metrics import GRADE_ZONES, Binary, Decrease, Grade, Increase, Milestones
from okr_core.plan.plan import KeyResult
from okr_core.plan.revision import ReasonClass
from okr_core.progress.status import Standing
from okr_core.words.figures import number, short_number, target_of, with_unit
from okr_flows.checkin.meanwhile import last_said
from okr_flows.owed.waiting import BY_HAND, CHECK_INS
from okr_web.pages.items import Facts

MOST = 10
"""Asks on one page; the next ones come after these."""
REASON_CLASSES: tuple[ReasonClass, ...] = get_args(ReasonClass)
_SIGN = 3
"""Letters of a unit up to which it is a sign, such as `%` or `ms`."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a key result, beside the fields for what is new.

    Attributes:
        last: The value that counts; empty: nothing was said.
        last_by: By whom and when.
        expected: What it should be by now; empty: there is no pace.
        target: What it is to be.
        due: By when.
    """

    last: str
    last_by: str
    expected: str
    target: str
    due: str
    look: str
    status: str
    progress: Fraction | None
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class Fields:
    """What can be filled in.

    Attributes:
        value: How a value is given: `number`, `zone`, `done`, `parts`; `person`, by name; empty: it
            is not.
        label: What the number counts; `unit` its sign, where it has one.
        parts: Milestones that are not done, by id and title.
        sure: Whether a confidence is asked for, `last_sure` the last one.
        same: What "nothing new" would say; empty: there is nothing to say again.
        choices: Answers, by word and label.
        note: Key of the label of the text field; empty: there is none.
        needed: Whether something must be written into it.
        classes: Whether the class of a reason is asked for.
    """

    value: str = ""
    label: str = ""
    unit: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    zones: tuple[tuple[str, str], ...] = ()
    sure: bool = False
    last_sure: int | None = None
    aim: str = ""
    same: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    note: str = ""
    needed: bool = False
    classes: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """What somebody else said meanwhile, and what the reader wanted to say.

    Attributes:
        said: That they said it, a sentence.
    """

    theirs: str
    theirs_by: str
    theirs_note: str
    yours: str
    yours_by: str
    yours_note: str
    said: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that waits, or that a person may say of their own accord.

    Attributes:
        name: Prefix of its fields: `q|ID` for a question, `k|KEY RESULT` for a check-in.
        kind: Its kind in words; `late` how late it is, `due` by when.
        seen: Id of the last check-in that the reader sees.
        given: What was written into the fields already, by field.
        errors: Field → what is wrong with it.
        doubt: A value is hard to believe: whether it is meant is asked.
    """

    name: str
    kind: str
    late: str
    due: str
    title: str
    href: str
    known: Known | None = None
    say: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    fields: Fields = field(default_factory=Fields)
    seen: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    other: Other | None = None
    doubt: str = ""

    def with_given(self, given: Mapping[str, str], errors: Mapping[str, str]) -> Ask:
        """The same with what was written and what is wrong with it."""
        return replace(self, given=given, errors=errors)


class Asks:
    """Makes asks of what waits for one reader.

    Args:
        facts: What the reader may see.
        reader: Id of the person.
    """

    def __init__(self, facts: Facts, reader: str) -> None:
        self._facts, self._reader, self._voice = facts, reader, facts.voice
        self._today = facts.cycle.day_of(facts.snapshot.as_of)

    def of(self, entry: OpenEntry) -> Ask:
        """The ask of what waits."""
        kr = self._facts.plan.key_results_by_id.get(entry.item)
        late, due = self._when(entry)
        checks_in = entry.kind in CHECK_INS and kr is not None
        return Ask(
            name=f"k|{entry.item}" if checks_in else f"q|{entry.id}",
            kind=self._voice(f"kind_{entry.kind}"),
            late=late,
            due=due,
            title=entry.title,
            href=f"/goal/{entry.item}" if self._is_goal(entry.item) else "",
            known=self.known(kr) if kr is not None and entry.kind != "suspect" else None,
            say=() if checks_in else (self._question(entry),),
            pairs=tuple(self._pairs(entry)),
            fields=self.check_in_fields(kr) if checks_in and kr else self._fields(entry, kr),
            seen=self._seen(entry.item),
        )

    def check_in(self, kr: KeyResult) -> Ask:
        """A check-in that a person gives of their own accord."""
        return Ask(
            name=f"k|{kr.id}",
            kind=self._voice("kind_check_in"),
            late="",
            due="",
            title=kr.title,
            href=f"/goal/{kr.id}",
            fields=self.check_in_fields(kr),
            seen=self._seen(kr.id),
        )

    def _question(self, entry: OpenEntry) -> str:
        """The question; of help that is offered or taken another one than of help asked for."""
        word = entry.answers[0].word.partition(" ")[0] if entry.answers else ""
        return self._voice.first(f"asks_{entry.kind}_{word}", f"asks_{entry.kind}")

    def _is_goal(self, item: str) -> bool:
        plan = self._facts.plan
        return item in plan.key_results_by_id or item in plan.objectives_by_id

    def _seen(self, item: str) -> str:
        entries = self._facts.snapshot.entries.get(item, ())
        return last_said(entry for entry in entries if entry.body.kind == "check_in")

    def _when(self, entry: OpenEntry) -> tuple[str, str]:
        if entry.deadline is None:
            return "", ""
        days = (self._today - entry.deadline).days
        due = self._voice("due_day", day=self._voice.weekday(entry.deadline))
        return (self._voice("days_late", count=days) if days > 0 else ""), due

    def known(self, kr: KeyResult) -> Known:
        """What is known of a key result."""
        voice, standing = self._facts.voice, self._facts.standing(kr.id)
        return Known(
            last=voice.bare(kr.metric, standing.current) if standing.current is not None else "",
            last_by=self._said_by(standing),
            expected=self._expected(kr, standing),
            target=_target(kr) or voice.asked(kr.metric),
            due=voice("by_day", day=voice.day(self._facts.plan.due_of(kr))),
            look=self._facts.look(kr),
            status=self._facts.status(kr),
            progress=standing.progress.clamped,
            share=standing.expected,
        )

    def _said_by(self, standing: Standing) -> str:
        reading, voice = standing.reading, self._voice
        if reading is None:
            return voice("never_said")
        who = voice("you") if reading.by == self._reader else self._facts.person(reading.by)
        day = voice.day(reading.at)
        return voice("who_day", who=who, day=day) if who else day

    def _expected(self, kr: KeyResult, standing: Standing) -> str:
        if standing.expected is None:
            return ""
        metric, share = kr.metric, standing.expected
        if isinstance(metric, Increase | Decrease):
            way = (metric.target - metric.baseline) * share.numerator
            value = metric.baseline + way / share.denominator
            whole = len(str(int(abs(metric.target - metric.baseline))))
            return number(round(value, max(0, 3 - whole)))
        return self._voice.percent(share)

    def check_in_fields(self, kr: KeyResult) -> Fields:
        """The fields of a check-in; of what a source reads confidence and note alone."""
        standing, voice = self._facts.standing(kr.id), self._voice
        sure = standing.confidence
        aim = _target(kr) or voice.asked(kr.metric)
        found = Fields(
            sure=True,
            last_sure=sure,
            aim=voice("aim", aim=aim, day=voice.day(self._facts.plan.due_of(kr))),
            note="note_changed",
        )
        if kr.bound:
            return found
        found = self._with_value(found, kr)
        return replace(found, same=self._same(kr, standing, found))

    def _same(self, kr: KeyResult, standing: Standing, fields: Fields) -> str:
        value = standing.current if fields.value in {"number", "zone"} else None
        if value is None and standing.confidence is None:
            # What is done or not stands as not done before anybody says so.
            undone = fields.value in {"parts", "done"}
            return self._voice.sentence(self._voice("nothing_new_short")) if undone else ""
        told = [] if value is None else [self._voice.bare(kr.metric, value)]
        if standing.confidence is not None:
            told.append(self._voice("confidence_short", sure=standing.confidence))
        return self._voice("nothing_new", still=self._voice.locale("list_comma").join(told))

    def _with_value(self, fields: Fields, kr: KeyResult) -> Fields:
        metric = kr.metric
        if isinstance(metric, Milestones):
            readings = self._facts.snapshot.readings.get(kr.id, ())
            done = {each.part for each in readings if each.state == "observed" and each.value}
            left = tuple((p.id, p.title or p.id) for p in metric.parts if p.id not in done)
            return replace(fields, value="parts", parts=left)
        if isinstance(metric, Binary):
            return replace(fields, value="done")
        if isinstance(metric, Grade) and metric.worded:
            zones = tuple((zone, self._voice(f"zone_{zone}")) for zone in GRADE_ZONES)
            return replace(fields, value="zone", zones=zones)
        unit = self._voice.sentence(metric.unit) if len(metric.unit) > _SIGN else ""
        label = unit or self._voice("new_value")
        return replace(fields, value="number", label=label, unit="" if unit else metric.unit)

    def _fields(self, entry: OpenEntry, kr: KeyResult | None) -> Fields:
        """The fields of an answer that is no check-in."""
        kind: OpenKind = entry.kind
        if kind in BY_HAND and kr is not None:
            plain = self._with_value(Fields(), kr)
            return replace(plain, note="note_why", needed=True) if kr.bound else plain
        words = [each.word.partition(" ")[0] for each in entry.answers]
        choices = tuple((word, self._voice(f"answer_{word}")) for word in words if word)
        if not choices:
            return Fields()
        found = Fields(choices=choices, note=f"note_{kind}", needed=KINDS[kind].recorded)
        if kind == "suspect" and kr is not None:
            return replace(self._with_value(found, kr), sure=False)
        if kind == "vacancy":
            found = replace(found, value="person")
        if kind == "hypothesis":
            return replace(found, needed=True)
        if kind == "revision":
            unexplained = any(
                "reason-class" in each.command.code
                for each in entry.answers
                if each.word == "accept"
            )
            return replace(found, classes=unexplained)
        return found

    def _pairs(self, entry: OpenEntry) -> Iterator[tuple[str, str]]:
        """What is to be known of it, each with its label."""
        if entry.value:
            yield self._voice("pair_value"), entry.value
        if entry.text:
            believed = entry.kind == "hypothesis"
            yield self._voice("pair_belief" if believed else "pair_why"), entry.text
        if entry.fix:
            yield self._voice("pair_fix"), entry.fix


def _target(kr: KeyResult) -> str:
    """The number that is asked for; with its unit where that is a sign, not a sentence."""
    aim: Decimal | None = target_of(kr.metric)
    if aim is None:
        return ""
    unit = kr.metric.unit if len(kr.metric.unit) <= _SIGN else ""
    return with_unit(short_number(aim), unit)
