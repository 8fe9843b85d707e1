"""Reminder: what a person is mailed, as text and as HTML, and what a route is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple
from zoneinfo import ZoneInfo

from okr_core.basics.command import okr
from okr_core.open.entry import OpenEntry
from okr_core.plan.workspace import Workspace
from okr_core.record.reminders import ReminderStage
from okr_core.reminders.due import CircleNotice, Reminder
from okr_core.reminders.matter import Matter
from okr_report.letters.frame import Written, framed, linked, small, words
from okr_report.locale import Language, Locale
from okr_report.theme import GREY, RULE

_STAGES: tuple[ReminderStage, ...] = ("late", "before", "circle")
"""In which order they stand in a mail, the most urgent first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where people answer.

    Attributes:
        cycle: Id of the cycle.
        zone: Of the cycle.
        page: Address of the page that each of them opens; empty where there is none.
        link: The link that opens it as this person; empty: they sign in there.
    """

    cycle: str
    zone: ZoneInfo
    page: str = ""
    link: str = field(default="", repr=False)


class _Line(NamedTuple):
    """A line of an item: what it is, and its text."""

    kind: str
    text: str


def reminder_mail(
    to: str,
    reminders: Sequence[Reminder],
    workspace: Workspace,
    place: Place,
    language: Language = "en",
) -> Written:
    """What a person is mailed: each question, until when, and exactly what to do.

    Args:
        to: Id of the person.
        reminders: At least one.
        workspace: Knows the names.
        place: Where they answer.
        language: Of everything that people did not write.
    """
    word = words(language, place.zone)
    parts = {
        stage: [_item(word, each, workspace) for each in several]
        for stage in _STAGES
        if (several := [each for each in reminders if each.stage == stage])
    }
    worst = next(iter(parts))
    subject = word(f"subject_{worst}", cycle=place.cycle, count=len(reminders))
    never = sum(each.matter.entry.kind == "unreported" for each in reminders)
    # Of a single one the question says it.
    ends = [word("silent", count=never)] if never and len(reminders) > 1 else []
    ends.append(word("once"))
    person = workspace.people.get(to)
    hello = word("hello", name=person.name if person else to)
    leads = {word(f"lead_{stage}"): items for stage, items in parts.items()}
    answer = (word("link" if place.link else "page"), place.link or place.page)
    commands = word("or_run")
    return Written(
        subject,
        "\n".join(_text(hello, leads, answer, ends)),
        _html(language, hello, leads, answer, commands, ends),
    )


def circle_digest(
    notices: Sequence[CircleNotice], never: int, place: Place, name: str, language: Language = "en"
) -> Written:
    """What a route is told; it names nobody and has no link that logs in.

    Args:
        notices: What its circle left unanswered; at least one.
        never: How many key results of the cycle nobody ever reported.
        place: Where all are answered; its link is not used.
        name: What the cycle is called in a chat that hears of several workspaces.
        language: Of everything that people did not write.
    """
    word = words(language, place.zone)
    lines = [f"- {line}" for each in notices for line in _digest_lines(word, each.matter)]
    lines += ["", word("digest_never", count=never)] if never else []
    lines += ["", word("digest_all"), f"  {okr('decide', cycle=place.cycle)}"]
    lines += [f"  {place.page}"] if place.page else []
    subject = word("digest_subject", name=name, count=len(notices))
    text = "\n".join([subject, "", *lines])
    return Written(subject, text, "")


def _digest_lines(word: Locale, matter: Matter) -> Iterator[str]:
    entry = matter.entry
    since = word("since", day=word.day(entry.deadline)) if entry.deadline else ""
    told = [word("held_by", role=entry.to.role or ""), since]
    yield f"{entry.title}: {_asks(word, entry)} ({', '.join(filter(None, told))})"


def _asks(word: Locale, entry: OpenEntry) -> str:
    """The question; of help that is offered or taken another one than of help that is asked for."""
    first = entry.answers[0].word if entry.answers else ""
    return word.first(f"asks_{entry.kind}_{first}", f"asks_{entry.kind}")


def _item(word: Locale, reminder: Reminder, workspace: Workspace) -> list[_Line]:
    entry, stage, whose = reminder.matter.entry, reminder.stage, reminder.whose
    lines = [_Line("title", entry.title), _Line("asks", _asks(word, entry))]
    day = entry.deadline
    if day is not None:
        told = word("by" if stage == "before" else "since", day=word.day(day))
        lines.append(_Line("fact", told))
    if stage == "circle":
        lines.append(_Line("fact", word("held_by", role=entry.to.role or "")))
    elif whose != reminder.to:
        person = workspace.people.get(whose)
        lines.append(_Line("fact", word("instead", name=person.name if person else whose)))
    said = [entry.value, entry.text, entry.fix.replace("`", "")]
    lines += [_Line("fact", each) for each in said if each]
    lines += [_Line("command", str(answer.command)) for answer in entry.answers]
    return lines


Leads = dict[str, list[list[_Line]]]
"""Sentence → items, each of several lines."""


def _text(hello: str, leads: Leads, answer: tuple[str, str], ends: Iterable[str]) -> Iterator[str]:
    yield hello
    for lead, items in leads.items():
        yield from ("", lead)
        for item in items:
            yield ""
            for line in item:
                yield f"- {line.text}" if line.kind == "title" else f"  {_plain(line)}"
    if answer[1]:
        yield from ("", *answer)
    yield ""
    yield from ends


def _plain(line: _Line) -> str:
    return f"$ {line.text}" if line.kind == "command" else line.text


def _html(  # noqa: PLR0917 - of `reminder_mail` alone
    language: Language,
    hello: str,
    leads: Leads,
    answer: tuple[str, str],
    commands: str,
    ends: Iterable[str],
) -> str:
    parts = [f"<p>{escape(hello)}</p>"]
    for lead, items in leads.items():
        parts.append(f'<p style="margin:24px 0 8px"><strong>{escape(lead)}</strong></p>')
        parts += [_html_item(item, commands) for item in items]
    if answer[1]:
        parts.append(linked(*answer))
    return framed(language, [*parts, *small(ends)])


def _html_item(item: Sequence[_Line], commands: str) -> str:
    facts = "".join(
        f'<div style="color:{GREY}">{escape(line.text)}</div>'
        for line in item
        if line.kind == "fact"
    )
    title = next(escape(line.text) for line in item if line.kind == "title")
    asks = next(escape(line.text) for line in item if line.kind == "asks")
    told = [escape(line.text) for line in item if line.kind == "command"]
    code = "".join(f'<code style="display:block;font-size:14px">{each}</code>' for each in told)
    more = (
        f'<div style="color:{GREY};font-size:14px;margin-top:4px">{escape(commands)}</div>{code}'
        if told
        else ""
    )
    return (
        f'<div style="border-top:1px solid {RULE};padding:8px 0"><div><strong>{title}</strong>'
        f"</div><div>{asks}</div>{facts}{more}</div>"
    )
