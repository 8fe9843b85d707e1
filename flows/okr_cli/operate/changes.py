"""Changes of a deploy, in the words in which people see what would be done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from okr_cli.shell.layout import hang
from okr_cli.shell.output import page_width
from okr_core.basics.command import okr

if TYPE_CHECKING:
    from okr_flows.deploy.diff import Change

_MARKS = {"create": "+", "change": "~", "adopt": ">", "delete": "-"}
_VALUES_HIDDEN = "job variables"
"""Its values may hold a token that a person put there: only their names are shown."""
_SERVED = f"none ({okr('serve').code} starts the runs)"
_MOST, _LENGTH, _CONTEXT = 3, 60, 20
_ABSENT = object()


def describe(change: Change) -> str:
    """A change in a line, and a line per field that differs."""
    head = f"{_MARKS[change.action]} {change.key}"
    if change.action == "adopt":
        return "\n".join([f"{head}: replaced by {change.into}", *_moved(change)])
    if change.action == "create" and change.key.kind == "schedule":
        return f"{head}: {change.fields['cron']} {change.fields['timezone']}"
    lines = [head]
    for name, (old, new) in change.differs.items():
        for said in _differing(name, old, new):
            lines += hang(said, "    ", page_width())
    return "\n".join(lines)


def _moved(change: Change) -> Iterator[str]:
    for name in cast("Sequence[str]", change.fields.get("moves", ())):
        yield f"    schedule {name}, which a person made, moves with it"


def _differing(name: str, old: object, new: object) -> Iterator[str]:
    """What differs of a field: of one that is long, its first places, each cut to what differs."""
    if name == "work pool":
        yield f"{name}: {old or _SERVED} → {new or _SERVED}"
        return
    places = list(_places(name, old, new))
    for place, before, after in places[:_MOST]:
        if name == _VALUES_HIDDEN:
            yield f"{place} {_verb(before, after)}"
        else:
            yield f"{place}: {' → '.join(_cut(_shown(before), _shown(after)))}"
    if len(places) > _MOST:
        yield f"{name}: {len(places) - _MOST} more"


def _places(name: str, old: object, new: object) -> Iterator[tuple[str, object, object]]:
    """Where two values differ: keys of mappings, and elements of lists of the same length."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            yield from _places(f"{name}.{key}", old.get(key, _ABSENT), new.get(key, _ABSENT))
    elif (
        isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and name != "tags"
    ):
        for before, after in zip(old, new, strict=True):
            yield from _places(name, before, after)
    elif old != new:
        yield name, old, new


def _verb(before: object, after: object) -> str:
    if before is _ABSENT:
        return "is added"
    return "is taken away" if after is _ABSENT else "changes"


def _cut(before: str, after: str) -> tuple[str, str]:
    """Two texts from shortly before they differ, each at most as long as a line has room for."""
    start = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    long = max(len(before), len(after)) > _LENGTH
    begin = max(0, start - _CONTEXT) if long else 0
    return _piece(before, begin), _piece(after, begin)


def _piece(text: str, begin: int) -> str:
    end = begin + _LENGTH
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if len(text) > end else ''}"


def _shown(value: object) -> str:
    if value is _ABSENT or value in (None, ""):
        return "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return " ".join(text.split())
