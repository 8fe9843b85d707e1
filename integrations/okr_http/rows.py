"""Rows: from a JSON answer to one exact number, or to what is wrong with it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from jmespath.exceptions import JMESPathError

from okr_core.basics.base import MAX_DIGITS, shortened
from okr_core.errors import DataError
from okr_http.absence import Searched, searched
from okr_sources.numbers import exact, fits

_NAMES = 8
"""Keys that a message lists."""


class Number(NamedTuple):
    """The number that an expression yields.

    Attributes:
        notes: What a reader must know of it, such as "1 of 7 entries has no `amount`".
        counts: Whether it counts, adds or picks from a list.
    """

    value: Decimal
    notes: tuple[str, ...] = ()
    counts: bool = False


def number_in(document: object, expression: str, place: str) -> Number:
    """The number that a JMESPath expression yields.

    Raises:
        DataError: It yields none, or looks for a name that no entry of a list has; the message says
            what, and the hint how to get a number.
    """
    try:
        found = searched(expression, document)
    except JMESPathError as error:
        raise DataError(
            f"{shortened(expression)} cannot be computed from {place}: {_reason(error)}.",
            hint=_offer(document),
        ) from None
    except (ArithmeticError, RecursionError, TypeError, ValueError):
        raise DataError(
            f"{shortened(expression)} cannot be computed from {place}.",
            hint=_offer(document),
        ) from None
    _refuse_lost(found, expression, place)
    value = found.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        what, hint = _misfit(value, expression, document)
        raise DataError(
            f"{shortened(expression)} yields {what} at {place}, not a number.", hint=hint
        )
    return Number(_usable(Decimal(value), expression, place), found.notes, found.counts)


def _refuse_lost(found: Searched, expression: str, place: str) -> None:
    """Refuse what would count as nothing because it was not found.

    Raises:
        DataError: A text is no number, or no entry of a list has a name.
    """
    if found.unread is not None:
        raise DataError(
            f"{shortened(expression)} meets the text {_quoted(found.unread)} at {place}, which is "
            "no number.",
            hint="A number is digits of ASCII as JSON has them, such as 4.5: no spaces, no "
            "separators. Ask its owner, or pick another value.",
        )
    if found.missing is not None:
        entries, name = found.missing
        among = "its one entry" if entries == 1 else f"any of {entries} entries"
        raise DataError(
            f"{shortened(expression)} finds no {name} in {among} at {place}.",
            hint=f"Correct the name. {_offer(found.example, 'An entry has')} Where all may lack "
            "it, say what counts instead, with not_null().",
        )


def _usable(number: Decimal, expression: str, place: str) -> Decimal:
    if number.is_finite() and fits(number):
        return number
    what = f"a number of more than {MAX_DIGITS} digits" if number.is_finite() else "no finite one"
    raise DataError(
        f"{shortened(expression)} yields {what} at {place}.",
        hint="Pick another value of the answer.",
    )


def _reason(error: JMESPathError) -> str:
    """The library's complaint without the value that it quotes, which may be the whole answer."""
    function, got = getattr(error, "function_name", ""), getattr(error, "actual_type", "")
    wanted = getattr(error, "expected_types", ())
    if function and got:
        names = " or ".join(str(each).replace("array-", "list of ") for each in wanted)
        return f"`{function}` takes {names}, and got {_type_name(str(got))}"
    return "a function got what it does not take"


def _type_name(name: str) -> str:
    words = {"null": "null, which is nothing", "NoneType": "null, which is nothing", "str": "text"}
    return words.get(name, name)


def _misfit(found: object, expression: str, document: object) -> tuple[str, str]:
    """What an expression found instead of a number, and how to get one."""
    if found is None:
        return "nothing (null)", f"Correct the path. {_offer(document)}"
    if isinstance(found, str):
        return _text(found, expression)
    if isinstance(found, bool):
        return str(found).lower(), "Pick a number, or use a `binary` key result with check-ins."
    if isinstance(found, list):
        size = f"a list of {len(found)}"
        return size, f"Write `length({expression})` to count, or `sum({expression})` to add."
    return "an object", f"Go on to one of its numbers. {_offer(found)}"


def _text(found: str, expression: str) -> tuple[str, str]:
    try:
        exact(found)
    except DataError:
        return "a text", "Pick a number of the answer, or ask for another address."
    return f"the text {shortened(found)}", f"Write `to_number({expression})`."


def _quoted(text: str) -> str:
    """A text with its spaces and strange characters to be seen.

    >>> _quoted(" 5 ")
    '`" 5 "`'
    """
    return shortened(json.dumps(text))


def _offer(document: object, begin: str = "There is") -> str:
    """What an object has at its top, by name only: values may be nobody's business."""
    if isinstance(document, Mapping) and document:
        names = ", ".join(shortened(name) for name in list(document)[:_NAMES])
        more = ", …" if len(document) > _NAMES else ""
        return f"{begin}: {names}{more}."
    if isinstance(document, list):
        return f"The answer is a list of {len(document)}; `length(@)` counts it."
    return "The answer holds no named values." if begin == "There is" else "It has no names."
