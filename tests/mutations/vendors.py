"""Vendors: all whose answers are mutated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from documented import documented_jira, documented_notion
from jira_vendors import counted, frozen, jira
from notion_vendors import computed, notion
from replay import Answer, Request, Served
from truth import Truth, number, number_or_text
from vendor import Vendor


def vendors(named: str = "") -> Iterator[Vendor]:
    """The one of that name, else those whose name holds it, made when it is their turn."""
    makers: dict[str, Callable[[], Vendor]] = {
        "jira cloud": partial(jira, "cloud"),
        "jira datacenter": partial(jira, "datacenter"),
        "jira cloud by ids": counted,
        "jira cloud frozen": partial(frozen, "cloud"),
        "jira datacenter frozen": partial(frozen, "datacenter"),
        "jira cloud documented": partial(documented_jira, "cloud"),
        "jira datacenter documented": partial(documented_jira, "datacenter"),
        "notion": notion,
        "notion computed": computed,
        "notion documented": documented_notion,
        "http": http,
    }
    chosen = [named] if named in makers else [name for name in makers if named in name]
    yield from (makers[name]() for name in chosen)


_DEALS = (
    b'{"data": {"total": 42.5, "text": "12.50", "state": "fresh", "items": ['
    b'{"id": 1, "amount": 3, "open": false}, '
    b'{"id": 2, "amount": 4.5, "open": true}, {"id": 3, "amount": null, "open": true}, '
    b'{"id": 4, "amount": 0.1, "open": false}]}, "page": {"number": 1, "size": 50}}'
)


def http() -> Vendor:
    """Four deals, one without an amount."""

    def says(_: Request, __: list[tuple[str, str]]) -> Answer:
        return Answer(200, (("Content-Type", "application/json"),), _DEALS)

    values = {
        "value": "data.total",
        "length": "length(data.items)",
        "sum": "sum(data.items[].amount)",
        "average": "avg(data.items[].amount)",
        "open": "length(data.items[?open])",
        "filtered": "sum(data.items[?open].amount)",
        "text": "to_number(data.text)",
    }
    return Vendor(
        name="http",
        kind="http",
        path="",
        says=says,
        asks={name: {"url": "/deals", "value": value} for name, value in values.items()},
        serves=lambda _: tuple(values),
        judges={name: partial(_http_judge, name) for name in values},
        settings={"options": {"allow_private": True, "allow_http": True}},
    )


def _http_judge(measure: str, served: Sequence[Served], _: Sequence[Served]) -> Truth:
    """JMESPath by its specification: a projection leaves null out, and goes over lists only.

    But for one thing: a name that none of the rows has is misspelt, and no number.
    """
    said = served[-1].says if served else None
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, dict):
        return Truth()
    if measure == "value":
        return Truth(_some(number(data.get("total"))), repr(data.get("total")))
    if measure == "text":
        return Truth(_some(number_or_text(data.get("text"))), repr(data.get("text")))
    items = data.get("items")
    return _of_items(measure, items) if isinstance(items, list) else Truth()


def _of_items(measure: str, items: Sequence[object]) -> Truth:
    rows = [each for item in items for each in (item if isinstance(item, list) else [item])]
    read = {"open": ("open",), "filtered": ("open", "amount"), "length": ()}.get(
        measure, ("amount",)
    )
    known = [row for row in rows if isinstance(row, dict)]
    if known and any(all(name not in row for row in known) for name in read):
        return Truth()
    if measure == "length":
        return Truth(frozenset({Fraction(len(items))}), len(items))
    if measure == "open":
        found = sum(isinstance(each, dict) and _true(each.get("open")) for each in items)
        return Truth(frozenset({Fraction(found)}), found)
    if measure == "filtered":
        items = [each for each in items if isinstance(each, dict) and _true(each.get("open"))]
    flat = [each for item in items for each in (item if isinstance(item, list) else [item])]
    amounts = [each.get("amount") for each in flat if isinstance(each, dict)]
    cells = [number(each) for each in amounts if each is not None]
    numbers = [value for cell in cells for value in cell if value is not None]
    if len(numbers) < len(cells) or (measure == "average" and not numbers):
        return Truth()
    total = sum(numbers, Fraction())
    value = total / len(numbers) if measure == "average" else total
    return Truth(frozenset({value}), sorted(numbers))


def _some(cell: frozenset[Fraction | None]) -> frozenset[Fraction]:
    return frozenset(value for value in cell if value is not None)


def _true(value: object) -> bool:
    """What JMESPath takes for true: all but false, null, and what is empty; 0 is true."""
    if isinstance(value, str | list | dict):
        return bool(value)
    return value is not None and value is not False
