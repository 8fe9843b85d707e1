"""YAML edit: values are put into a file's text; everything else stays as a person wrote it.

The text is parsed only to find places in it, so comments, quotes, order and line ends are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from okr_core.basics.command import okr
from okr_core.basics.exact import decimal_text
from okr_core.errors import InputError
from okr_core.plan.dump import item_lines

Value: TypeAlias = "str | bool | int | Decimal | list[Value] | dict[str, Value]"
Path = tuple[str, ...]
"""Keys from the top; items of a list by their number from 0, as text: one past the end adds one."""

_PLAIN = re.compile(r"[^\W_](?:[\w ./@+'()-]*[\w/)])?")
_MISREAD = re.compile(
    r"y|n|yes|no|on|off|true|false|null|nan|inf|[-+.\d][-+.:_\dxobaefTZ]*", re.IGNORECASE
)
_STEP = 2


@dataclass(frozen=True, slots=True)
class _Cut:
    """One replacement: `text` takes the place of what is from `start` to `end`."""

    start: int
    end: int
    text: str


def edited(text: str, values: Mapping[Path, Value]) -> str:
    r"""The text with values put at their places; what is missing on the way is made.

    Args:
        text: A YAML file whose top is a mapping.
        values: Keys from the top → what shall be there.

    Raises:
        InputError: The text is no YAML mapping, or a place is inside of something else.

    >>> print(edited("a: {b: c}  # why\n", {("a", "d"): "e"}), end="")
    a: {b: c, d: e}  # why
    >>> print(edited("a:\n- b: 1\n", {("a", "0", "b"): "2", ("a", "1"): {"b": "3"}}), end="")
    a:
    - b: "2"
    - b: "3"
    """
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError:
        root = None
    if not isinstance(root, MappingNode):
        raise InputError(
            "the file is no YAML mapping.", hint=f"{okr('check').code} says where it is wrong."
        )
    cuts = list(_cuts(text, root, (), _tree(values)))
    # From the end on, so that places stay true; of two at one place the inner one comes first.
    order = sorted(enumerate(cuts), key=lambda each: (each[1].start, each[0]), reverse=True)
    for _, cut in order:
        text = text[: cut.start] + cut.text + text[cut.end :]
    return text


def flow(value: Value) -> str:
    """A value on one line, as a plan holds it.

    >>> flow({"kind": "jira", "url": "https://acme.atlassian.net", "tags": ["a", "no"]})
    '{kind: jira, url: "https://acme.atlassian.net", tags: [a, "no"]}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return decimal_text(Decimal(value))
    if _PLAIN.fullmatch(value) and not _MISREAD.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """The value of one place, other than a mapping of places."""

    value: Value


_Branch: TypeAlias = "dict[str, _Leaf | _Branch]"


def _tree(values: Mapping[Path, Value]) -> _Branch:
    root: _Branch = {}
    for path, value in values.items():
        branch = root
        for key in path[:-1]:
            below = branch.setdefault(key, {})
            if isinstance(below, _Leaf):
                raise InputError(f"`{'.'.join(path)}` is inside of a value that is set too.")
            branch = below
        branch[path[-1]] = _Leaf(value)
    return root


def _cuts(text: str, node: MappingNode, path: Path, wanted: _Branch) -> Iterator[_Cut]:
    held = {key.value: (key, value) for key, value in node.value}
    missing: dict[str, Value] = {}
    for name, what in wanted.items():
        if name not in held:
            missing[name] = _value(what)
        elif isinstance(what, _Leaf):
            yield _replaced(text, *held[name], what.value)
        elif isinstance(held[name][1], MappingNode):
            yield from _cuts(text, held[name][1], (*path, name), what)
        elif isinstance(held[name][1], SequenceNode):
            yield from _list_cuts(text, held[name][1], (*path, name), what)
        elif _is_empty(held[name][1]):
            yield _filled(text, held[name][0], what)
        else:
            place = ".".join((*path, name))
            raise InputError(f"`{place}` is no mapping.", hint="Correct it in the file first.")
    if missing:
        yield _added(text, node, missing, top=not path)


