"""Output: the result goes to stdout in one write, everything else to stderr.

Whatever people or servers wrote passes here, so nothing of it is obeyed by a terminal.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

from okr_cli.shell.layout import MAX_WIDTH, MIN_WIDTH, fitted
from okr_cli.shell.where import located
from okr_core.basics.visible import in_json, on_screen


def print_text(text: str) -> None:
    """Write a result for people, with one line end behind it; a terminal gets no wider line."""
    _write(_laid_out(text, sys.stdout))


def print_json(document: object) -> None:
    """Write a document for programs: indented, keys in its order, Unicode as it is."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - only where a document is printed

    _write(in_json(TypeAdapter(type(document)).dump_json(document, indent=2).decode()))


def print_rows(rows: Iterable[Iterable[str]]) -> None:
    """Write plain rows for a pipe: cells with a tab between, nothing to align or colour."""
    lines = ("\t".join(_flat(cell) for cell in row) for row in rows)
    _write(on_screen(located("\n".join(lines))))


def show(format_: str, document: object, text: str) -> None:
    """Write a result: the document for programs (`json`), else the text for people."""
    if format_ == "json":
        print_json(document)
    else:
        print_text(text)


def tell(message: str) -> None:
    """Say something that is not the result: progress, warnings, next steps."""
    sys.stderr.write(_laid_out(message, sys.stderr) + "\n")
    sys.stderr.flush()


def tell_stopping(*, hurry: bool = True) -> None:
    """Say that an interrupted command keeps what it has before it ends.

    Args:
        hurry: Whether a second Ctrl-C ends it at once.
    """
    second = "Ctrl-C again ends at once" if hurry else "it ends once that is done"
    tell(f"stopping: what was read is recorded; {second}.")


def on_terminal() -> bool:
    """Whether a person reads the result as it is printed."""
    return sys.stdout.isatty()


def page_width() -> int:
    """Columns that a result is laid out in: the terminal's own, from 60 to 100; in a pipe 100."""
    return min(max(_columns(sys.stdout), MIN_WIDTH), MAX_WIDTH)


def _columns(stream: TextIO) -> int:
    """Columns of the terminal that a stream leads to; `MAX_WIDTH` where it leads to none."""
    if not stream.isatty():
        return MAX_WIDTH
    return shutil.get_terminal_size((MAX_WIDTH, 24)).columns


def _laid_out(text: str, stream: TextIO) -> str:
    """A text as a stream gets it: a pipe line by line as it is, a terminal at its own width."""
    text = on_screen(located(text))
    return fitted(text, max(_columns(stream), MIN_WIDTH)) if stream.isatty() else text


def wants_colour(environ: Mapping[str, str] | None = None) -> bool:
    """Whether colour helps: on a terminal, unless NO_COLOR is set or it is dumb."""
    env = os.environ if environ is None else environ
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR"):
        return True
    return on_terminal() and env.get("TERM") != "dumb"


def _write(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def _flat(cell: str) -> str:
    return " ".join(cell.split())
