"""Evidence: what a number was added up from, how it is written down, and how anyone re-adds it.

Its arithmetic is exact but for divisions (`okr_core.record.sums`); `re_add` is the one place where
a source's rows become a value, so a stored value always equals its evidence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeVar, cast, get_args

from okr_core.basics.command import okr
from okr_core.basics.exact import canonical_json, decimal_text, digest
from okr_core.errors import DataError
from okr_core.record.sums import plain, plus, product, quotient, total

ONE = Decimal(1)
"""The usual value and weight of a row; the same object, so that it is quick to tell."""

Formula = Literal["count", "sum", "average", "ratio", "median", "latest", "value"]

VERSION = 1
"""Version of the encoding, in its `version` key."""

_RARE = frozenset({"reconstructed", "assumptions", "missing"})
"""Fields that are written only where they are filled."""

_VALUE: Callable[[Row], Decimal | None] = itemgetter(1)
_WEIGHT: Callable[[Row], Decimal] = itemgetter(2)
T = TypeVar("T")


class Row(NamedTuple):
    """One thing that counted. A tuple, because a sync makes a hundred thousand of them.

    Attributes:
        id: The server's stable id (issue id, page id).
        value: What it added; for a ratio 1 if done and 0 if not; None counts as filled with nothing
            (averages and sums leave it out and the evidence says so).
        weight: Its weight in a ratio, 1 elsewhere.
        label: What a person calls it (issue key, title), empty where it was not fetched.
    """

    id: str
    value: Decimal | None = ONE
    weight: Decimal = ONE
    label: str = ""


def in_columns(
    ids: Sequence[str],
    values: Iterable[Decimal | None] | None = None,
    weights: Iterable[Decimal] | None = None,
    labels: Iterable[str] | None = None,
) -> tuple[Row, ...]:
    """Rows from their columns; one that is left out says the same as `Row` does of every row.

    Raises:
        ValueError: The columns are not equally long.

    >>> in_columns(["1", "2"], labels=["A-1", "A-2"])[1].label
    'A-2'
    """
    size = len(ids)
    columns = (
        ids,
        repeat(ONE, size) if values is None else values,
        repeat(ONE, size) if weights is None else weights,
        repeat("", size) if labels is None else labels,
    )
    # In C from end to end: the tuple's own constructor, where a class has one in Python.
    made = partial(tuple.__new__, Row)
    return tuple(map(cast("Callable[[tuple[object, ...]], Row]", made), zip(*columns, strict=True)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What lets anyone add the number up again; stored once by digest.

    Attributes:
        kind: Kind of the source.
        connection: Name of the connection.
        query: What was asked, as a person could ask it again.
        measure: The binding's measure in words, such as `sum of Story Points`.
        formula: How rows become the value.
        scale: Factor applied at the end.
        complete: Whether every row was seen.
        link: Address that a person can open, empty if none.
        requests: HTTP requests that the rows took.
        rows: Sorted by id.
        notes: What a reader must know, such as rows without a value, or the live value beside a
            frozen scope.
        reconstructed: How a past value was worked out from what is known today, empty where it was
            read when it held; see `okr_sources.past`.
        assumptions: What a reconstruction takes for granted, one sentence each.
        missing: Ids of a frozen scope that were found nowhere, sorted: deleted, or hidden from the
            token's user. Their rows stay as not done or without a value.
    """

    kind: str
    connection: str
    query: str
    measure: str
    formula: Formula
    scale: Decimal = Decimal(1)
    complete: bool = True
    link: str = ""
    requests: int = 1
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    reconstructed: str = ""
    assumptions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Selection(NamedTuple):
    """How large a selection was, as its evidence says.

    Attributes:
        rows: How many rows.
        weight: Their summed weight.
        missing: See `Evidence`.
    """

    rows: int
    weight: Decimal
    missing: frozenset[str] = frozenset()


