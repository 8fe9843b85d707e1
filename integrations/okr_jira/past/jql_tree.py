"""JQL as a tree: clauses joined by AND and OR, with NOT pushed down to the operators.

Jira reads NOT the same way: `NOT status = Done` is `status != Done`, and an issue without a value
matches neither side. Operands are kept as they are written, so that a clause can be sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from okr_core.errors import DataError

_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<mark>[(),])"""
    r"""|(?P<operator>!=|!~|<=|>=|[=<>~])|(?P<word>[^\s()"',=<>!~]+))""",
    re.DOTALL,
)
_OPPOSITES = (
    ("=", "!="),
    ("~", "!~"),
    (">", "<="),
    ("<", ">="),
    ("in", "not in"),
    ("is", "is not"),
)
_NEGATED = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
_JOINS = {"and": "and", "&&": "and", "&": "and", "or": "or", "||": "or", "|": "or"}
_EMPTY = frozenset({"empty", "null"})
Join = Literal["and", "or"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a clause.

    Attributes:
        text: Without quotes; of a function its name.
        function: Whether it is a call such as `now()`.
        empty: Whether it is EMPTY or NULL.
    """

    text: str
    function: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A field, an operator and values.

    Attributes:
        name: The field as it is written.
        operator: In lower case.
        operand: The values as they are written.
    """

    name: str
    operator: str
    operand: str
    values: tuple[Value, ...]

    @property
    def field(self) -> str:
        """The field's name, without quotes and case."""
        return _unquoted(self.name).casefold()

    def __str__(self) -> str:
        return f"{self.name} {self.operator} {self.operand}"


@dataclass(frozen=True, slots=True)
class Group:
    """Two or more parts of which all or any must hold."""

    join: Join
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        shown = (f"({part})" if isinstance(part, Group) else str(part) for part in self.parts)
        return f" {self.join.upper()} ".join(shown)


Node = Clause | Group


def parse(jql: str) -> Node:
    """The query, without an ORDER BY, as a tree.

    Raises:
        DataError: It asks for history (WAS, CHANGED), or is not understood.

    >>> str(parse('project = A AND NOT (status in (Done, "In Test") OR labels = x)'))
    'project = A AND (status not in (Done, "In Test") AND labels != x)'
    """
    return _Parser(jql).whole()


def clauses(node: Node) -> Iterator[Clause]:
    """All clauses of a tree, from left to right."""
    if isinstance(node, Clause):
        yield node
    else:
        for part in node.parts:
            yield from clauses(part)


def conjuncts(node: Node) -> Iterator[Node]:
    """The parts of which all must hold."""
    if isinstance(node, Group) and node.join == "and":
        for part in node.parts:
            yield from conjuncts(part)
    else:
        yield node


def joined(join: Join, parts: list[Node]) -> Node:
    """The parts as one node."""
    return parts[0] if len(parts) == 1 else Group(join, tuple(parts))


def _negated(node: Node) -> Node:
    if isinstance(node, Clause):
        return replace(node, operator=_NEGATED[node.operator])
    return Group("or" if node.join == "and" else "and", tuple(map(_negated, node.parts)))


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] in ('"', "'") else text


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """A word that is not quoted, in lower case; empty for anything else."""
        return self.text.casefold() if self.kind == "word" else ""


class _Parser:
    def __init__(self, jql: str) -> None:
        self._jql = jql
        self._tokens = list(_tokens(jql))
        self._at = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def whole(self) -> Node:
        node = self._any()
        if self._next.kind != "end":
            raise self._strange()
        return node

    def _any(self) -> Node:
        return self._many("or", self._all)

    def _all(self) -> Node:
        return self._many("and", self._one)

    def _many(self, join: Join, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while _JOINS.get(self._next.word) == join:
            self._take()
            parts.append(part())
        return joined(join, parts)

    def _one(self) -> Node:
        if self._next.word == "not":
            self._take()
            return _negated(self._one())
        if self._next.text == "(" and self._next.kind == "mark":
            self._take()
            node = self._any()
            self._expect(")")
            return node
        return self._clause()

    def _clause(self) -> Clause:
        name = self._take()
        if name.kind not in ("word", "quoted"):
            raise self._strange(name)
        operator = self._operator()
        start = self._next.start
        values = tuple(self._list() if self._is_mark("(") else [self._value()])
        return Clause(
            name.text, operator, self._jql[start : self._tokens[self._at - 1].end], values
        )

    def _operator(self) -> str:
        token = self._take()
        if token.kind == "operator":
            return token.text
        if token.word in ("was", "changed"):
            raise DataError(
                f"`{token.text.upper()}` asks for history as it is known today.",
                hint="Write the query without it.",
            )
        if token.word == "in":
            return "in"
        if token.word == "not" and self._next.word == "in":
            self._take()
            return "not in"
        if token.word == "is":
            if self._next.word == "not":
                self._take()
                return "is not"
            return "is"
        raise self._strange(token)

    def _list(self) -> Iterator[Value]:
        self._take()
        yield self._value()
        while self._is_mark(","):
            self._take()
            yield self._value()
        self._expect(")")

    def _value(self) -> Value:
        token = self._take()
        if token.kind == "quoted":
            return Value(_unquoted(token.text))
        if token.kind != "word":
            raise self._strange(token)
        if self._is_mark("("):
            while self._take().text != ")":
                if self._next.kind == "end":
                    raise self._strange()
            return Value(token.text, function=True)
        return Value(token.text, empty=token.word in _EMPTY)

    def _is_mark(self, mark: str) -> bool:
        return self._next.kind == "mark" and self._next.text == mark

    def _expect(self, mark: str) -> None:
        if not self._is_mark(mark):
            raise self._strange()
        self._take()

    def _strange(self, token: _Token | None = None) -> DataError:
        found = token or self._next
        shown = self._jql[found.start :][:30] or "its end"
        return DataError(
            f"the query is not understood at `{shown}`.",
            hint="Write it with fields, operators, AND, OR, NOT and parentheses.",
        )


def _tokens(jql: str) -> Iterator[_Token]:
    at = 0
    while at < len(jql.rstrip()):
        found = _TOKEN.match(jql, at)
        if found is None:
            yield _Token("strange", jql[at:].strip(), at, len(jql))
            break
        kind = str(found.lastgroup)
        yield _Token(kind, found[kind], found.start(kind), found.end(kind))
        at = found.end()
    yield _Token("end", "", len(jql), len(jql))
