"""Visible: text without characters that nobody sees and that make a screen do or show other things.

Control characters move the cursor, rename a window or ring its bell; overrides of the writing
direction let a text read as another. Tabs and line ends are left to whoever lays text out.
"""

from __future__ import annotations

import re

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_UNSEEN = re.compile(f"[{_CONTROLS}]")
_ON_SCREEN = re.compile(rf"(\x1b\[(?:[012]|38;[25](?:;\d{{1,3}}){{1,3}})m)|[{_CONTROLS}\r]")
REPLACED = "\ufffd"


def unseen(text: str) -> str:
    r"""The first character that nobody sees, as `U+001B`; empty if there is none.

    >>> unseen("a\x1b]0;x\x07"), unseen("two\nlines")
    ('U+001B', '')
    """
    found = _UNSEEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def visible(text: str) -> str:
    r"""The text with a mark in the place of each.

    >>> visible("a\x1b[2Jb")
    'a\ufffd[2Jb'
    """
    return _UNSEEN.sub(REPLACED, text)


def on_screen(text: str) -> str:
    r"""The same for a terminal, whose colours stay: codes of colour and weight, no others.

    >>> on_screen("\x1b[1mbold\x1b[0m \x1b]0;title\x07 over\rwritten")
    '\x1b[1mbold\x1b[0m \ufffd]0;title\ufffd over\ufffdwritten'
    """
    return _ON_SCREEN.sub(lambda found: found[1] or REPLACED, text)


def in_json(document: str) -> str:
    r"""A JSON document in which each is written as an escape: it says the same.

    >>> in_json('{"title": "\u202eabc"}')
    '{"title": "\\u202eabc"}'
    """
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
