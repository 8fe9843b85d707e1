"""Markdown: what people or servers wrote, in a page in which nothing of it is markup."""

from __future__ import annotations

import re

from okr_core.basics.visible import visible

_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_CALLS = re.compile(r"(?<!\w@)(?<=@)(?=\w)")
_SILENT = "\u200b"
_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_[]|<>#~&"})


def safe(text: str) -> str:
    r"""Text on one line in which nothing is markup and nobody is called by name.

    Blanks that do not break stay so.

    >>> safe("a|b <script> &lt;")
    'a\\|b \\<script\\> \\&lt;'
    >>> safe("ask @everyone, or ada@acme.example")
    'ask @\u200beveryone, or ada@acme.example'
    """
    return _escaped(one_line(text))


def one_line(text: str) -> str:
    r"""Text without line breaks; blanks that do not break, as in numbers, stay so.

    >>> one_line(" two\n lines, 12\u202f500\xa0% ")
    'two lines, 12\u202f500\xa0%'
    """
    return visible(_BLANKS.sub(" ", text)).strip()


def with_code(hint: str) -> str:
    r"""A hint, whose commands between backticks stay commands.

    >>> with_code("Run `okr accept a_b`, or ask a_b.")
    'Run `okr accept a_b`, or ask a\\_b.'
    """
    parts = one_line(hint).split("`")
    if len(parts) % 2 == 0:
        return safe(hint)
    # Each part keeps the blanks beside it.
    return "".join(f"`{part}`" if n % 2 else _escaped(part) for n, part in enumerate(parts))


def _escaped(text: str) -> str:
    return _CALLS.sub(_SILENT, text.translate(_ESCAPED))
