"""Dump: models → plain data without defaults → YAML for people.

The YAML is written here, not by a library: an emitter folds long lines, escapes some Chinese text
and takes seconds for 5,000 key results.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

from okr_core.basics.exact import canonical_json, decimal_text
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace

# Binding fields are text that their source types later: numbers need no quotes there.
_TREES = frozenset({"source", "mirror", "options", "write_back", "check_ins"})
# The order of fields in a plan; fields that are not named here follow in their model's order.
_KEYS = """
    kind id title why hypothesis ambition origin team metric result owner role contributes_to counts
    weight state state_reason carried_from starts ends due pace cadence source worth contributors
    mirror timezone parent cutoff grace_days unit baseline commit target stretch bound low high
    key_results
"""
_ORDER = {name: position for position, name in enumerate(_KEYS.split())}


def plain(model: BaseModel, *, defaults: bool = False) -> dict[str, object]:
    """A model as nested data: keys as files write them, in the model's order; leaves stay exact.

    Args:
        model: Any of the core's models.
        defaults: Also what equals its default; without it only that and every `kind`.
    """
    data: dict[str, object] = {}
    for name, key, default in _fields(type(model)):
        value = getattr(model, name)
        # A `kind` decides which model reads the rest.
        if defaults or name == "kind" or value != default:
            data[key] = _plain(value, defaults=defaults)
    return data


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, object], ...]:
    """Name, key and default of each field, in the order in which people read them."""
    names = sorted(model.model_fields, key=lambda name: _ORDER.get(name, len(_ORDER)))
    infos = [(name, model.model_fields[name]) for name in names]
    return tuple(
        (name, info.alias or name, info.get_default(call_default_factory=True, validated_data={}))
        for name, info in infos
    )


def _plain(value: object, *, defaults: bool) -> object:
    if isinstance(value, BaseModel):
        return plain(value, defaults=defaults)
    if isinstance(value, Mapping):
        return {_key(key): _plain(each, defaults=defaults) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each, defaults=defaults) for each in value]
    return value


def _key(key: object) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


def plan_json(plan: Plan) -> str:
    """The plan as canonical JSON: what a store keeps, read by `Plan.model_validate_json`."""
    return canonical_json(plain(plan)).decode()


def workspace_json(workspace: Workspace) -> str:
    """The workspace as canonical JSON, read by `Workspace.model_validate_json`."""
    return canonical_json(plain(workspace)).decode()


def dump_plan(plan: Plan) -> str:
    """The plan as YAML that loads back equal: what differs from the defaults, in block style."""
    return _document(plain(plan))


def dump_workspace(workspace: Workspace) -> str:
    """The workspace as YAML that loads back equal."""
    return _document(plain(workspace))


def item_lines(data: Mapping[str, object]) -> list[str]:
    """One item of a list in block style, such as an objective of a plan; plain data as `plain`'s.

    >>> item_lines({"id": "k", "metric": {"kind": "binary"}})
    ['- id: k', '  metric:', '    kind: binary']
    """
    return list(_item(data, 0, typed=True))


def _document(data: Mapping[str, object]) -> str:
    return "\n".join(_mapping(data, 0, typed=True)) + "\n"


def _mapping(data: Mapping[str, object], depth: int, *, typed: bool) -> Iterator[str]:
    for key, value in data.items():
        inner = typed and key not in _TREES
        yield from _entry(f"{'  ' * depth}{_text(key)}:", value, depth + 1, typed=inner)


def _entry(front: str, value: object, depth: int, *, typed: bool) -> Iterator[str]:
    """One key or list mark with what it holds, on its line or indented below."""
    if isinstance(value, Mapping) and value:
        yield front
        yield from _mapping(value, depth, typed=typed)
    elif isinstance(value, list) and value:
        yield front
        for each in value:
            yield from _item(each, depth, typed=typed)
    else:
        yield f"{front} {_scalar(value, typed=typed)}"


def _item(value: object, depth: int, *, typed: bool) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, Mapping) and value:
        first, *rest = _mapping(value, depth + 1, typed=typed)
        yield f"{indent}- {first.lstrip()}"
        yield from rest
    else:
        yield from _entry(f"{indent}-", value, depth + 1, typed=typed)


def _scalar(value: object, *, typed: bool) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list):
        return "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return _text(value, typed=typed) if isinstance(value, str) else str(value)


# Text that every YAML reader takes for the same text without quotes.
_PLAIN = re.compile(r"[^\W_](?:[^\s:#]|:(?=\S)|(?<!\s)#| +(?=[^\s#]))*")
_WORDS = frozenset("y n yes no on off true false null nan inf".split())  # noqa: SIM905
_NUMERIC = re.compile(r"[-+.\d][-+.:_\dxobaefTZ]*", re.IGNORECASE)
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _text(text: Any, *, typed: bool = True) -> str:
    """Text as a plain scalar where nobody can misread it, else in double quotes."""
    numeric = _NUMERIC.fullmatch(text) or text.lower() in _WORDS
    safe = _PLAIN.fullmatch(text) and text == text.rstrip() and not _BREAKS.search(text)
    if safe and not (typed and numeric):
        return str(text)
    quoted = json.dumps(text, ensure_ascii=False)
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
