"""Pages: the code blocks of README and docs/, and what a reader types of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
TYPED = ("sh", "console")
"""Languages of blocks that are typed: commands alone, and commands with what they show."""
_BLOCK = re.compile(
    r"(?:<!-- left out: (?P<why>[^>]+) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_FROM_THE_NETWORK = re.compile(r"^(?:\S+=\S+ )*pip install\b")
_STAYS = re.compile(r"#.*\buntil Ctrl-C\b")


@dataclass(frozen=True)
class Block:
    """A block of code of a page.

    Attributes:
        page: Name of the page.
        left_out: Why nobody types it for the test; empty where it is typed.
    """

    page: str
    language: str
    text: str
    left_out: str

    @property
    def lines(self) -> list[str]:
        """Its command lines; one that ends with a backslash goes on."""
        joined = self.text.replace("\\\n", " ")
        return [line for line in joined.splitlines() if line.strip() and line.lstrip()[0] != "#"]


def blocks_of(path: Path) -> Iterator[Block]:
    """The blocks of a page in their order."""
    for found in _BLOCK.finditer(path.read_text(encoding="utf-8")):
        yield Block(path.name, found["language"], found["text"], found["why"] or "")


def commands_of(path: Path) -> list[str]:
    """The lines of a page that are typed, where each block is commands alone."""
    typed = [block for block in blocks_of(path) if block.language == "sh" and not block.left_out]
    lines = (line for block in typed for line in block.lines)
    return [line for line in lines if not _FROM_THE_NETWORK.match(line)]


def stays(line: str) -> bool:
    """Whether the line says of itself that it runs until Ctrl-C."""
    return bool(_STAYS.search(line))
