"""Comparing: what two runs said of the same asks; for the contract suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from okr_core.record.evidence import digest_of, encode
from okr_sources.answers import Answer, Ask, Observed, RequestPlan, Suspect, Unavailable

Value = Observed | Suspect


def keys(asks: Iterable[Ask]) -> set[str]:
    """Key results that are asked for."""
    return {ask.key_result for ask in asks}


def pages(plan: RequestPlan) -> int:
    """Requests that the plan expects where all sizes are known."""
    return sum(fetch.pages or 0 for fetch in plan.fetches)


def valued(answers: Iterable[Answer]) -> list[Value]:
    """Answers that have a value, suspect ones included."""
    return [answer for answer in answers if isinstance(answer, Value)]


def misspelt(ask: Ask) -> dict[str, object]:
    """The ask's binding with a key that no binding has."""
    return {**ask.binding, "no_such_key": "1"}


def raises(kind: type[Exception], action: Callable[[], object]) -> bool:
    """Whether the action raises that error; any other one passes through."""
    try:
        action()
    except kind:
        return True
    return False


def same(
    one: Sequence[Answer], other: Sequence[Answer], essence: Callable[[Value], object]
) -> None:
    """Refuse a difference between two runs.

    Args:
        one: Answers of the first run.
        other: Answers of the second run, in any order.
        essence: What must be the same beside kind and value; reasons always are.

    Raises:
        AssertionError: The message names what changed.
    """
    first, second = ({a.key_result: _told(a, essence) for a in each} for each in (one, other))
    changed = {
        key: (told, second.get(key)) for key, told in first.items() if told != second.get(key)
    }
    assert not changed, f"these answers changed: {changed}"


def _told(answer: Answer, essence: Callable[[Value], object]) -> object:
    if isinstance(answer, Unavailable):
        return answer.reason, answer.hint
    return type(answer).__name__, answer.value, essence(answer)


def whole(answer: Value) -> str:
    """All of an answer's evidence."""
    return digest_of(encode(answer.evidence))


def numbers(answer: Value) -> object:
    """Ids and numbers of the rows: a planner that knows sizes may ask otherwise, without labels."""
    return [(row.id, row.value, row.weight) for row in answer.evidence.rows]
