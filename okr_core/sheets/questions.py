"""Questions: what a sheet leaves open, and a person has to say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question.

    Attributes:
        answer: What is kept of it.
        label: How it is shown.
    """

    answer: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is not decided by guessing.

    Attributes:
        about: `decimal`, `days`, `start`, or kind of table and field, such as `goals.target`.
        text: The question, a sentence.
        choices: The answers, in the order in which they are shown; the first may be a guess.
        option: What to pass on a command line instead, with `…` for the answer.
        optional: Whether the lines that it is about can be left out instead.
        others: Of a column: the columns that are left out by choosing another.
    """

    about: str
    text: str
    choices: tuple[Choice, ...]
    option: str
    optional: bool = False
    others: tuple[str, ...] = ()
