"""Talk: what people say about a goal beside its numbers: comments, blockers, help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from okr_core.record.entries import Entry
from okr_core.record.help import TAKES, HelpCase, help_cases, open_blockers
from okr_core.record.voices import Comment
from okr_report.audience.audience import Audience
from okr_web.pages.items import Facts

MOST = 12
"""Of each what is shown, the newest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody said.

    Attributes:
        who: Their name; `day` when; `beside` what else is to be known.
        undo: Id of the help that the reader asked for or offered and may take back.
    """

    who: str
    day: str
    text: str
    beside: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """What people say about a goal, and what the reader may say.

    Attributes:
        comments: About the goal itself.
        on_check_ins: Id of a check-in → comments about it.
        blockers: What nobody lifted.
        help: What was asked for or offered and is not over.
        about: What may be commented, by id and label; empty: nothing.
        may_help: Whether help may be asked for and offered.
    """

    comments: tuple[Line, ...] = ()
    on_check_ins: tuple[tuple[str, tuple[Line, ...]], ...] = ()
    blockers: tuple[Line, ...] = ()
    help: tuple[Line, ...] = ()
    about: tuple[tuple[str, str], ...] = ()
    may_help: bool = False

    def of(self, check_in: str) -> tuple[Line, ...]:
        """Comments about a check-in."""
        return dict(self.on_check_ins).get(check_in, ())

    @property
    def any_help(self) -> bool:
        """Whether there is anything of help and blockers, or may be."""
        return bool(self.blockers or self.help or self.may_help)


def talk_of(
    facts: Facts, item: str, audience: Audience, reader: str, check_ins: list[Entry]
) -> Talk:
    """What people say about an objective or key result, as its reader may see it.

    Who may not see what others say says nothing themselves.

    Args:
        facts: What the reader may see, with all entries of the item.
        item: Its id.
        audience: As which the reader sees it.
        reader: Id of the person.
        check_ins: Those that are shown, each of which may be commented.
    """
    if "notes" not in audience.sees:
        return Talk()
    voice, known = facts.voice, facts.snapshot
    entries = known.entries.get(item, ())
    kr = facts.plan.key_results_by_id.get(item)
    pursued = kr is not None and facts.plan.objective_of[item].pursues(kr) and not known.closed
    told = {each.id: tuple(_comments(facts, entries, each.id)) for each in check_ins}
    labels = [
        (e.id, voice("about_check_in", who=facts.person(e.by), day=voice.weekday(e.at)))
        for e in check_ins
    ]
    return Talk(
        comments=tuple(_comments(facts, entries, "")),
        on_check_ins=tuple(told.items()),
        blockers=tuple(
            _line(facts, entry, body.text)
            for entry, body in open_blockers(entries, known.as_of)
            if pursued
        ),
        help=tuple(
            _help(facts, case, reader)
            for case in help_cases(entries, known.as_of)
            if TAKES[case.state] and pursued
        ),
        about=((item, voice("about_the_goal")), *labels),
        may_help=pursued,
    )


def _comments(facts: Facts, entries: Iterable[Entry], about: str) -> Iterator[Line]:
    """Comments about a check-in, or about the goal itself; oldest first."""
    said = [
        (entry, entry.body)
        for entry in sorted(entries, key=lambda each: each.at)
        if isinstance(entry.body, Comment) and entry.body.about == about
    ]
    for entry, body in said[-MOST:]:
        yield _line(facts, entry, body.text)


def _line(facts: Facts, entry: Entry, text: str) -> Line:
    return Line(facts.person(entry.by), facts.voice.weekday(entry.at), text)


def _help(facts: Facts, case: HelpCase, reader: str) -> Line:
    voice = facts.voice
    state = voice(f"help_{case.state}", who=facts.person(case.helper) or voice("somebody"))
    own = case.id if reader == case.by else ""
    return Line(facts.person(case.by), voice.weekday(case.since), case.text, state, own)
