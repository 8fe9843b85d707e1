"""Asking: a question to the person at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, TypeVar

from cyclopts import Parameter

from okr_flows.checkin.doubt import UnbelievedError

Done = TypeVar("Done")
Meant = Annotated[
    bool,
    Parameter(
        name="--sure", help="The value is right, however far outside of baseline and target."
    ),
]


def confirmed(question: str, *, default: bool = False) -> bool:
    """Whether the person at the terminal says yes; False where nobody is there to ask.

    Args:
        question: What is asked.
        default: What an empty answer means.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{question} [{'Y/n' if default else 'y/N'}] ")
    sys.stderr.flush()
    typed = sys.stdin.readline()
    answer = typed.strip().lower()
    return default if typed and not answer else answer in {"y", "yes"}


def if_meant(record: Callable[[bool], Done], *, meant: bool) -> Done:
    """What was recorded; where a value is hard to believe, the person is asked if they mean it.

    Args:
        record: Records, told whether what is hard to believe is meant.
        meant: Whether the person said so already.

    Raises:
        UnbelievedError: It is hard to believe, and nobody says that it is meant.
    """
    try:
        return record(meant)
    except UnbelievedError as doubt:
        if not confirmed(f"{doubt.message}\nIs that right?"):
            raise
    return record(True)
