"""Formulas of the scorecard, as a spreadsheet calculates them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from okr_core.basics.exact import decimal_text
from okr_core.score.grades import GREEN, YELLOW
from okr_report.locale import Locale

_PLACES = 12
"""To which a sum of floats is rounded before it is compared with the bound of a grade."""
_TENTHS = 10


def overridden(computed: str, override: str) -> str:
    """A key result's score: the override where there is one.

    >>> overridden("K3", "L3")
    'IF(ISNUMBER(L3),L3,K3)'
    """
    return f"IF(ISNUMBER({override}),{override},{computed})"


def grade(score: str, locale: Locale) -> str:
    """The grade of a score; nothing where there is none."""
    exact = f"ROUND({score},{_PLACES})"
    bounds = ((GREEN, "green"), (YELLOW, "yellow"))
    text = f'"{locale("red")}"'
    for bound, name in reversed(bounds):
        text = f'IF({exact}>={float(bound)},"{locale(name)}",{text})'
    return f'IF(ISNUMBER({score}),{text},"")'


def mean_of_parts(
    weight: str, score: str, first: int, last: int, children: Sequence[tuple[str, Decimal]]
) -> str:
    """An objective's score: the weighted mean of the key results and children that have one.

    Args:
        weight: Column of the weights.
        score: Column of the scores.
        first: Row of its first key result; there is none where `last` lies before it.
        last: Row of its last.
        children: Cells of counted objectives' scores, with the weights by which they count.

    >>> mean_of_parts("G", "H", 3, 4, [("H9", Decimal(2))])
    '(SUMPRODUCT(G3:G4,H3:H4)+2*N(H9))/(SUMPRODUCT(G3:G4,--ISNUMBER(H3:H4))+2*ISNUMBER(H9))'
    """
    over, under = [], []
    if first <= last:
        weights, scores = f"{weight}{first}:{weight}{last}", f"{score}{first}:{score}{last}"
        over.append(f"SUMPRODUCT({weights},{scores})")
        under.append(f"SUMPRODUCT({weights},--ISNUMBER({scores}))")
    for cell, counted in children:
        over.append(f"{decimal_text(counted)}*N({cell})")
        under.append(f"{decimal_text(counted)}*ISNUMBER({cell})")
    return f"({'+'.join(over)})/({'+'.join(under)})"


def mean_of_roots(weights: str, scores: str, team: tuple[str, str] | None) -> str:
    """The score of the cycle or a team: the weighted mean of the objectives that have one.

    Args:
        weights: Range of weights, empty in every row that does not count.
        scores: Range of scores.
        team: Range of teams, and the cell that names the one that is meant; None: all rows.
    """
    chosen = f"--({team[0]}={team[1]})," if team else ""
    return (
        f"SUMPRODUCT({chosen}{weights},{scores})/SUMPRODUCT({chosen}{weights},--ISNUMBER({scores}))"
    )


@dataclass(frozen=True, slots=True)
class Band:
    """A tenth of the scores.

    Attributes:
        formula: Counts the key results in it.
    """

    name: str
    low: Fraction
    high: Fraction
    formula: str

    def holds(self, score: Fraction) -> bool:
        """Whether a score lies in it; the last one holds 1, too."""
        return self.low <= score < self.high or (score == self.high == 1)


def bands(kinds: str, scores: str, key_result: str) -> Iterator[Band]:
    """Ten bands of scores.

    Args:
        kinds: Range that says what each row is.
        scores: Range of scores.
        key_result: What it says of key results.
    """
    for number in range(_TENTHS):
        low, high = Fraction(number, _TENTHS), Fraction(number + 1, _TENTHS)
        below = "<=" if high == 1 else "<"
        # Joined, not written into the text: a program may use another decimal sign.
        formula = (
            f'COUNTIFS({kinds},"{key_result}",{scores},">="&{float(low)},'
            f'{scores},"{below}"&{float(high)})'
        )
        yield Band(f"{float(low):.1f} – {float(high):.1f}", low, high, formula)
