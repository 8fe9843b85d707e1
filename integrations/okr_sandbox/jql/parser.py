"""JQL's grammar: a query becomes a tree of clauses and an order."""

from dataclasses import dataclass, replace
from functools import lru_cache

from okr_sandbox.jql.tokens import JqlError, Token, tokens

NEGATED = {
    "=": "!=",
    "!=": "=",
    "~": "!~",
    "!~": "~",
    ">": "<=",
    "<=": ">",
    "<": ">=",
    ">=": "<",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
    "was": "was not",
    "was not": "was",
    "was in": "was not in",
    "was not in": "was in",
}
"""The operator that NOT turns each operator into."""

_LISTS = frozenset({"in", "not in", "was in", "was not in"})
_OPERATORS = "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'"
_PREDICATES = ("ON", "BEFORE", "AFTER", "DURING")


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Empty:
    """EMPTY or NULL."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function such as ``startOfWeek(-1)``."""

    name: str
    arguments: tuple[str, ...] = ()


Operand = Literal | Empty | Call


@dataclass(frozen=True, slots=True)
class Clause:
    """``field operator operands``; lists have several operands.

    ``when`` is the history predicate of ``was``, such as ``("on", (Literal("2026-10-01"),))``.
    """

    field: str
    operator: str
    operands: tuple[Operand, ...]
    when: tuple[str, tuple[Operand, ...]] | None = None


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any part."""

    parts: tuple["Node", ...]


Node = Clause | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: what to select (None: everything) and how to order it."""

    where: Node | None
    order: tuple[tuple[str, bool], ...] = ()
    """Fields of ORDER BY with True for descending."""


@lru_cache(maxsize=4096)
def parse(jql: str) -> Query:
    """The query as a tree; NOT is pushed down to the operators, as Jira does.

    >>> parse('NOT (labels = a OR labels in (b, c))').where.parts[1].operator
    'not in'

    Raises:
        JqlError: the query breaks the grammar.
    """
    return _Parser(tokens(jql)).query()


def negated(node: Node) -> Node:
    """NOT of a tree: issues with an empty field match neither side, as in Jira."""
    if isinstance(node, Clause):
        return replace(node, operator=NEGATED[node.operator])
    parts = tuple(negated(part) for part in node.parts)
    return Or(parts) if isinstance(node, And) else And(parts)


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _skip(self, *words: str) -> bool:
        if self._next.is_word(*words):
            self._at += 1
            return True
        return False

    def query(self) -> Query:
        starts_with_order = self._next.kind == "end" or self._next.is_word("ORDER")
        where = None if starts_with_order else self._either()
        order = self._order() if self._skip("ORDER") else ()
        if self._next.kind != "end":
            raise self._unexpected("Expecting either 'OR' or 'AND' but got")
        return Query(where, order)

    def _either(self) -> Node:
        parts = [self._both()]
        while self._skip("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Node:
        parts = [self._term()]
        while self._skip("AND"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _term(self) -> Node:
        if self._skip("NOT"):
            return negated(self._term())
        if self._next.kind == "(":
            self._take()
            inner = self._either()
            self._close()
            return inner
        return self._clause()

    def _clause(self) -> Clause:
        name = self._next
        reserved = name.is_word("AND", "OR", "IN", "IS", "EMPTY", "NULL", "ORDER", "BY")
        if name.kind not in ("word", "string") or reserved:
            raise self._unexpected("Expecting a field name but got")
        self._take()
        operator = self._operator()
        operands = self._operands(operator)
        when = self._predicate() if operator.startswith("was") else None
        return Clause(name.text, operator, operands, when)

    def _operator(self) -> str:
        if self._next.kind == "operator":
            return self._take().text
        if self._skip("IN"):
            return "in"
        if self._next.is_word("NOT") and self._tokens[self._at + 1].is_word("IN"):
            self._at += 2
            return "not in"
        if self._skip("IS"):
            return "is not" if self._skip("NOT") else "is"
        if self._skip("WAS"):
            negation = " not" if self._skip("NOT") else ""
            return f"was{negation}{' in' if self._skip('IN') else ''}"
        raise self._unexpected(
            "Expecting operator but got", f" The valid operators are {_OPERATORS}."
        )

    def _operands(self, operator: str) -> tuple[Operand, ...]:
        if operator not in _LISTS:
            return (self._operand(),)
        if self._next.kind != "(":
            operand = self._operand()
            if not isinstance(operand, Call):
                raise JqlError(
                    f"Error in the JQL Query: Operator '{operator}' expects a list of values."
                )
            return (operand,)
        return self._list()

    def _list(self) -> tuple[Operand, ...]:
        self._take()
        operands = [self._operand()]
        while self._next.kind == ",":
            self._take()
            operands.append(self._operand())
        self._close()
        return tuple(operands)

    def _operand(self) -> Operand:
        token = self._next
        if token.kind == "string":
            return Literal(self._take().text)
        if token.kind != "word" or token.is_word("AND", "OR", "NOT", "IN", "IS", "ORDER"):
            raise self._unexpected("Expecting either a value, list or function but got")
        self._take()
        if self._next.kind == "(":
            return Call(token.text, self._arguments())
        return Empty() if token.is_word("EMPTY", "NULL") else Literal(token.text)

    def _arguments(self) -> tuple[str, ...]:
        self._take()
        arguments: list[str] = []
        while self._next.kind in ("word", "string", ","):
            token = self._take()
            if token.kind != ",":
                arguments.append(token.text)
        self._close()
        return tuple(arguments)

    def _predicate(self) -> tuple[str, tuple[Operand, ...]] | None:
        if not self._next.is_word(*_PREDICATES):
            return None
        name = self._take().text.lower()
        return name, self._list() if self._next.kind == "(" else (self._operand(),)

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if not self._skip("BY"):
            raise self._unexpected("Expecting 'by' but got")
        fields = [self._order_field()]
        while self._next.kind == ",":
            self._take()
            fields.append(self._order_field())
        return tuple(fields)

    def _order_field(self) -> tuple[str, bool]:
        if self._next.kind not in ("word", "string"):
            raise self._unexpected("Expecting a field name but got")
        name = self._take().text
        return name, self._skip("DESC") or (self._skip("ASC") and False)

    def _close(self) -> None:
        if self._next.kind == "end":
            raise JqlError("Error in the JQL Query: Expecting ')' before the end of the query.")
        if self._next.kind != ")":
            raise self._unexpected("Expecting ')' but got")
        self._take()

    def _unexpected(self, expected: str, more: str = "") -> JqlError:
        token = self._next
        got = "the end of the query" if token.kind == "end" else f"'{token.text}'"
        return JqlError(f"Error in the JQL Query: {expected} {got}.{more} {token.where}")
