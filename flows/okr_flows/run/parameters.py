"""Parameters: types whose form is strict, and whose misfits reach the flow, which refuses them.

A value that its type refuses fails a run before its flow begins: Prefect logs that with a traceback
and names the run at random. A form is no guard, since a caller can switch its check off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from okr_core.basics.base import shortened
from okr_core.errors import InputError


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that a parameter cannot be.

    Attributes:
        value: What was given, shortened and in quotes; empty where it is not to be repeated.
        asked: What it takes.
    """

    value: str
    asked: str


def asking(asked: str, *, repeated: bool = True) -> WrapValidator:
    """Let a value that does not fit through as a `Misfit`; the form stays that of the type.

    Args:
        asked: What the parameter takes, in a few words.
        repeated: Whether the refusal, which is in the log, may say what was given.
    """

    def fitted(value: Any, fits: ValidatorFunctionWrapHandler) -> object:
        try:
            return fits(value)
        except ValidationError:
            return Misfit(shortened(str(value)) if repeated else "", asked)

    return WrapValidator(fitted)


Word = Annotated[str, asking("one word")]
"""One id or name; the use case says whether there is one."""
MOST_CHARACTERS = 2000
"""Of a text in a form: what a page of Notion takes in one piece."""
Sentence = Annotated[
    str,
    Field(max_length=MOST_CHARACTERS),
    asking(f"a text of at most {MOST_CHARACTERS:,} characters", repeated=False),
]
"""What a person says; Prefect shows it to everyone with access to the server."""
Words = Annotated[list[str] | None, asking('a list of ids, such as ["activation.week1"]')]
"""Ids; None and an empty list: all."""
Moment = Annotated[
    AwareDatetime | None, asking("a time with its zone, such as 2026-11-30T09:00:00Z")
]
"""A time; None: the run's scheduled start."""
YesOrNo = Annotated[bool, asking("true or false")]


def misfit(**parameters: object) -> InputError | None:
    """The refusal of the first parameter that does not fit; None where all do.

    Args:
        parameters: Name → what the flow was given.

    >>> str(misfit(cycle="2026-q4", as_of=Misfit("`yesterday`", "a time with its zone")))
    'as_of `yesterday` does not fit. It takes a time with its zone.'
    """
    for name, value in parameters.items():
        if isinstance(value, Misfit):
            given = f"{name} {value.value}".rstrip()
            return InputError(f"{given} does not fit.", hint=f"It takes {value.asked}.")
    return None
