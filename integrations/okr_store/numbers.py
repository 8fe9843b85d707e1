"""Numbers: public ids such as `r12` and `e7` in the place of row numbers."""

from __future__ import annotations

import re

_LARGEST = 2**63 - 1


def public_id(letter: str, number: int) -> str:
    """What people write for a row: `r12`."""
    return f"{letter}{number}"


def row_number(letter: str, name: str) -> int | None:
    """The row that a public id names, None for what is no such id."""
    if re.fullmatch(rf"{letter}[1-9][0-9]{{0,18}}", name, re.ASCII) is None:
        return None
    number = int(name[1:])
    return number if number <= _LARGEST else None