def _list_cuts(text: str, node: SequenceNode, path: Path, wanted: _Branch) -> Iterator[_Cut]:
    """What changes in the items of a list, and what is added behind them."""
    new: list[Value] = []
    for name, what in wanted.items():
        place = int(name)
        if place >= len(node.value):
            new.append(_value(what))
        elif isinstance(what, _Leaf) or not isinstance(node.value[place], MappingNode):
            raise InputError(f"`{'.'.join((*path, name))}` is no mapping.")
        else:
            yield from _cuts(text, node.value[place], (*path, name), what)
    if new and len(path) == 1 and not node.value:
        yield _Cut(node.start_mark.index, node.end_mark.index, _block(new, " " * _STEP))
    elif new:
        yield _appended(text, node, new)


def _block(values: Sequence[Value], indent: str) -> str:
    lines = (line for each in values for line in _item_lines(each))
    return "".join(f"\n{indent}{line}" for line in lines)


def _appended(text: str, node: SequenceNode, new: Sequence[Value]) -> _Cut:
    if node.flow_style or not node.value:
        written = ", ".join(flow(each) for each in new)
        if node.value:
            last = _end(node.value[-1])
            return _Cut(last, last, f", {written}")
        return _Cut(node.start_mark.index, node.end_mark.index, f"[{written}]")
    at = _line_end(text, _end(node))
    indent = " " * node.start_mark.column
    return _Cut(at, at, _block(new, indent))


def _item_lines(value: Value) -> list[str]:
    return item_lines(value) if isinstance(value, dict) else [f"- {flow(value)}"]


def _value(what: _Leaf | _Branch) -> Value:
    if isinstance(what, _Leaf):
        return what.value
    return {name: _value(each) for name, each in what.items()}


def _replaced(text: str, key: Node, node: Node, value: Value) -> _Cut:
    if _is_empty(node):
        return _Cut(_after(text, key), _after(text, key), f" {flow(value)}")
    end = _end(node)
    if text[end - 1 : end] == "\n":  # a text of several lines ends with its last line
        end -= 1
    start = node.start_mark.index
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style:
        start = _after(text, key)
        return _Cut(start, end, f" {flow(value)}")
    return _Cut(start, end, flow(value))


def _filled(text: str, key: Node, what: _Branch) -> _Cut:
    """A key without a value gets its entries below it."""
    at = _line_end(text, key.end_mark.index)
    indent = " " * (key.start_mark.column + _STEP)
    lines = (f"\n{indent}{flow(name)}: {flow(_value(each))}" for name, each in what.items())
    return _Cut(at, at, "".join(lines))


def _added(text: str, node: MappingNode, values: Mapping[str, Value], *, top: bool) -> _Cut:
    if node.flow_style or not node.value:
        return _added_in_line(node, values)
    at = _line_end(text, _end(node)) if not top else len(text.rstrip("\n"))
    indent = " " * node.value[0][0].start_mark.column
    blank = "\n" if top else ""
    lines = "".join(f"{blank}\n{indent}{entry}" for entry in _entries(values, indent, top=top))
    return _Cut(at, at, lines if text[at:] or not top else f"{lines}\n")


def _entries(values: Mapping[str, Value], indent: str, *, top: bool) -> Iterator[str]:
    for name, value in values.items():
        if top and isinstance(value, dict) and value:
            below = f"\n{indent}{' ' * _STEP}"
            rows = (f"{below}{flow(key)}: {flow(each)}" for key, each in value.items())
            yield f"{flow(name)}:{''.join(rows)}"
        elif top and isinstance(value, list) and value:
            yield f"{flow(name)}:{_block(value, indent + ' ' * _STEP)}"
        else:
            yield f"{flow(name)}: {flow(value)}"


def _added_in_line(node: MappingNode, values: Mapping[str, Value]) -> _Cut:
    written = ", ".join(f"{flow(name)}: {flow(value)}" for name, value in values.items())
    if node.value:
        last = _end(node.value[-1][1])
        return _Cut(last, last, f", {written}")
    return _Cut(node.start_mark.index, node.end_mark.index, f"{{{written}}}")


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value in ("", "~", "null") and node.style is None


def _end(node: Node) -> int:
    """Where a node's own text ends: a block goes on over the comments behind it for the parser."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        key, value = node.value[-1]
        return max(_end(value), int(key.end_mark.index) + 1)
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    return int(node.end_mark.index)


def _after(text: str, key: Node) -> int:
    """The place behind a key's colon."""
    return text.index(":", key.end_mark.index) + 1


def _line_end(text: str, at: int) -> int:
    if text[at - 1 : at] == "\n":
        return at - 1
    return at + len(text[at:].partition("\n")[0])
