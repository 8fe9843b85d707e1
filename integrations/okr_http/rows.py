"""Rows: from a JSON answer to one exact number, or to what is wrong with it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from jmespath.exceptions import JMESPathError

from okr_core.basics.base import MAX_DIGITS, shortened
from okr_core.errors import DataError
from okr_http.expression import search

FURTHEST = 400
"""Exponent that a number in an answer may have; those of floats end at 308."""
_NAMES = 8
"""Keys that a message lists."""


class _NotJsonError(ValueError):
    """JSON has no such number."""


def document_of(content: bytes, place: str) -> object:
    """The answer as Python's objects, its numbers exact.

    Raises:
        DataError: It is empty, or no JSON.
    """
    if not content.strip():
        raise DataError(f"{place} answers with nothing.", hint="Check `url`, `method` and `query`.")
    try:
        document: object = json.loads(
            content, parse_float=_decimal, parse_constant=_refused_constant
        )
    except _NotJsonError as error:
        raise DataError(
            f"{place} answers with the number {error}, which cannot be used.",
            hint="Ask its owner to leave such values out, or to write null.",
        ) from None
    except (ValueError, RecursionError):
        raise DataError(
            f"{place} answers with something that is no JSON.",
            hint="Check `url`; the address of a page is not the address of its data.",
        ) from None
    return document


def number_in(document: object, expression: str, place: str) -> Decimal:
    """The number that a JMESPath expression yields.

    Raises:
        DataError: It yields none; the message says what, and the hint how to get a number.
    """
    try:
        found = search(expression, document)
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
    digits, exponent = number.as_tuple().digits, number.as_tuple().exponent
    if not number.is_finite():
        what = "a number that is not finite"
    elif len(digits) > MAX_DIGITS or abs(int(exponent)) > MAX_DIGITS:
        what = f"a number of more than {MAX_DIGITS} digits"
    else:
        return number
    raise DataError(
        f"{shortened(expression)} yields {what} at {place}.",
        hint="Pick another value of the answer.",
    )


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > FURTHEST:
        raise _NotJsonError(shortened(text))
    return number


def _refused_constant(name: str) -> object:
    raise _NotJsonError(name)


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
        number = Decimal(found.strip()).is_finite()
    except ArithmeticError:
        number = False
    if number:
        return f"the text {shortened(found)}", f"Write `to_number({expression})`."
    return "a text", "Pick a number of the answer, or ask for another address."


def _offer(document: object) -> str:
    """What the answer has at its top, by name only: values may be nobody's business."""
    if isinstance(document, Mapping) and document:
        names = ", ".join(shortened(name) for name in list(document)[:_NAMES])
        more = ", …" if len(document) > _NAMES else ""
        return f"There is: {names}{more}."
    if isinstance(document, list):
        return f"The answer is a list of {len(document)}; `length(@)` counts it."
    return "The answer holds no named values."
