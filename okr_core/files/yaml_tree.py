"""YAML tree: text → nested dicts, lists and text, with the line of each place.

Reads parser events instead of nodes: nothing recursive, nothing expanded, and a bomb, a tag or a
tower of brackets is refused where it starts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from okr_core.basics.command import okr
from okr_core.errors import DocumentError, Finding

MAX_BYTES = 8_000_000
MAX_DEPTH = 40
MAX_VALUES = 500_000
MAX_KEY = 200

Path = tuple[str | int, ...]
Tree = str | list["Tree"] | dict[str, "Tree"]

# What YAML calls printable, without the line breaks that editors do not count (U+0085, U+2028 and
# U+2029): lines must be those that a person sees.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# The C parser is twenty times faster than the pure one but stems from YAML 1.1, which has no
# `{url: https://…}` without quotes; only files with such a value are read by the pure one.
_FLOW_COLON = "found unexpected ':'"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was written: text in mappings and lists, and where each place is.

    Attributes:
        name: Name of the file as the user gave it.
        data: Its top mapping; every scalar is text.
        lines: Place (keys and list indexes) → 1-based line.
    """

    name: str
    data: dict[str, Tree]
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """The line of a place, or of the nearest place around it that was written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def decode(content: bytes, name: str) -> str:
    """The text of a file.

    Raises:
        DocumentError: Too large, or not UTF-8.

    >>> decode("团队".encode(), "plan.yaml")
    '团队'
    """
    if len(content) > MAX_BYTES:
        _refuse_size(name, len(content))
    if content.startswith(_UTF16):
        _refuse(name, 1, "encoding", "the file is UTF-16.", "Save it as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8."
        _refuse(name, line, "encoding", message, "Save the file as UTF-8.")


def read_document(text: str, name: str) -> Document:
    r"""Text of a YAML file as a document.

    Raises:
        DocumentError: Not YAML, or YAML that a plan has no use for (anchors, tags, several
            documents, duplicate keys, towers of nesting); each with its line and what to do.

    >>> read_document("cycle:\n  id: 2026-q4\n", "plan.yaml").lines
    {(): 1, ('cycle',): 1, ('cycle', 'id'): 2}
    """
    # A character takes at least one byte: the cheap test first.
    size = len(text) if len(text) > MAX_BYTES else len(text.encode(errors="replace"))
    if size > MAX_BYTES:
        _refuse_size(name, size)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _refuse_unprintable(text, name)
    try:
        return _built(text, name, pure=False)
    except YAMLError as error:
        if _FLOW_COLON not in str(error):
            _refuse_syntax(error, text, name)
    try:
        return _built(text, name, pure=True)
    except YAMLError as error:
        _refuse_syntax(error, text, name)


def _built(text: str, name: str, *, pure: bool) -> Document:
    builder = _Builder(name)
    for event in YAML(typ="safe", pure=pure).parse(text):
        builder.take(event)
    return builder.document()


@dataclass(slots=True)
class _Builder:
    """Puts parser events together; `stack` holds the open collections, outermost first."""

    name: str
    top: Tree | None = None
    documents: int = 0
    values: int = 0
    stack: list[list[Tree] | dict[str, Tree]] = field(default_factory=list)
    path: list[str | int] = field(default_factory=list)
    key: str | None = None
    lines: dict[Path, int] = field(default_factory=dict)
    twice: list[Finding] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """The parser's next event."""
        line = _line(event)
        if isinstance(event, DocumentStartEvent):
            self._count_document(line)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close()
        elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
            self._plain_only(event, line)
            self._value(event, line)

    def document(self) -> Document:
        """The finished document."""
        if self.twice:
            raise DocumentError(self.twice)
        if self.top is None or self.top == "":
            _refuse(
                self.name,
                0,
                "empty",
                "the file is empty.",
                f"{okr('init').code} writes an example.",
            )
        if not isinstance(self.top, dict):
            kind = "a list" if isinstance(self.top, list) else "plain text"
            message = f"the file is {kind}, not keys and values."
            _refuse(self.name, 1, "not-a-mapping", message, "Start with `key: value` lines.")
        return Document(self.name, self.top, self.lines)

    def _count_document(self, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            message = "a second document starts here (`---`)."
            _refuse(self.name, line, "documents", message, "Keep one document per file.")

    def _plain_only(self, event: Any, line: int) -> None:
        anchor = event.anchor
        if isinstance(event, AliasEvent):
            fix = "Write the value out."
            _refuse(self.name, line, "alias", f"`*{anchor}` repeats another value.", fix)
        if anchor is not None:
            message = f"`&{anchor}` names a value."
            fix = f"Remove `&{anchor}` and write the value out where it is repeated."
            _refuse(self.name, line, "anchor", message, fix)
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            message = f"the tag `{tag[:60]}` is not allowed."
            _refuse(self.name, line, "tag", message, "Remove it; the schema knows the types.")

    def _value(self, event: Any, line: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            message = f"the file holds more than {MAX_VALUES:,} values."
            _refuse(self.name, line, "too-large", message, "Split the plan into several cycles.")
        holder = self.stack[-1] if self.stack else None
        if isinstance(holder, dict) and self.key is None:
            self._open_key(event, holder, line)
        elif isinstance(event, ScalarEvent):
            self._put(event.value, line)
            self._leave()
        else:
            opened: list[Tree] | dict[str, Tree] = (
                {} if isinstance(event, MappingStartEvent) else []
            )
            self._put(opened, line)
            self._deeper(opened, line)

    def _open_key(self, event: Any, holder: dict[str, Tree], line: int) -> None:
        if not isinstance(event, ScalarEvent) or len(event.value) > MAX_KEY:
            fix = f"Write a short text of at most {MAX_KEY} characters before the colon."
            _refuse(self.name, line, "key", "a key is not a short text.", fix)
        self.key = str(event.value)
        self.path.append(self.key)
        path = tuple(self.path)
        if self.key in holder:
            first = self.lines[path]
            message = f"key `{self.key}` is given twice (first on line {first})."
            self.twice.append(
                Finding(
                    "duplicate-key", "error", self.name, line, dotted(path), message, "Keep one."
                )
            )
        else:
            self.lines[path] = line

    def _put(self, value: Tree, line: int) -> None:
        holder = self.stack[-1] if self.stack else None
        if holder is None:
            self.top = value
            self.lines[()] = line
        elif isinstance(holder, dict):
            assert self.key is not None
            holder[self.key] = value
            self.key = None
        else:
            self.path.append(len(holder))
            self.lines[tuple(self.path)] = line
            holder.append(value)

    def _deeper(self, opened: list[Tree] | dict[str, Tree], line: int) -> None:
        self.stack.append(opened)
        if len(self.stack) > MAX_DEPTH:
            message = f"values are nested deeper than {MAX_DEPTH} levels."
            _refuse(self.name, line, "too-deep", message, "Check the brackets and the indentation.")

    def _close(self) -> None:
        self.stack.pop()
        self.key = None
        self._leave()

    def _leave(self) -> None:
        if self.path:
            self.path.pop()


def dotted(path: Path) -> str:
    """A place as text, indexes counted from 1."""
    return ".".join(f"#{part + 1}" if isinstance(part, int) else part for part in path)


def _line(event: Event) -> int:
    mark = event.start_mark
    return 1 if mark is None else int(mark.line) + 1


def _refuse(name: str, line: int, rule: str, message: str, fix: str) -> NoReturn:
    raise DocumentError([Finding(rule, "error", name, line, "", message, fix)])


def _refuse_size(name: str, size: int) -> NoReturn:
    limit = MAX_BYTES // 1_000_000
    message = f"the file has {size / 1_000_000:.1f} MB; the limit is {limit} MB."
    _refuse(name, 0, "too-large", message, "Split the plan, or give the right file.")


def _refuse_unprintable(text: str, name: str) -> None:
    found = _UNPRINTABLE.search(text)
    if found is None:
        return
    line = text.count("\n", 0, found.start()) + 1
    message = f"the character U+{ord(found[0]):04X} cannot be part of a text file."
    _refuse(name, line, "character", message, "Delete it; is this the right file?")


_SYNTAX_FIXES = (
    ("mapping values are not allowed", "Put a text that contains a colon in quotes."),
    ("cannot start any token", "Indent with spaces, and put a text that starts so in quotes."),
    ("quoted scalar", "Close the quotes."),
    ("flow sequence", "Close the bracket `]`, or put the comma."),
    ("flow mapping", "Close the brace `}`, or put the comma."),
    ("expected <block end>", "Align this line with the lines above that it belongs to."),
    ("expected key", "Align this line with the lines above that it belongs to."),
    ("block mapping", "Align this line with the lines above that it belongs to."),
    ("block collection", "Align this line with the lines above that it belongs to."),
    ("could not find expected ':'", "Add the colon behind the key."),
)


def _refuse_syntax(error: YAMLError, text: str, name: str) -> NoReturn:
    problem, line = "it cannot be read", 0
    sign = fix = ""
    if isinstance(error, MarkedYAMLError):
        problem = str(error.problem or problem)
        sign = f"{problem} {error.context or ''}"
        fix = next((fix for part, fix in _SYNTAX_FIXES if part in sign), "")
        # What is never closed is best shown where it was opened.
        opened = error.context_mark if fix.startswith("Close") else None
        mark = opened or error.problem_mark or error.context_mark
        line = 0 if mark is None else min(int(mark.line), text.count("\n")) + 1
    fix = fix or "Check the indentation and the quotes around this line."
    _refuse(name, line, "syntax", f"this is not YAML: {problem}.", fix)
