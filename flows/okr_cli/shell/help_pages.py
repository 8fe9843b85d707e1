"""Help pages: plain text at the terminal's own width; paragraphs flow, names stand in a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from okr_cli.shell.layout import hang, wrap
from okr_cli.shell.output import page_width

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

_COLUMN = 14
"""Columns of a command's name; a longer one has its text on the next line."""
_SAYS_NOTHING = frozenset({"", "''", '""', "False"})
"""Defaults that a reader expects."""


class HelpPage:
    """Draws what cyclopts knows of a command."""

    def __call__(
        self,
        console: Console,
        options: ConsoleOptions,  # noqa: ARG002 - cyclopts names it
        panel: HelpPanel,
    ) -> None:
        """A list of commands or parameters under its title."""
        if not panel.entries:
            return
        lines = [f"{_plain(panel.title)}:"] if panel.title else []
        draw = _parameter if panel.format == "parameter" else _command
        for entry in panel.entries:
            lines += draw(entry, page_width())
        _print(console, [*lines, ""])

    def render_usage(
        self,
        console: Console,
        options: ConsoleOptions,  # noqa: ARG002 - cyclopts names it
        usage: object,
    ) -> None:
        """The line that says how the command is called."""
        text = _plain(usage)
        if text:
            said = text if text.startswith("Usage:") else f"Usage: {text}"
            _print(console, [*hang(said, "", page_width(), more="  "), ""])

    def render_description(
        self,
        console: Console,
        options: ConsoleOptions,  # noqa: ARG002 - cyclopts names it
        description: object,
    ) -> None:
        """What the command is for, paragraph by paragraph."""
        text = _plain(description)
        if text:
            paragraphs = re.split(r"\n\s*\n", text)
            blocks = ("\n".join(wrap(each, page_width())) for each in paragraphs)
            _print(console, ["\n\n".join(blocks), ""])


def _command(entry: HelpEntry, width: int) -> Iterator[str]:
    name = ", ".join((*entry.positive_names, *entry.positive_shorts))
    yield from _beside(f"  {name}", _plain(entry.description), 2 + _COLUMN, width)


def _parameter(entry: HelpEntry, width: int) -> Iterator[str]:
    told = [_plain(entry.description)]
    if entry.choices:
        told.append(f"[choices: {', '.join(entry.choices)}]")
    if entry.env_var:
        told.append(f"[env var: {', '.join(entry.env_var)}]")
    if entry.default is not None and str(entry.default) not in _SAYS_NOTHING:
        told.append(f"[default: {entry.default}]")
    if entry.required:
        told.append("[required]")
    names = ", ".join(entry.display_labels_with_metavar)
    yield from hang(names, "  ", width, more="    ")
    yield from hang(" ".join(filter(None, told)), "      ", width)


def _beside(name: str, text: str, column: int, width: int) -> Iterator[str]:
    lines = hang(text, " " * column, width)
    if lines and len(name) + 2 <= column:
        lines[0] = f"{name:<{column}}{lines[0][column:]}"
        yield from lines
    else:
        yield name
        yield from lines


def _plain(text: object) -> str:
    """The words of what cyclopts hands over, which are rich's texts or its own."""
    if text is None:
        return ""
    plain = getattr(text, "plain", None)
    if plain is None:
        plain = getattr(getattr(text, "primary_renderable", text), "plain", None)
    return str(text if plain is None else plain).strip()


def _print(console: Console, lines: list[str]) -> None:
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
