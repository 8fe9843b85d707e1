"""Names: ids made of titles, and people and teams found by what a sheet calls them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"}
)
_WORDS = 5
_LONGEST = 40
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "der",
        "die",
        "das",
        "und",
        "von",
        "zu",
        "im",
    ]
)


def folded(text: str) -> str:
    """A name or title as it is compared: case, accents' encoding and blanks do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def slug(text: str, words: int = _WORDS) -> str:
    """An id of a text's first words that tell; empty where it has no Latin letters or digits.

    >>> slug("New teams reach value in their first week"), slug("Größe & Übersicht"), slug("增长")
    ('new-teams-reach-value-their', 'groesse-uebersicht', '')
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    latin = "".join(letter for letter in plain if not unicodedata.combining(letter))
    found = re.findall(r"[a-z0-9]+", latin)
    telling = [word for word in found if word not in _SMALL] or found
    return "-".join(telling[:words])[:_LONGEST].strip("-")


def free_id(wanted: str, fallback: str, taken: Container[str]) -> str:
    """An id that nobody has: the wanted one, or it with a number.

    >>> free_id("growth", "team", {"growth"}), free_id("", "team", {})
    ('growth-2', 'team-1')
    """
    if wanted and wanted not in taken:
        return wanted
    number = 2 if wanted else 1
    while (name := f"{wanted or fallback}-{number}") in taken:
        number += 1
    return name
