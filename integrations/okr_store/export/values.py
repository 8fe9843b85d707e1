"""Values: what a store writes into each column, so that a restore takes nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import Any, get_args

from pydantic import ValidationError
from sqlalchemy import Column, Integer
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.types import TypeDecorator

from okr_core.basics.base import CYCLE_ID_PATTERN
from okr_core.record.chain import seal_of
from okr_core.record.entries import KINDS, ReadingState
from okr_store.entries import body_of
from okr_store.links import CHAINED

_LARGEST = 2**63 - 1
_DIALECT = DefaultDialect()
_LONGEST_CYCLE = 60
_FROM_ONE = frozenset({"id", "sequence", "supersedes", "number", "seq", "row_id"})
"""Columns of numbers that begin at 1; the others may be 0."""
Fits = Callable[[Any], bool]


def fits_of(column: Column[Any]) -> Fits | None:
    """Whether a store writes a value into a column; None: it writes any of that type."""
    if isinstance(column.type, Integer):
        return partial(_is_number, 1 if column.name in _FROM_ONE else 0)
    if isinstance(column.type, TypeDecorator):
        return _writer_of(column.type)
    return _WORDS.get((str(column.table.name), str(column.name)))


def _is_number(least: int, number: int) -> bool:
    return least <= number <= _LARGEST


def _writer_of(kind: TypeDecorator[Any]) -> Fits:
    """Whether a text is what that type writes for the value that it reads from it."""

    @lru_cache(maxsize=4096)  # a sync gives thousands of readings the same times
    def fits(text: str) -> bool:
        try:
            value = kind.process_result_value(text, _DIALECT)
            return bool(kind.process_bind_param(value, _DIALECT) == text)
        except (ValueError, ArithmeticError):
            return False

    return fits


def _is_cycle(text: str) -> bool:
    return len(text) <= _LONGEST_CYCLE and re.fullmatch(CYCLE_ID_PATTERN, text) is not None


def _is_scope(text: str) -> bool:
    return not text or _is_cycle(text)


def _is_body(text: str) -> bool:
    try:
        body_of(text)
    except (ValidationError, ValueError):
        return False
    return True


def _is_seal(text: str) -> bool:
    return seal_of(text) is not None


def _are_days(text: str) -> bool:
    try:
        days = json.loads(text)
        return isinstance(days, dict) and all(map(date.fromisoformat, days.values()))
    except (ValueError, TypeError):
        return False


_WORDS: dict[tuple[str, str], Fits] = {
    ("revisions", "kind"): frozenset({"plan", "workspace"}).__contains__,
    ("revisions", "scope"): _is_scope,
    ("revisions", "state"): frozenset({"proposed", "accepted"}).__contains__,
    ("revisions", "added"): _are_days,
    ("readings", "cycle"): _is_cycle,
    ("readings", "state"): frozenset(get_args(ReadingState)).__contains__,
    ("entries", "cycle"): _is_scope,
    ("entries", "kind"): KINDS.__contains__,
    ("entries", "body"): _is_body,
    ("seals", "scope"): _is_scope,
    ("seals", "body"): _is_seal,
    ("chain", "scope"): _is_scope,
    ("chain", "row_table"): CHAINED.__contains__,
}
"""Table and column → what its text may be, where not any."""
