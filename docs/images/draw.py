"""Draw how-it-works.svg and how-it-works-dark.svg: `python docs/images/draw.py`.

Two files, because a page tells by its theme which one it shows; an image does not know the theme.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 880, 424
SANS = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
TOP, CLOCK = 64, 316
COLUMNS = (16, 232, 448, 664)
SPAN = 184


SAID = (
    "Your tools are synced into a store; status, report, chat and write-back come out of it; "
    "Prefect is the clock."
)
"""The picture in words, for who cannot see it."""


@dataclass(frozen=True)
class Ink:
    """Colours of a theme."""

    text: str
    quiet: str
    line: str
    accent: str


LIGHT = Ink(text="#1f2328", quiet="#59636e", line="#c5cbd2", accent="#0072b2")
DARK = Ink(text="#e6edf3", quiet="#9198a1", line="#3d444d", accent="#58b0e3")

STAGES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Your tools",
        "stay where truth is made",
        (
            ("Jira, Notion, JSON", "a query per key result"),
            ("people", "check-ins, where no tool knows"),
            ("a spreadsheet", "the first plan, or each quarter's"),
        ),
    ),
    (
        "Sync",
        "one answer per key result",
        (
            ("observed", "a value with its evidence"),
            ("suspect", "waits for a person"),
            ("unavailable", "the reason; never a 0"),
        ),
    ),
    (
        "Store",
        "SQLite or PostgreSQL",
        (
            ("the plan's revisions", "who agreed to what, and when"),
            ("values and decisions", "append-only, hash-chained"),
            ("scores", "frozen when the cycle closes"),
        ),
    ),
    (
        "What people see",
        "the same figures everywhere",
        (
            ("status and report", "terminal, page, PDF, workbook"),
            ("each team's chat", "one digest a week"),
            ("Jira and Notion", "score and status, written back"),
        ),
    ),
)
CLOCK_TICKS = (
    (1, "each workday, 6:00", "sync-progress"),
    (2, "each hour", "run-cycle: scores, reminds"),
    (3, "each Monday, 7:00", "run-cycle: the report"),
)


def drawing(ink: Ink) -> str:
    """The picture in the colours of a theme, as SVG."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title" '
        f'font-family="{SANS}">\n<title id="title">{SAID}</title>'
    )
    return "\n".join([head, *_stages(ink), *_clock(ink), *_page(ink), "</svg>\n"])


def _stages(ink: Ink) -> list[str]:
    parts: list[str] = []
    for x, (title, about, rows) in zip(COLUMNS, STAGES, strict=True):
        parts += [
            _text(x, TOP - 24, title, ink.text, 18, bold=True),
            _text(x, TOP - 4, about, ink.quiet, 13),
            _line(f"M{x} {TOP + 12}h{SPAN}", ink.line),
        ]
        for n, (name, what) in enumerate(rows):
            y = TOP + 44 + 64 * n
            parts += [_text(x, y, name, ink.text, 15), _text(x, y + 20, what, ink.quiet, 12)]
    for x in COLUMNS[1:]:
        arrow = f"M{x - 46} {TOP - 29}h30m-7 -5l7 5l-7 5"
        parts.append(_line(arrow, ink.accent, width=2))
    return parts


def _clock(ink: Ink) -> list[str]:
    parts = [
        _text(COLUMNS[0], CLOCK - 4, "Prefect", ink.text, 18, bold=True),
        _text(COLUMNS[0], CLOCK + 16, "the clock, the hands", ink.quiet, 13),
        _text(COLUMNS[0], CLOCK + 34, "and the window", ink.quiet, 13),
        _line(f"M{COLUMNS[1]} {CLOCK - 10}H{COLUMNS[3] + SPAN}", ink.accent),
    ]
    for column, when, flow in CLOCK_TICKS:
        x = COLUMNS[column]
        parts += [
            _line(f"M{x} {CLOCK - 18}v16", ink.accent, width=2),
            _text(x, CLOCK + 16, when, ink.text, 13),
            _text(x, CLOCK + 34, flow, ink.quiet, 12),
        ]
    return parts


def _page(ink: Ink) -> list[str]:
    y = CLOCK + 76
    return [
        _line(f"M{COLUMNS[0]} {y - 22}H{COLUMNS[3] + SPAN}", ink.line, dash="3 5"),
        _text(
            COLUMNS[0],
            y + 4,
            "The page, for people without a terminal: a reminder's link opens it; they check in, "
            "decide and read there.",
            ink.quiet,
            13,
        ),
    ]


def _text(x: int, y: int, text: str, colour: str, size: int, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}"{weight} fill="{colour}">{escape(text)}</text>'


def _line(way: str, colour: str, *, width: int = 1, dash: str = "none") -> str:
    return (
        f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-dasharray="{dash}"/>'
    )


DRAWINGS = {"how-it-works.svg": LIGHT, "how-it-works-dark.svg": DARK}
"""File name → colours."""

if __name__ == "__main__":
    for name, ink in DRAWINGS.items():
        Path(__file__).with_name(name).write_text(drawing(ink), encoding="utf-8")
