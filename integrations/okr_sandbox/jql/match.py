"""A parsed query as a selection of rows: predicates, index lookups, order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from okr_sandbox.jira.snapshot import Row, Snapshot, Value, Values
from okr_sandbox.jql.clauses import Column
from okr_sandbox.jql.dates import Calendar, absolute
from okr_sandbox.jql.parser import And, Call, Clause, Empty, Literal, Node, Operand, Query
from okr_sandbox.jql.tokens import JqlError

Predicate = Callable[[Row], bool]

_DATE_FORMATS = (
    "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
    "or a period format e.g. '-5d', '4w 2d'"
)
_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    ">": lambda left, right: left > right,  # type: ignore[operator]  # both sides are of one kind
    ">=": lambda left, right: left >= right,  # type: ignore[operator]  # as above
    "<": lambda left, right: left < right,  # type: ignore[operator]  # as above
    "<=": lambda left, right: left <= right,  # type: ignore[operator]  # as above
}


@dataclass(slots=True)
class Matcher:
    """Selects rows of a snapshot.

    ``timed`` becomes True when an answer depends on the exact time, not only on the data. Issues
    that do not exist are an error only where ``checked``.
    """

    columns: Mapping[str, Column]
    calendar: Calendar
    snapshot: Snapshot
    timed: bool = False
    checked: bool = True

    def select(self, query: Query) -> list[Row]:
        """The rows that the query selects, in its order (newest first where it has none).

        Raises:
            JqlError: an unknown field, function or value, or an operator that a field lacks.
        """
        order = [(self.column(name), descending) for name, descending in query.order]
        if query.where is None:
            rows = list(self.snapshot.rows)
        else:
            accepts = self.predicate(query.where)
            near = self._candidates(query.where)
            rows = [row for row in (self.snapshot.rows if near is None else near) if accepts(row)]
        for column, descending in reversed(order):
            _sort(rows, column, descending)
        return rows

    def column(self, name: str) -> Column:
        """The field of this name.

        Raises:
            JqlError: there is none.
        """
        column = self.columns.get(name.casefold())
        if column is None:
            raise JqlError(
                f"Field '{name}' does not exist or you do not have permission to view it."
            )
        return column

    def predicate(self, node: Node) -> Predicate:
        """Whether a row is selected by the tree."""
        if isinstance(node, Clause):
            return self._clause(node)
        parts = [self.predicate(part) for part in node.parts]
        if isinstance(node, And):
            return lambda row: all(part(row) for part in parts)
        return lambda row: any(part(row) for part in parts)

    def _candidates(self, node: Node) -> Sequence[Row] | None:
        """Rows among which the selection is, by index; None where all must be tried."""
        if isinstance(node, Clause):
            return self._looked_up(node)
        found = [self._candidates(part) for part in node.parts]
        known = [rows for rows in found if rows is not None]
        if isinstance(node, And):
            return min(known, key=len, default=None)
        if len(known) < len(found):
            return None
        unique = {row.position: row for rows in known for row in rows}
        return [unique[position] for position in sorted(unique)]

    def _looked_up(self, clause: Clause) -> Sequence[Row] | None:
        column = self.column(clause.field)
        plain = all(isinstance(operand, Literal) for operand in clause.operands)
        if clause.operator not in ("=", "in") or not column.indexed or not plain:
            return None
        if any(_is_empty(column, operand) for operand in clause.operands):
            return None
        return self.snapshot.having(column.read, self._values(column, clause.operands))

    def _clause(self, clause: Clause) -> Predicate:
        column, operator = self.column(clause.field), clause.operator
        if operator not in column.operators:
            raise JqlError(
                f"The operator '{operator}' is not supported by the '{clause.field}' field."
            )
        if operator.startswith("was"):
            return self._was(column, clause)
        if operator in _COMPARE:
            return self._compared(column, operator, clause.operands)
        if operator in ("~", "!~"):
            return _contains(column, operator == "~", _text(clause.operands[0]))
        return self._among(column, operator, clause.operands)

    def _among(self, column: Column, operator: str, operands: Sequence[Operand]) -> Predicate:
        positive = operator in ("=", "in", "is")
        literal = [operand for operand in operands if not _is_empty(column, operand)]
        if operator in ("is", "is not") and literal:
            raise JqlError(
                f"The value for the operator '{operator}' of field '{column.name}' must be EMPTY."
            )
        empty = len(literal) < len(operands)
        wanted = frozenset(_rounded(value) for value in self._values(column, literal))
        read = column.read

        def matches(row: Row) -> bool:
            values = read(row)
            if not values:
                return empty and positive
            if not literal:
                return not positive
            return any(_rounded(value) in wanted for value in values) == positive

        return matches

    def _compared(self, column: Column, operator: str, operands: Sequence[Operand]) -> Predicate:
        holds, read = _COMPARE[operator], column.read
        if column.name == "key":
            return self._key_compared(holds, _text(operands[0]))
        limit = self._values(column, operands)[0]
        if column.rank is not None:
            rank = column.rank
            return lambda row: any(holds(rank(value), rank(limit)) for value in read(row))
        return lambda row: any(holds(value, limit) for value in read(row))

    def _key_compared(self, holds: Callable[[Value, Value], bool], limit: str) -> Predicate:
        """Numbers within the project of the issue that is named, as Jira compares issues."""
        if limit.isdigit():
            limit = self._issue("id", limit) or ""
        project, number = _key_order(limit.upper())
        return lambda row: (
            row.state.project == project and holds(float(row.state.number), float(number))
        )

    def _was(self, column: Column, clause: Clause) -> Predicate:
        wanted = frozenset(self._values(column, clause.operands))
        since, until = self._period(clause.when)
        positive = " not" not in clause.operator

        def matches(row: Row) -> bool:
            entered = row.issue.statuses(self.calendar.now)
            left = [time for time, _ in entered[1:]] + [None]
            held = any(
                status in wanted
                and (until is None or start <= until)
                and (since is None or end is None or end > since)
                for (start, status), end in zip(entered, left, strict=True)
            )
            return held == positive

        return matches

    def _period(
        self, when: tuple[str, tuple[Operand, ...]] | None
    ) -> tuple[datetime | None, datetime | None]:
        """The stretch that a history predicate looks at; ``on`` a date is that moment."""
        if when is None:
            return None, None
        name, operands = when
        times = [self._time("status", operand) for operand in operands]
        if name == "before":
            return None, times[0]
        if name == "after":
            return times[0], None
        return times[0], times[-1]

    def _values(self, column: Column, operands: Sequence[Operand]) -> list[Value]:
        if column.dates:
            return [self._time(column.name, operand) for operand in operands]
        if column.issues:
            named = [self._issue(column.name, _text(operand)) for operand in operands]
            return [key for key in named if key is not None]
        return [value for operand in operands for value in self._meant(column, operand)]

    def _issue(self, field: str, text: str) -> str | None:
        """The current key of an issue that a query names by key, former key or id."""
        row = self.snapshot.find(text)
        if row is None and not self.checked:
            return None
        if row is None:
            what = "A value with ID" if text.isdigit() else "An issue with key"
            raise JqlError(f"{what} '{text}' does not exist for field '{field}'.")
        return row.state.key

    def _meant(self, column: Column, operand: Operand) -> list[Value]:
        if isinstance(operand, Call):
            if operand.name.casefold() != "currentuser" or operand.arguments:
                raise JqlError(f"Unable to find JQL function '{operand.name}()'.")
            return column.meant("currentUser()")
        return column.meant(_text(operand))

    def _time(self, field: str, operand: Operand) -> datetime:
        if isinstance(operand, Call):
            self.timed = True
            return self._called(operand)
        text = _text(operand)
        found = absolute(text, self.calendar.zone)
        if found is None:
            self.timed = True
            found = self.calendar.relative(text)
        if found is None:
            raise JqlError(
                f"Date value '{text}' for field '{field}' is invalid. "
                f"Valid formats include: {_DATE_FORMATS}."
            )
        return found

    def _called(self, call: Call) -> datetime:
        try:
            found = self.calendar.function(call.name, call.arguments)
        except ValueError as error:
            raise JqlError(
                f"The function '{call.name}' does not accept the argument '{error}'."
            ) from error
        if found is None:
            raise JqlError(f"Unable to find JQL function '{call.name}()'.")
        return found


def _text(operand: Operand) -> str:
    if isinstance(operand, Literal):
        return operand.text
    what = "EMPTY" if isinstance(operand, Empty) else f"{operand.name}()"
    raise JqlError(f"A value was expected but got '{what}'.")


def _is_empty(column: Column, operand: Operand) -> bool:
    """EMPTY, and the resolution Unresolved, which is Jira's name for none."""
    if isinstance(operand, Literal):
        return column.name == "resolution" and operand.text.casefold() == "unresolved"
    return isinstance(operand, Empty)