def remarks(evidence: Evidence) -> tuple[str, ...]:
    """What a reader must know of the number, one sentence each; never a reason to stop.

    Its notes, and of a past value how it was worked out and what that takes for granted.
    """
    past = (f"reconstructed: {evidence.reconstructed}",) if evidence.reconstructed else ()
    assumed = (f"taken for granted: {each}" for each in evidence.assumptions)
    return tuple(each.rstrip(".") for each in (*past, *evidence.notes, *assumed))


def encode(evidence: Evidence) -> bytes:
    """The evidence as canonical JSON; `decode` gives an equal one back.

    Rows are written by columns, and a column that says the same of every row is left out. So is
    what only reconstructions and frozen scopes have: other evidence keeps the digest that it always
    had.
    """
    head = {
        field.name: value
        for field in fields(Evidence)
        if field.name != "rows"
        and ((value := getattr(evidence, field.name)) or field.name not in _RARE)
    }
    return canonical_json({"version": VERSION, **head, **_columns(evidence.rows)})


def decode(content: bytes) -> Evidence:
    """The evidence that `encode` wrote.

    Raises:
        DataError: The bytes are no evidence, or of a newer version.
    """
    with _readable():
        data = _loaded(content)
        rows = _rows(data)
        if data["formula"] not in get_args(Formula):
            raise DataError(
                f"evidence has the unknown formula {data['formula']!r}.",
                hint="Upgrade prefect-okr.",
            )
        scale, notes = Decimal(data.pop("scale")), tuple(data.pop("notes"))
        assumed, missing = tuple(data.pop("assumptions", ())), tuple(data.pop("missing", ()))
        return Evidence(
            **data, scale=scale, notes=notes, rows=rows, assumptions=assumed, missing=missing
        )


def selection_of(content: bytes) -> Selection:
    """How large the selection of encoded evidence was, without decoding its rows.

    Raises:
        DataError: See `decode`.
    """
    with _readable():
        data = _loaded(content)
        number = len(data["ids"])
        weights = data.get("weights")
        weight = Decimal(number) if weights is None else total(map(Decimal, weights))
        return Selection(number, weight, frozenset(data.get("missing", ())))


def digest_of(content: bytes) -> str:
    """The name under which encoded evidence is stored: `sha256:` and 64 hex digits."""
    return digest(content)


def re_add(evidence: Evidence) -> Decimal:
    """The value that the rows add up to by the evidence's formula, times its scale.

    count: rows. sum: Σ value of rows that have one. average: the same ÷ rows that have one.
    ratio: Σ value·weight ÷ Σ weight. median: the middle value, or the mean of the two middle ones.
    latest and value: the one row's value. Count and sum of nothing are 0. A value ends in no zeros
    behind the point, and is never -0.

    Raises:
        DataError: Nothing to average or divide by, or not exactly one value; the message is
            `empty selection` where no row counts.
    """
    return plain(_FORMULAS[evidence.formula](evidence))


def says_reconstructed(content: bytes) -> bool:
    """Whether evidence is of a past that nobody looked at; told without reading its rows.

    Args:
        content: As it was encoded.
    """
    # Between quotes within a text there would be backslashes.
    return b'"reconstructed":"' in content and b'"reconstructed":""' not in content


def denominator_of(evidence: Evidence) -> Decimal:
    """The summed weight of the rows: what a shrinking selection is judged by."""
    weights = _column(evidence, _WEIGHT)
    return Decimal(len(weights)) if _all_one(weights) else total(weights)


def _count(evidence: Evidence) -> Decimal:
    return _scaled(Decimal(len(evidence.rows)), evidence.scale)


def _sum(evidence: Evidence) -> Decimal:
    return _scaled(total(_values(evidence)), evidence.scale)


def _average(evidence: Evidence) -> Decimal:
    values = _some(_values(evidence), evidence)
    return quotient(_scaled(total(values), evidence.scale), Decimal(len(values)))


