"""Frame: what all mails have in common: how a page of their own looks, how an address stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from okr_report.locale import Language, Locale
from okr_report.theme import GREY, INK

_FONT = "font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:16px;line-height:24px"


@dataclass(frozen=True, slots=True)
class Written:
    """What is sent."""

    subject: str
    # A mail's hold a link that logs in.
    text: str = field(repr=False)
    html: str = field(repr=False)


def words(language: Language, zone: ZoneInfo) -> Locale:
    """The words of mails in a language."""
    return Locale(language, zone, Path(__file__).parent)


def linked(said: str, address: str) -> str:
    """A sentence and an address to press, as HTML."""
    said, address = escape(said), escape(address)
    return (
        f'<p style="margin:24px 0">{said}<br><a href="{address}" style="color:#0072B2">'
        f"{address}</a></p>"
    )


def small(lines: Iterable[str]) -> list[str]:
    """What stands at the end, as HTML."""
    return [f'<p style="color:{GREY};font-size:14px">{escape(each)}</p>' for each in lines]


def framed(language: Language, parts: Iterable[str]) -> str:
    """A page of its own, of parts that are HTML."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"></head>'
        f'<body style="{_FONT};color:{INK};max-width:36em;margin:0 auto;padding:16px">'
        f"{''.join(parts)}</body></html>"
    )
