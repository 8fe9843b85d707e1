"""Markdown: what people or servers wrote, in a page in which nothing of it is markup."""

from __future__ import annotations

_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_[]|<>#~&"})


def safe(text: str) -> str:
    r"""Text on one line in which nothing is markup.

    >>> safe("a|b <script> &lt;")
    'a\\|b \\<script\\> \\&lt;'
    """
    return " ".join(text.split()).translate(_ESCAPED)


def with_code(hint: str) -> str:
    """A hint, whose commands between backticks stay commands."""
    parts = " ".join(hint.split()).split("`")
    if len(parts) % 2 == 0:
        return safe(hint)
    return "".join(f"`{part}`" if n % 2 else safe(part) for n, part in enumerate(parts))
