"""Plan edit: the text of a plan with changed and added items; what people wrote beside stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from okr_core.basics.command import okr
from okr_core.errors import InputError
from okr_core.files.document import load_plan, read_document
from okr_core.files.yaml_edit import Path, Value, edited
from okr_core.plan.dump import plain
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.revision import plan_digest

_LISTS = frozenset({"key_results"})


def edited_plan(name: str, text: str, new: Plan) -> str:
    r"""The text of a plan with a plan's items; items that the text has and the plan has not stay.

    Args:
        name: What messages call the file.
        text: YAML with line ends as `\n`.
        new: The plan that it shall say: the same cycle, the same items in their order, and others
            behind them.

    Raises:
        DocumentError: The text has errors.
        InputError: It cannot be edited so that it says the plan.
    """
    old = load_plan(text, name)
    changes: dict[Path, Value] = dict(_changes(old, new))
    if new.objectives and "objectives" not in read_document(text, name).data:
        changes = {("objectives",): list(changes.values())}
    result = edited(text, changes)
    if plan_digest(load_plan(result, name)) != plan_digest(new):
        raise InputError(
            f"{name}: its items cannot be changed in place. Nothing was written.",
            hint=f"Write each objective and key result on lines of its own, as {okr('init').code} "
            "does.",
        )
    return result


def _changes(old: Plan, new: Plan) -> Iterator[tuple[Path, Value]]:
    for place, objective in enumerate(new.objectives):
        path = ("objectives", str(place))
        if place >= len(old.objectives):
            yield path, _data(objective)
        else:
            yield from _item(path, old.objectives[place], objective)
            yield from _key_results(path, old.objectives[place], objective)


def _key_results(path: Path, old: Objective, new: Objective) -> Iterator[tuple[Path, Value]]:
    added = []
    for place, key_result in enumerate(new.key_results):
        below = (*path, "key_results", str(place))
        if place < len(old.key_results):
            yield from _item(below, old.key_results[place], key_result)
        elif old.key_results:
            yield below, _data(key_result)
        else:
            added.append(_data(key_result))
    if added:
        yield (*path, "key_results"), [*added]


def _item(
    path: Path, old: Objective | KeyResult, new: Objective | KeyResult
) -> Iterator[tuple[Path, Value]]:
    before, after = plain(old), plain(new)
    for key, value in after.items():
        if key not in _LISTS and before.get(key) != value:
            yield (*path, key), _value(value)
    gone = [key for key in before if key not in after and key not in _LISTS]
    if gone:
        raise InputError(
            f"`{old.id}` has the key {gone[0]}, which would have to go.",
            hint="Change it in the file first, then import again.",
        )


def _data(item: Objective | KeyResult) -> dict[str, Value]:
    return {key: _value(value) for key, value in plain(item).items()}


def _value(value: object) -> Value:
    if isinstance(value, Mapping):
        return {str(key): _value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value  # type: ignore[return-value]  # what is left of plain data are leaves