def _ratio(evidence: Evidence) -> Decimal:
    weight = denominator_of(evidence)
    if not weight:
        raise _nothing(evidence)
    if _all_one(_column(evidence, _WEIGHT)):
        reached = total(_values(evidence))
    else:
        reached = total(
            product(row.value, row.weight) for row in evidence.rows if row.value is not None
        )
    return quotient(_scaled(reached, evidence.scale), weight)


def _median(evidence: Evidence) -> Decimal:
    values = sorted(_some(_values(evidence), evidence))
    middle = len(values) // 2
    if len(values) % 2:
        return _scaled(values[middle], evidence.scale)
    both = plus(values[middle - 1], values[middle])
    return quotient(_scaled(both, evidence.scale), Decimal(2))


def _single(evidence: Evidence) -> Decimal:
    values = _some(_values(evidence), evidence)
    if len(values) != 1:
        raise DataError(
            f"{len(values)} values where one was expected.", hint="Narrow the selection."
        )
    return _scaled(values[0], evidence.scale)


_FORMULAS: Mapping[Formula, Callable[[Evidence], Decimal]] = {
    "count": _count,
    "sum": _sum,
    "average": _average,
    "ratio": _ratio,
    "median": _median,
    "latest": _single,
    "value": _single,
}


def _values(evidence: Evidence) -> list[Decimal]:
    return [value for value in _column(evidence, _VALUE) if value is not None]


def _column(evidence: Evidence, column: Callable[[Row], T]) -> list[T]:
    return list(map(column, evidence.rows))


def _some(values: list[Decimal], evidence: Evidence) -> list[Decimal]:
    if not values:
        raise _nothing(evidence)
    return values


def _nothing(evidence: Evidence) -> DataError:
    if not evidence.rows:
        return DataError("empty selection: no row to measure.", hint="Check the query.")
    return DataError(
        f"empty selection: none of {len(evidence.rows)} rows has a value to measure.",
        hint="Fill the field, or measure something else.",
    )


def _scaled(value: Decimal, scale: Decimal) -> Decimal:
    return value if scale == ONE else product(value, scale)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise DataError(
            f"evidence cannot be read ({type(error).__name__}).",
            hint=f"{okr('audit', 'verify').code} tells whether the store was altered.",
        ) from error


def _loaded(content: bytes) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(content)
    if data.pop("version") != VERSION:
        raise DataError("evidence is of a newer version.", hint="Upgrade prefect-okr.")
    return data


def _columns(rows: Sequence[Row]) -> dict[str, list[str | None]]:
    ids, values, weights, labels = zip(*rows, strict=True) if rows else ((), (), (), ())
    plain = ["1"] * len(rows)
    columns: dict[str, list[str | None]] = {"ids": list(ids)}
    for name, numbers in (("values", values), ("weights", weights)):
        # What is written decides, not what is equal: 1.0 equals 1 but has another digest.
        if not _all_one(numbers) and (column := _texts(numbers)) != plain:
            columns[name] = column
    if any(labels):
        columns["labels"] = list(labels)
    return columns


def _all_one(values: Sequence[Decimal | None]) -> bool:
    # By identity, which runs in C: a sync asks this of hundreds of thousands of numbers.
    return set(map(id, values)) <= {id(ONE)}


def _texts(values: Sequence[Decimal | None]) -> list[str | None]:
    distinct = dict(zip(map(id, values), values, strict=True))
    texts = {key: None if v is None else decimal_text(v) for key, v in distinct.items()}
    return list(map(texts.__getitem__, map(id, values)))


def _rows(data: dict[str, Any]) -> tuple[Row, ...]:
    ids: list[str] = data.pop("ids")
    known: dict[str, Decimal] = {"1": ONE}

    def number(text: str) -> Decimal:
        return known[text] if text in known else known.setdefault(text, Decimal(text))

    columns: dict[str, list[Any]] = {}
    if "values" in data:
        columns["values"] = [None if text is None else number(text) for text in data.pop("values")]
    if "weights" in data:
        columns["weights"] = list(map(number, data.pop("weights")))
    if "labels" in data:
        columns["labels"] = data.pop("labels")
    return in_columns(ids, **columns)
