"""Command: an `okr` command in a text, such that it runs as it is printed.

Every piece of advice is made here, so that a test can collect what was printed and run all of it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

MARKED = "`okr "
"""How a command begins in a sentence."""
BLANKS: Mapping[str, str] = {
    "VALUE": "1",
    "ZONE": "target",
    "TEXT": "as we saw it",
    "CLASS": "learned",
    "DAY": "2030-01-31",
    "KR": "kr",
    "PERSON": "ada",
    "SCORE": "0.5",
    "PLAN.yaml": "plan.yaml",
    "FILE.csv": "check-ins.csv",
    "DIR": "okr",
    "POOL": "okr",
}
"""What a person has to fill in → an example of it."""
_PLAIN = re.compile(r"[A-Za-z0-9@%_+=:,./-]+")
_DOUBLE = re.compile(r"[^\"$`\\!%\n]+")


@dataclass(frozen=True, slots=True)
class Command:
    """An `okr` command with its arguments, as a shell takes them.

    Attributes:
        words: What follows `okr`; a key of `BLANKS`, alone or beside `=`, is for the person to
            fill in.
    """

    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(("okr", *map(quoted, self.words)))

    @property
    def code(self) -> str:
        """The command between backticks, as messages hold it."""
        return f"`{self}`"


def okr(*words: str, **options: str | None) -> Command:
    """The command of these words and options; an option that is None or empty is left out.

    Args:
        words: What follows `okr`; the first may be several, such as `revisions list`.
        options: Name, with `_` for `-`, → value.

    >>> okr("checkin", "nps/a b", "VALUE", cycle="2026-q4", reason=None).code
    '`okr checkin "nps/a b" VALUE --cycle 2026-q4`'
    """
    told = [*words[0].split(" "), *words[1:]]
    for name, value in options.items():
        if value:
            told += [f"--{name.replace('_', '-')}", value]
    return Command(tuple(told))


def quoted(word: str) -> str:
    """A word as the shells take it: as it is, between double quotes where that is the same to all.

    >>> quoted("2026-q4:3"), quoted("two words"), quoted("5 $")
    ('2026-q4:3', '"two words"', "'5 $'")
    """
    if _PLAIN.fullmatch(word):
        return word
    return f'"{word}"' if _DOUBLE.fullmatch(word) else shlex.quote(word)


def filled(printed: str, examples: Mapping[str, str] = BLANKS) -> list[str]:
    """The arguments of a command as it was printed, its blanks filled with an example.

    Args:
        printed: As `Command` writes it, with `okr` in front.
        examples: Blank → what stands in its place.

    >>> filled('okr checkin "nps/a b" VALUE --cycle 2026-q4')
    ['checkin', 'nps/a b', '1', '--cycle', '2026-q4']
    """
    _, *words = shlex.split(printed)
    return ["=".join(examples.get(part, part) for part in word.split("=")) for word in words]
