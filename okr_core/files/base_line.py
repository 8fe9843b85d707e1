"""Marker: the first line of a file that says which revision it was made from."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARKER = re.compile(r"\A\ufeff?# okr: revision (\d{1,9}) (sha256:[0-9a-f]{64})[ \t]*(?:\r?\n|\Z)")


class Base(NamedTuple):
    """The revision that a file was made from.

    Attributes:
        number: Number of the revision.
        digest: Digest of its document, `sha256:` and 64 hex digits.
    """

    number: int
    digest: str


def base_of(text: str) -> Base | None:
    """The revision that a file names in its first line; None if it names none."""
    found = _MARKER.match(text)
    return Base(int(found[1]), found[2]) if found else None


def with_base(text: str, base: Base) -> str:
    r"""The file with its first line naming `base`; a line that named another is replaced.

    >>> text = with_base("cycle: {}\n", Base(3, "sha256:" + "ab" * 32))
    >>> text.splitlines()[0][:30], base_of(text).number
    ('# okr: revision 3 sha256:ababa', 3)
    """
    return f"# okr: revision {base.number} {base.digest}\n{_MARKER.sub('', text, count=1)}"
