"""A report in all its forms beside the figures that were worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from by_hand import Hand, printed
from report_reading import book_of, page_cell, pairs_of, pdf_text, rows_of, squeezed


def six(share: Fraction | None) -> float | None:
    return None if share is None else float(round(share, 6))


def items(hand: Hand) -> Iterator[tuple[str, Fraction | None]]:
    """Each objective and key result with its score."""
    for objective, key_results in hand.names().items():
        yield objective, hand.objective(objective)
        yield from ((kr, hand.score(kr)) for kr in key_results)


def refuse_other_figures(forms: Mapping[str, bytes], hand: Hand) -> None:
    """Compare each form of a report: html, pdf, xlsx, md, json and txt, the digest."""
    figure = printed(hand.figure())
    count = len(hand.counted())
    told = [f"score {figure}", f"the average of {count} objective{'' if count == 1 else 's'}"]
    if hand.figure(agreed=True) != hand.figure():
        told.append(f"as agreed at the start {printed(hand.figure(agreed=True))}")
    _json(json.loads(forms["json"])["sections"], hand)
    _page(forms["html"].decode(), hand)
    _book(forms["xlsx"], hand)
    pdf, lines = pdf_text(forms["pdf"]), forms["md"].decode().splitlines()
    for clause in told:
        assert clause in forms["md"].decode()
        assert clause in forms["txt"].decode()
        assert squeezed(clause[1:]) in pdf
    for objective, key_results in hand.names().items():
        [standing] = [each for each in lines if each.startswith(f"`{objective}` ·")]
        assert standing.endswith(f"Score {printed(hand.objective(objective))}"), standing
        assert all(printed(hand.score(kr)) in pdf for kr in key_results)


def _json(sections: dict[str, Any], hand: Hand) -> None:
    assert sections["summary"]["score"] == six(hand.figure())
    found = {line["id"]: line["score"]["effective"] for line in sections["scorecard"]["lines"]}
    assert found == {name: six(score) for name, score in items(hand)}
    dots = {dot["id"]: dot["share"] for dot in sections["summary"]["dots"]}
    assert dots == {name: six(hand.score(name)) for name in dots}


def _page(page: str, hand: Hand) -> None:
    for key_results in hand.names().values():
        for kr in key_results:
            assert page_cell(page, kr, "score").endswith(printed(hand.score(kr))), kr


def _book(data: bytes, hand: Hand) -> None:
    book = book_of(data)
    rows = {str(row["Id"]): row for row in rows_of(book["Scorecard"])}
    for name, score in items(hand):
        cell = rows[name]["Score"]
        assert (None if cell is None else round(float(str(cell)), 6)) == six(score), name
    totals = pairs_of(book["Totals"])
    assert round(float(str(totals["Whole cycle"])), 6) == six(hand.figure())
