"""Dotenv edit: variables are put into the text of a .env file; all other lines stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import StringIO

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from okr_core.errors import InputError

_BARE = re.compile(r"[\w@.=+/:~-]*", re.ASCII)
_IGNORING = frozenset({".env", "/.env", "*.env", ".env*", "**/.env"})
IGNORED = ".env"


def with_variables(text: str, values: Mapping[str, str]) -> str:
    r"""The text with these variables; each stands where it stood before, new ones at the end.

    Raises:
        InputError: A value cannot be written so that it is read as it is.

    >>> with_variables("# mine\nA=1\nB=2\n", {"A": "3", "C": "x y"})
    "# mine\nA=3\nB=2\nC='x y'\n"
    """
    left = dict(values)
    kept = "".join(_lines(parse_stream(StringIO(text)), values, left))
    if kept and not kept.endswith("\n"):
        kept += "\n"
    written = kept + "".join(_line(name, value) for name, value in left.items())
    read = dotenv_values(stream=StringIO(written), interpolate=True)
    for name, value in values.items():
        if read.get(name) != value:
            raise InputError(
                f"the value of {name} cannot be written into a .env file.",
                hint="Set it in the environment instead, or save it with `--block`.",
            )
    return written


def with_ignored(text: str) -> str:
    """The text of a .gitignore that keeps .env out of git."""
    if _IGNORING & {line.strip() for line in text.splitlines()}:
        return text
    head = text if not text or text.endswith("\n") else f"{text}\n"
    return f"{head}{IGNORED}\n"


def _lines(
    bindings: Iterator[Binding], values: Mapping[str, str], left: dict[str, str]
) -> Iterator[str]:
    for binding in bindings:
        name = binding.key
        if name is None or name not in values:
            yield binding.original.string
        elif name in left:
            # The line begins with the blank lines before it.
            text = binding.original.string
            yield text[: len(text) - len(text.lstrip())] + _line(name, left.pop(name))


def _line(name: str, value: str) -> str:
    if _BARE.fullmatch(value):
        return f"{name}={value}\n"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'\n"
