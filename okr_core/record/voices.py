"""Voices: what people say beside a number: comments, what blocks them, help asked and offered."""

from __future__ import annotations

from typing import Literal

from okr_core.record.body import RecordedBody


class Comment(RecordedBody, decision=False, judges=False, after_close=True, words=("text",)):
    """A person's comment on what somebody said of a key result, or on the goal itself.

    Attributes:
        about: Id of the check-in, such as `e12`; empty: the objective or key result itself.
        text: What is said.
    """

    kind: Literal["comment"] = "comment"
    about: str = ""
    text: str


class Blocker(RecordedBody, decision=False, judges=False, after_close=False, words=("text",)):
    """What keeps a key result from going on, named with a check-in; open until it is lifted."""

    kind: Literal["blocker"] = "blocker"
    text: str


class BlockerLifted(RecordedBody, decision=False, judges=False, after_close=False, words=("note",)):
    """A blocker is gone.

    Attributes:
        about: Id of the entry that named it.
        note: What lifted it.
    """

    kind: Literal["blocker_lifted"] = "blocker_lifted"
    about: str
    note: str = ""


HelpWay = Literal["asked", "offered"]


class Help(RecordedBody, decision=False, judges=False, after_close=False, words=("text",)):
    """A person asks for help on a key result, or offers it.

    Attributes:
        way: Which of the two.
        text: What with.
    """

    kind: Literal["help"] = "help"
    way: HelpWay
    text: str


HelpWord = Literal["offer", "taken", "done", "withdrawn"]


class HelpAnswer(RecordedBody, decision=False, judges=False, after_close=False, words=("note",)):
    """What becomes of help that was asked for or offered.

    Attributes:
        about: Id of the entry that asked for it or offered it.
        answer: Somebody offers it; it is taken; it was given; who asked or offered takes it back.
        note: What is said besides.
    """

    kind: Literal["help_answer"] = "help_answer"
    about: str
    answer: HelpWord
    note: str = ""
