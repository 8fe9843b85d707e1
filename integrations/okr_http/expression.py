"""Expression: JMESPath that is checked when the plan is, and that computes with exact decimals.

The library counts `int` and `float` alone as numbers; its functions are told here what a Decimal
is, and the numbers of an expression are read as decimals like those of the answer. Otherwise
0.1 + 0.2 would not be 0.3, and ``score >= `0.1` `` would be false for 0.1.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

import jmespath
from jmespath.exceptions import JMESPathError, ParseError
from jmespath.functions import Functions, signature

from okr_core.basics.base import shortened
from okr_core.errors import DataError
from okr_core.record.sums import quotient, total
from okr_sources.numbers import exact

if TYPE_CHECKING:
    from jmespath.parser import ParsedResult

LONGEST = 2_000
"""Characters of an expression."""
DEEPEST = 60
"""Levels of an expression, such as names in a path."""


@cache
def expression_of(text: str) -> ParsedResult:
    """The compiled expression.

    Raises:
        ValueError: It is no JMESPath, or calls a function that JMESPath does not have.
    """
    from jmespath.parser import ParsedResult  # noqa: PLC0415 - keeps the type checker's import out

    if len(text) > LONGEST:
        raise ValueError(
            f"the expression is longer than {LONGEST} characters. Write a shorter one."
        )
    try:
        tree = jmespath.compile(text).parsed
    except ParseError as error:
        raise ValueError(_complaint(text, error)) from None
    except (JMESPathError, RecursionError, ValueError):
        raise ValueError(
            f"{shortened(text)} is no JMESPath expression. Write one such as `data.total`."
        ) from None
    for node in _nodes(tree):
        if node["type"] == "function_expression":
            _check_function(node)
    return ParsedResult(text, _exact(tree))  # type: ignore[arg-type]


def counts_or_adds(text: str) -> str:
    """`length` or `sum` where that is what the expression ends with, else empty.

    >>> counts_or_adds("items[?open] | length(@)"), counts_or_adds("data.total")
    ('length', '')
    """
    node: Mapping[str, object] = expression_of(text).parsed
    while node["type"] == "pipe":
        node = children_of(node)[-1]
    name = node.get("value") if node["type"] == "function_expression" else ""
    return str(name) if name in ("length", "sum") else ""


class ExactFunctions(Functions):
    """JMESPath's functions, with Decimal as a number and without rounding."""

    @signature({"types": ["number"]})
    def _func_abs(self, number: Decimal | int) -> Decimal | int:
        # Decimal's own abs() rounds to the context.
        return number.copy_abs() if isinstance(number, Decimal) else abs(number)

    @signature({"types": ["number"]})
    def _func_ceil(self, number: Decimal | int) -> int:
        return math.ceil(number)

    @signature({"types": ["number"]})
    def _func_floor(self, number: Decimal | int) -> int:
        return math.floor(number)

    @signature({"types": ["array"]})
    def _func_length(self, items: Sequence[object]) -> int:
        # JMESPath also counts characters, and keys: of an error in place of a list, for instance.
        return len(items)

    @signature({"types": ["array-number"]})
    def _func_sum(self, numbers: Sequence[Decimal | int]) -> Decimal:
        return total(Decimal(number) for number in numbers)

    @signature({"types": ["array-number"]})
    def _func_avg(self, numbers: Sequence[Decimal | int]) -> Decimal | None:
        return quotient(self._func_sum(numbers), Decimal(len(numbers))) if numbers else None

    @signature({"types": []})
    def _func_to_number(self, value: object) -> Decimal | int | None:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return value
        return _number_in(value) if isinstance(value, str) else None

    @signature({"types": []})
    def _func_to_string(self, value: object) -> str:
        return (
            value if isinstance(value, str) else json.dumps(_as_json(value), separators=(",", ":"))
        )

    @signature({"types": []})
    def _func_type(self, value: object) -> str:
        return self._convert_to_jmespath_type(type(value).__name__)

    def _get_allowed_pytypes(self, types: Sequence[str]) -> tuple[list[str], list[tuple[str, ...]]]:
        allowed, parts = super()._get_allowed_pytypes(types)  # type: ignore[misc]
        return _widened(allowed), [tuple(_widened(names)) for names in parts]

    def _convert_to_jmespath_type(self, pyobject: str) -> str:
        if pyobject == "Decimal":
            return "number"
        return str(super()._convert_to_jmespath_type(pyobject))  # type: ignore[misc]


def _widened(names: Sequence[str]) -> list[str]:
    return [*names, "Decimal"] if "float" in names else [*names]


def _number_in(text: str) -> Decimal | None:
    try:
        return exact(text)
    except DataError:
        return None


def _as_json(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {key: _as_json(each) for key, each in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list) else value


def _nodes(tree: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """All nodes, without recursion: the depth is what is looked at.

    Raises:
        ValueError: They are nested so deeply that evaluating them could not end well.
    """
    left = [(tree, 1)]
    while left:
        node, depth = left.pop()
        if depth > DEEPEST:
            raise _too_deep()
        yield node
        left += [(child, depth + 1) for child in children_of(node)]


def children_of(tree: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The parts of a node of an expression, in the order in which they are written."""
    children = tree.get("children")
    return (
        [each for each in children if isinstance(each, Mapping)]
        if isinstance(children, list)
        else []
    )


def _exact(tree: object, left: int = 4 * DEEPEST) -> object:
    """The same tree with decimals for floats; the library keeps compiled trees, so a copy.

    Args:
        tree: A node, a list of nodes, or what a literal holds.
        left: Levels that it may still have; literals nest as they please.
    """
    if not left:
        raise _too_deep()
    if isinstance(tree, float):
        return Decimal(repr(tree))
    if isinstance(tree, Mapping):
        return {key: _exact(each, left - 1) for key, each in tree.items()}
    return [_exact(each, left - 1) for each in tree] if isinstance(tree, list) else tree


def _too_deep() -> ValueError:
    return ValueError(f"the expression nests more than {DEEPEST} levels. Write a shorter one.")


def _check_function(node: Mapping[str, object]) -> None:
    name, known = str(node["value"]), ExactFunctions.FUNCTION_TABLE
    if name not in known:
        near = get_close_matches(name, known, 1)
        fix = f"Did you mean `{near[0]}`?" if near else f"It has: {', '.join(sorted(known))}."
        raise ValueError(f"JMESPath has no function `{name}`. {fix}")
    expected = known[name]["signature"]
    got = len(children_of(node))
    open_ended = bool(expected) and bool(expected[-1].get("variadic"))
    if got < len(expected) or (got > len(expected) and not open_ended):
        raise ValueError(
            f"`{name}` takes {len(expected)} argument{'s' * (len(expected) != 1)}, not {got}. "
            "Write them in the brackets, such as `length(@)`."
        )


def _complaint(text: str, error: ParseError) -> str:
    place = getattr(error, "lex_position", None)
    where = (
        f"it goes wrong at column {place + 1}"
        if isinstance(place, int) and place < len(text)
        else "it ends too early"
    )
    return (
        f"{shortened(text)} is no JMESPath expression: {where}. "
        "Write one such as `data.total` or `length(items)`."
    )
