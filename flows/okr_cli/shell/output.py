"""Output: the result goes to stdout in one write, everything else to stderr.

Whatever people or servers wrote passes here, so nothing of it is obeyed by a terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping

from okr_cli.shell.where import located
from okr_core.basics.visible import in_json, on_screen


def print_text(text: str) -> None:
    """Write a result for people, with one line end behind it."""
    _write(on_screen(located(text)))


def print_json(document: object) -> None:
    """Write a document for programs: indented, keys in its order, Unicode as it is."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - only where a document is printed

    _write(in_json(TypeAdapter(type(document)).dump_json(document, indent=2).decode()))


def print_rows(rows: Iterable[Iterable[str]]) -> None:
    """Write plain rows for a pipe: cells with a tab between, nothing to align or colour."""
    lines = ("\t".join(_flat(cell) for cell in row) for row in rows)
    print_text("\n".join(lines))


def show(format_: str, document: object, text: str) -> None:
    """Write a result: the document for programs (`json`), else the text for people."""
    if format_ == "json":
        print_json(document)
    else:
        print_text(text)


def tell(message: str) -> None:
    """Say something that is not the result: progress, warnings, next steps."""
    sys.stderr.write(on_screen(located(message)) + "\n")
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