def _rounded(value: Value) -> Value:
    """Equality of times is by the minute, as JQL writes them."""
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def _contains(column: Column, positive: bool, text: str) -> Predicate:
    read, wanted = column.read, text.casefold()
    phrase = wanted.strip('"') if wanted.startswith('"') else None

    def matches(row: Row) -> bool:
        values = read(row)
        return bool(values) and any(_found(str(value)) for value in values) == positive

    def _found(value: str) -> bool:
        folded = value.casefold()
        if phrase is not None:
            return phrase in folded
        words = "".join(mark if mark.isalnum() else " " for mark in folded).split()
        return all(_has_word(words, word) for word in wanted.split())

    return matches


def _has_word(words: Sequence[str], wanted: str) -> bool:
    if wanted.endswith("*"):
        return any(word.startswith(wanted[:-1]) for word in words)
    return wanted in words


def _key_order(key: str) -> tuple[str, int]:
    project, _, number = key.rpartition("-")
    return project, int(number) if number.isdigit() else 0


def _sort(rows: list[Row], column: Column, descending: bool) -> None:
    """Stable, empty values last either way."""
    filled = [row for row in rows if column.read(row)]
    empty = [row for row in rows if not column.read(row)]
    filled.sort(key=_sort_key(column), reverse=descending)
    rows[:] = filled + empty


def _sort_key(column: Column) -> Callable[[Row], Values]:
    if column.name == "key":
        return lambda row: (row.state.project, row.state.number)
    if column.rank is not None:
        rank = column.rank
        return lambda row: tuple(rank(value) for value in column.read(row))
    return column.read
