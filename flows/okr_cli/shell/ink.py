"""Ink: the palette and marks of status; colour means status only, and a word always says it too.

Only marks and bars are coloured: as text the palette would be too faint on a white or on a black
terminal, so words keep the terminal's own ink.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

RESET = "\x1b[0m"
BOLD = "\x1b[1m"
FAINT = "\x1b[2m"

_BLUE, _GREEN, _ORANGE, _RED, _GREY = (
    "0;114;178",
    "0;158;115",
    "230;159;0",
    "213;94;0",
    "128;128;128",
)
_NEAREST = {_BLUE: 32, _GREEN: 36, _ORANGE: 214, _RED: 166, _GREY: 244}
_LOOKS: Mapping[str, tuple[str, str, str]] = {
    "ahead": ("▲", "ahead", _GREEN),
    "done": ("✓", "done", _GREEN),
    "on_track": ("●", "on track", _BLUE),
    "behind": ("▼", "behind", _ORANGE),
    "at_risk": ("■", "at risk", _RED),
    "reached": ("✓", "reached", _GREEN),
    "not_reached": ("✗", "not reached", _RED),
    "learned": ("✓", "learned", _GREEN),
    "open": ("○", "open", _GREY),
    "not_begun": ("·", "not begun", _GREY),
    "stale": ("◌", "stale", _GREY),
    "pending": ("○", "pending", _GREY),
    "not_known": ("?", "not known", _GREY),
    "closed": ("–", "closed", _GREY),
    "dropped": ("–", "dropped", _GREY),
    "deferred": ("–", "deferred", _GREY),
    "removed": ("–", "removed", _GREY),
    "left_out": ("–", "left out", _GREY),
    "green": ("●", "green", _GREEN),
    "yellow": ("▼", "yellow", _ORANGE),
    "red": ("■", "red", _RED),
}
STATUS_WIDTH = 13
"""Columns of a mark and its word."""
FULL, EMPTY, TICK = "━", "─", "┃"


@dataclass(frozen=True, slots=True)
class Ink:
    """What may be used to draw.

    Attributes:
        colour: False: no escape codes at all.
        exact: Whether the terminal shows 24-bit colours; else the nearest of 256.
    """

    colour: bool = False
    exact: bool = False

    @classmethod
    def of(cls, *, colour: bool, environ: Mapping[str, str]) -> Ink:
        """The ink of a terminal as its environment describes it."""
        return cls(colour, environ.get("COLORTERM", "") in {"truecolor", "24bit"})

    def bold(self, text: str) -> str:
        """Heavier text, for what a group of lines is about."""
        return f"{BOLD}{text}{RESET}" if self.colour else text

    def faint(self, text: str) -> str:
        """Quieter text, for what is read second."""
        return f"{FAINT}{text}{RESET}" if self.colour and text.strip() else text

    def status(self, status: str, text: str) -> str:
        """Text in the colour of a status."""
        if not self.colour or not text:
            return text
        rgb = _LOOKS[status][2]
        code = f"2;{rgb}" if self.exact else f"5;{_NEAREST[rgb]}"
        return f"\x1b[38;{code}m{text}{RESET}"

    def mark(self, status: str) -> str:
        """Mark in colour and word in ink, `STATUS_WIDTH` columns."""
        symbol, word, _ = _LOOKS[status]
        return f"{self.status(status, symbol)} {word:<{STATUS_WIDTH - 2}}"

    def bar(
        self, status: str, progress: Fraction | None, expected: Fraction | None, width: int
    ) -> str:
        """A thin bar of `width` columns with a tick where it should be by now."""
        filled = 0 if progress is None else _columns(progress, width)
        tick = -1 if expected is None else min(_columns(expected, width), width - 1)
        done, rest = FULL * filled, EMPTY * (width - filled)
        if not 0 <= tick < width:
            return self.status(status, done) + self.faint(rest)
        if tick < filled:
            before, after = done[:tick], done[tick + 1 :]
            return (
                self.status(status, before) + TICK + self.status(status, after) + self.faint(rest)
            )
        at = tick - filled
        return self.status(status, done) + self.faint(rest[:at]) + TICK + self.faint(rest[at + 1 :])


def word_of(status: str) -> str:
    """The word that people read for a status."""
    return _LOOKS[status][1]


def _columns(share: Fraction, width: int) -> int:
    """Columns that stand for a share; full only when it is reached."""
    # Whole numbers: a plan of thousands asks for this twice per line, and Fractions are slow.
    part, whole = share.numerator, share.denominator
    if part <= 0:
        return 0
    return max(min(part, whole) * width // whole, 1)
