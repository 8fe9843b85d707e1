"""Absence: the names that an expression looks for in the entries of a list, and does not find.

To JMESPath a name that is not there is null; lists lose what is null, and nothing equals it. So the
sum over a renamed field would be 0, and so would be the count of entries that are `won`. Whoever
searches here is told what was looked for and how often it was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jmespath
from jmespath.visitor import TreeInterpreter

from okr_http.expression import ExactFunctions, children_of, expression_of

Node = Mapping[str, object]
_LISTS = ("projection", "filter_projection", "value_projection")
_COUNTS = frozenset({"length", "sum", "avg", "max", "min", "max_by", "min_by"})


@dataclass(slots=True)
class Tally:
    """How often a name was looked for: there with a value, there as null, or not there at all."""

    filled: int = 0
    null: int = 0
    absent: int = 0


@dataclass(slots=True)
class Entries:
    """What a list of an expression was made of.

    Attributes:
        looked: Entries that came so far.
        blank: Those of them that are null themselves.
        tested: Entries that a filter looked at.
        unlit: Those of them that are null themselves.
        dropped: Entries that came so far and gave nothing.
    """

    looked: int = 0
    blank: int = 0
    tested: int = 0
    unlit: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Sought:
    """What an expression looks for in entries.

    Attributes:
        groups: Names of which at least one must be there: more than one where they stand in for
            each other, as in `amount || value`.
        lists: Where entries are looked at one by one.
        counts: Whether a list is looked at at all.
    """

    groups: tuple[tuple[Node, ...], ...]
    lists: tuple[Node, ...]
    counts: bool


@dataclass(slots=True)
class Searched:
    """What an expression found, and what it did not.

    Attributes:
        value: What it found; None for nothing.
        missing: What no entry has, as (how many entries, its name); None where all is there.
        example: An entry that lacks it.
        notes: What some entries lack.
        unread: The first text that `to_number` gave nothing for, where entries or all depend on it.
        counts: Whether the expression counts, adds or picks from a list.
    """

    value: object
    missing: tuple[int, str] | None = None
    example: object = None
    notes: tuple[str, ...] = ()
    unread: str | None = None
    counts: bool = False


def searched(text: str, document: object) -> Searched:
    """What an expression finds in a JSON document.

    Raises:
        JMESPathError: A function got what it does not take.
        ArithmeticError: A number left what can be computed.
    """
    sought = _sought(text)
    looking = _Looking(sought)
    value = looking.visit(expression_of(text).parsed, document)
    missing = next(looking.missing(), None)
    lost = value is None or any(each.dropped for each in looking.entries.values())
    return Searched(
        value,
        missing,
        looking.example,
        tuple(looking.lacking()),
        looking.unread if lost else None,
        sought.counts,
    )


class _Functions(ExactFunctions):
    """As elsewhere; keeps the first text that is no number."""

    unread: str | None = None

    def call_function(self, function_name: str, resolved_args: Any) -> Any:
        found = super().call_function(function_name, resolved_args)
        if found is None and function_name == "to_number" and self.unread is None:
            given = resolved_args[0]
            self.unread = given if isinstance(given, str) else None
        return found


class _Looking(TreeInterpreter):
    """Evaluates as the library does, and counts."""

    def __init__(self, sought: _Sought) -> None:
        self._functions_seen = _Functions()
        super().__init__(jmespath.Options(custom_functions=self._functions_seen))
        self._sought = sought
        self.tallies = {id(node): Tally() for group in sought.groups for node in group}
        self.entries = {id(node): Entries() for node in sought.lists}
        self.example: object = None

    @property
    def unread(self) -> str | None:
        return self._functions_seen.unread

    def visit_field(self, node: Any, value: Any) -> Any:
        if not isinstance(value, dict):
            if value is not None and (tally := self.tallies.get(id(node))) is not None:
                tally.absent += 1
            return None
        found = value.get(node["value"])
        tally = self.tallies.get(id(node))
        if tally is not None:
            if found is not None:
                tally.filled += 1
            elif node["value"] in value:
                tally.null += 1
            else:
                tally.absent += 1
                self.example = value
        return found

    def visit_projection(self, node: Any, value: Any) -> list[Any] | None:
        base = self.visit(node["children"][0], value)
        return self._each(node, base) if isinstance(base, list) else None

    def visit_value_projection(self, node: Any, value: Any) -> list[Any] | None:
        base = self.visit(node["children"][0], value)
        return self._each(node, list(base.values())) if isinstance(base, dict) else None

    def visit_filter_projection(self, node: Any, value: Any) -> list[Any] | None:
        source, _, condition = node["children"]
        base = self.visit(source, value)
        if not isinstance(base, list):
            return None
        entries = self.entries[id(node)]
        entries.tested += len(base)
        entries.unlit += sum(each is None for each in base)
        holds = self._is_true  # type: ignore[attr-defined]  # the library's, unknown to its types
        return self._each(node, [each for each in base if holds(self.visit(condition, each))])

    def _each(self, node: Any, base: list[Any]) -> list[Any]:
        right, entries = node["children"][1], self.entries[id(node)]
        found = [self.visit(right, each) for each in base]
        kept = [each for each in found if each is not None]
        entries.looked += len(base)
        if len(kept) < len(found):
            entries.blank += sum(each is None for each in base)
            entries.dropped += len(found) - len(kept)
        return kept

    def missing(self) -> Iterator[tuple[int, str]]:
        """What no entry has, as (how many entries, name)."""
        for group in self._sought.groups:
            tallies = [self.tallies[id(node)] for node in group]
            absent = max(each.absent for each in tallies)
            if absent and not any(each.filled or each.null for each in tallies):
                yield absent, " or ".join(dict.fromkeys(f"`{node['value']}`" for node in group))
        for node in self._sought.lists:
            entries, right = self.entries[id(node)], children_of(node)[1]
            names = [each for each in _fields(right) if id(each) in self.tallies]
            told = any(self.tallies[id(each)].null for each in names)
            if entries.looked and entries.dropped == entries.looked and not told:
                yield entries.looked, _said(right)
            if entries.tested and entries.unlit == entries.tested:
                yield entries.tested, _said(children_of(node)[2])

    def lacking(self) -> Iterator[str]:
        """What some entries have not, for people."""
        found: dict[str, str] = {}
        for group in self._sought.groups:
            tally = self.tallies[id(group[0])]
            if len(group) == 1 and tally.absent:
                name = f"`{group[0]['value']}`"
                found[name] = _lack(tally.absent, tally.filled + tally.null + tally.absent, name)
        for node in self._sought.lists:
            entries = self.entries[id(node)]
            if entries.dropped:
                name = _said(children_of(node)[1])
                found[name] = _lack(entries.dropped, entries.looked, name)
        yield from found.values()


def _lack(some: int, of: int, name: str) -> str:
    return f"{some} of {of} entries {'has' if some == 1 else 'have'} no {name}"


@cache
def _sought(text: str) -> _Sought:
    tree = expression_of(text).parsed
    groups: list[tuple[Node, ...]] = []
    lists: list[Node] = []
    _seek(tree, groups, lists, inside=False)
    counts = bool(lists) or any(node.get("value") in _COUNTS for node in _functions(tree))
    return _Sought(tuple(groups), tuple(lists), counts)


def _seek(node: Node, groups: list[tuple[Node, ...]], lists: list[Node], *, inside: bool) -> None:
    """Collect what is looked for in entries.

    What is expected to be absent is not missed: what an expression negates, compares with null,
    asks the type of, or gives a default for.
    """
    kind, children = node["type"], children_of(node)
    if kind == "field":
        if inside:
            groups.append((node,))
    elif kind in _LISTS:
        lists.append(node)
        _seek(children[0], groups, lists, inside=inside)
        for each in children[1:]:
            _seek(each, groups, lists, inside=True)
    elif kind == "or_expression" or (kind == "function_expression" and node["value"] == "not_null"):
        _seek_either(node, groups, lists, inside=inside)
    elif _asks_whether(node):
        _seek_lists(node, lists)
    else:
        for each in children:
            _seek(each, groups, lists, inside=inside or kind == "expref")


def _seek_either(
    node: Node, groups: list[tuple[Node, ...]], lists: list[Node], *, inside: bool
) -> None:
    """Collect what stands in for each other: one name of several; none where there is a default."""
    paths = []
    for each in _alternatives(node):
        if _is_path(each):
            paths.append(each)
            _seek_lists(each, lists)
        else:
            _seek(each, groups, lists, inside=inside)
    defaulted = any(each["type"] == "literal" for each in _alternatives(node))
    names = tuple(name for path in paths for name in _fields(path))
    if inside and names and not defaulted:
        groups.append(names)


def _alternatives(node: Node) -> Iterator[Node]:
    for each in children_of(node):
        if each["type"] == "or_expression":
            yield from _alternatives(each)
        else:
            yield each


def _seek_lists(node: Node, lists: list[Node]) -> None:
    lists += [each for each in _below(node) if each["type"] in _LISTS]


def _asks_whether(node: Node) -> bool:
    """Whether it asks if something is there at all: `!a`, ``a == `null` ``, `type(a)`."""
    kind, children = node["type"], children_of(node)
    if kind == "not_expression":
        return _is_path(children[0])
    if kind == "comparator":
        return any(map(_is_null, children))
    return kind == "function_expression" and node["value"] == "type"


def _is_null(node: Node) -> bool:
    """Whether it is null, or the name `null`, which is written for it and is never there."""
    return (node["type"], node.get("value")) in (("literal", None), ("field", "null"))


def _is_path(node: Node) -> bool:
    """Whether it leads to a value, rather than saying something true or false."""
    truths = ("comparator", "and_expression", "or_expression", "not_expression")
    return node["type"] not in truths


def _fields(node: Node) -> list[Node]:
    return [each for each in _below(node) if each["type"] == "field"]


def _functions(node: Node) -> list[Node]:
    return [each for each in _below(node) if each["type"] == "function_expression"]


def _below(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order in which they are written."""
    yield node
    for each in children_of(node):
        yield from _below(each)


def _said(node: Node) -> str:
    """What a part of an expression gives, by the names in it."""
    while node["type"] in _LISTS:
        node = children_of(node)[0]
    if node["type"] == "subexpression" and all(c["type"] == "field" for c in children_of(node)):
        return f"`{'.'.join(str(each['value']) for each in children_of(node))}`"
    names = dict.fromkeys(f"`{each['value']}`" for each in _fields(node))
    return " or ".join(names) or "value"
