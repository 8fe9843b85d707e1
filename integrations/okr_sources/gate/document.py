"""Document: bytes as text that can be shown anywhere, and as JSON with exact numbers. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from okr_core.basics.base import shortened
from okr_core.errors import DataError, RetryableError

FURTHEST = 400
"""Exponent that a number in an answer may have; those of floats end at 308."""
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|title|center|h1)\b", re.IGNORECASE)
# What brings them into JSON: escapes, and what JSON takes as it is. A pattern that begins with one
# byte is looked for as fast as that byte.
_BROUGHT = (
    re.compile(rb"\\(?:[bf]|u(?:00[0189]|007[fF]|[dD][89a-fA-F]))"),
    re.compile(rb"\x7f"),
    re.compile(rb"\xc2[\x80-\x9f]"),
)
_SHORT = 20


class _NoNumberError(ValueError):
    """JSON has no such number, or none that can be computed with."""


class _TwiceError(ValueError):
    """An object has two values under one name; which is meant, nobody can say."""


def text_of(content: bytes) -> str:
    """The text that bytes hold: UTF-8, or what JSON allows beside it; never an error."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(json.detect_encoding(content), "replace")


def readable(text: str) -> str:
    r"""The text without control characters and halves of surrogate pairs; line ends stay.

    >>> readable("a\x1b[1mb\nc") == "a\N{REPLACEMENT CHARACTER}[1mb\nc"
    True
    """
    return _UNREADABLE.sub(_REPLACED, text)


def is_page(text: str, kind: str) -> bool:
    """Whether a text is a page for people, whatever its Content-Type says.

    Args:
        text: How the body begins.
        kind: Its media type.
    """
    return kind.endswith(("/html", "/xhtml+xml")) or bool(_PAGE.match(text))


def document_of(content: bytes, what: str) -> object:
    """The JSON in an answer, its fractions as decimals and its texts readable.

    Args:
        content: The body of the answer.
        what: Who answers, for messages.

    Raises:
        DataError: It is no JSON, none that can be computed with, or an object of it has two values
            under one name.
        RetryableError: It is JSON that was cut off.
    """
    text = text_of(content)
    try:
        document: object = json.loads(
            text, parse_float=_decimal, parse_constant=_refused, object_pairs_hook=_once_each
        )
        if any(pattern.search(content) for pattern in _BROUGHT):
            document = mapped(document, readable)
    except json.JSONDecodeError:
        raise _no_json(text, what) from None
    except RecursionError:
        raise DataError(
            f"{what} answers with JSON that nests too deeply.", hint="Check `url`."
        ) from None
    except _TwiceError as error:
        raise DataError(
            f"{what} answers with an object that has two values under the name {error}: nobody can "
            "say which of them counts.",
            hint="Ask its owner to write each name once.",
        ) from None
    except (ValueError, ArithmeticError) as error:
        number = f"the number {error}" if isinstance(error, _NoNumberError) else "a number"
        raise DataError(
            f"{what} answers with {number}, which cannot be used.",
            hint="Ask its owner to leave such values out, or to write null.",
        ) from None
    return document


def mapped(document: object, change: Callable[[str], str]) -> object:
    """The document with every text of it changed, names too."""
    if isinstance(document, str):
        return change(document)
    if isinstance(document, dict):
        return _once_each(
            [(change(name), mapped(value, change)) for name, value in document.items()]
        )
    if isinstance(document, list):
        return [mapped(value, change) for value in document]
    return document


def _once_each(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """The object of these names and values; Python's own would keep the last of two."""
    found = dict(pairs)
    if len(found) < len(pairs):
        most, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise _TwiceError(shortened(readable(most)))
    return found


def _no_json(text: str, what: str) -> DataError | RetryableError:
    if not text.strip():
        return DataError(f"{what} answers with nothing.", hint="Check `url`.")
    if text.lstrip()[:1] in ("{", "["):
        return RetryableError(
            f"{what} answers with broken JSON (an answer that was cut off?).",
            hint="Try again later.",
        )
    return DataError(
        f"{what} answers with something that is no JSON.",
        hint="Check `url`; the address of a page is not the address of its data.",
    )


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    # Most are short: the rest is asked of those alone.
    if (len(text) > _SHORT or "e" in text or "E" in text) and abs(number.adjusted()) > FURTHEST:
        raise _NoNumberError(shortened(text))
    return number


def _refused(name: str) -> object:
    raise _NoNumberError(name)
