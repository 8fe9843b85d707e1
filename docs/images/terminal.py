"""Draw status.svg: `python docs/images/terminal.py FOLDER`, what `okr status` shows in a workspace.

FOLDER is that of a playground. The command runs in a terminal of its own, with all its colours.
"""

from __future__ import annotations

import os
import pty
import re
import struct
import sys
from fcntl import ioctl
from html import unescape
from io import StringIO
from pathlib import Path
from subprocess import Popen
from termios import TIOCSWINSZ

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS, LINES = 100, 60
THEME = TerminalTheme(
    (31, 35, 40),
    (230, 237, 243),
    [(0, 0, 0)] * 8,  # what colour it shows is named in full
)
_FONTS = re.compile(r"@font-face \{.*?\n    \}\n", re.DOTALL)
"""Fonts that would be fetched; the reader's own are as good."""
_TEXT = re.compile(r'(<text [^>]*?)textLength="([\d.]+)"([^>]*>)([^<]+)<')


def shown(folder: Path) -> str:
    """What `okr status` writes to a terminal of 100 columns, with its escapes."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    env = os.environ | {"COLORTERM": "truecolor", "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    okr = Path(sys.executable).with_name("okr")
    with Popen(  # noqa: S603 - ours
        [okr, "status"], cwd=folder, env=env, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        content = b""
        while piece := _read(ours):
            content += piece
    assert process.returncode == 0, content.decode()
    return content.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way to say that the other side was closed
        return b""


def picture(text: str) -> str:
    """The SVG of what a terminal shows; no font is fetched."""
    console = Console(width=COLUMNS, record=True, color_system="truecolor", file=StringIO())
    console.print(Text.from_ansi(text), end="")
    drawn = console.export_svg(title="okr status", theme=THEME, unique_id="status")
    return _FONTS.sub("", _TEXT.sub(_as_wide, drawn))


def _as_wide(found: re.Match[str]) -> str:
    """A text as wide as its cells: rich counts letters, of which Chinese ones take two cells."""
    head, length, middle, text = found.groups()
    letters = unescape(text)
    cell = float(length) / len(letters)
    return f'{head}textLength="{cell * cell_len(letters):.1f}"{middle}{text}<'


if __name__ == "__main__":
    Path(__file__).with_name("status.svg").write_text(
        picture(shown(Path(sys.argv[1]))), encoding="utf-8"
    )
