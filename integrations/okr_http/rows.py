"""Rows: from a JSON answer to one exact number, or to what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from jmespath.exceptions import JMESPathError

from okr_core.basics.base import MAX_DIGITS, shortened
from okr_core.errors import DataError
from okr_http.absent import AbsentNameError
from okr_http.expression import search
from okr_sources.numbers import exact, fits

_NAMES = 8
"""Keys that a message lists."""


def number_in(document: object, expression: str, place: str) -> Decimal:
    """The number that a JMESPath expression yields.

    Raises:
        DataError: It yields none; the message says what, and the hint how to get a number.
    """
    try:
        found = search(expression, document)
    except AbsentNameError as error:
        name = shortened(error.name)
        raise DataError(
            f"{shortened(expression)} asks for {name}, which nothing in the list at {place} has.",
            hint="Correct the name. Where the server leaves it out on purpose, say what that "
            f"means, such as {error.instead}.",
        ) from None
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
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        what, hint = _misfit(found, expression, document)
        raise DataError(
            f"{shortened(expression)} yields {what} at {place}, not a number.", hint=hint
        )
    return _usable(Decimal(found), expression, place)


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


def _offer(document: object) -> str:
    """What the answer has at its top, by name only: values may be nobody's business."""
    if isinstance(document, Mapping) and document:
        names = ", ".join(shortened(name) for name in list(document)[:_NAMES])
        more = ", …" if len(document) > _NAMES else ""
        return f"There is: {names}{more}."
    if isinstance(document, list):
        return f"The answer is a list of {len(document)}; `length(@)` counts it."
    return "The answer holds no named values."
