"""Words: what the report says by itself, in each language; what people wrote stays as written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_SHARED = Path(__file__).parent / "page"
_FILE = "words.toml"


class Words:
    """The words of one language, called with a key and what goes into them.

    A text with two forms (`{count} key result | {count} key results`) takes the first where
    `count` is 1.

    Args:
        language: `en` or `zh`.
        texts: Key → text.
    """

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key.

        Raises:
            KeyError: There is none: a test keeps the languages complete.
        """
        text = self._texts[key]
        if " | " in text:
            one, many = text.split(" | ")
            text = one if values.get("count") == 1 else many
        return text.format(**values) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def among(self, items: list[str]) -> str:
        """Several things in one sentence: commas, and the language's word before the last."""
        if len(items) < 2:
            return "".join(items)
        return self("list_comma").join(items[:-1]) + self("list_last") + items[-1]


@cache
def words_of(language: Language, *folders: Path | None) -> Words:
    """The report's own words, with those of some folders; the later ones win."""
    own = [_read(folder / _FILE).get(language, {}) for folder in folders if folder]
    texts = dict(_read(_SHARED / _FILE)[language])
    for each in own:
        texts |= each
    return Words(language, texts)


@cache
def _read(path: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
