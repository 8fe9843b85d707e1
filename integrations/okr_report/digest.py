"""Digest: a report on one screen, for a chat as plain text and for mail as small HTML.

It stands where many read: it quotes nobody, nothing in it calls anyone, and it names who is asked
only for those who are known to be its readers, where they may see people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from okr_report.outline import (
    Heading,
    Item,
    Line,
    Piece,
    Span,
    Spans,
    headline,
    outline_locale,
    version_note,
)
from okr_report.outline.pieces import line, plain, sentence
from okr_report.reports import Report

MOST_LINE = 160
"""Characters of a line; a title can have thousands."""
MOST_TEXT = 3000
"""Characters that a chat shows without folding, and that Slack takes in one block."""
_CALLS = re.compile(r"(?<=[@<])")
_SILENT = "\u200b"


def digest_title(report: Report, name: str = "") -> str:
    """What the digest is about: the cycle and the week, such as `OKR 2026-q4, week 47`.

    Outside the cycle no week says where it is: then the title says when it begins, that it has
    ended, or that it is closed.

    Args:
        report: What is told.
        name: What the cycle is called where several workspaces are told; empty: by its id.
    """
    locale, head = outline_locale(report), report.header
    cycle = name or head.cycle
    if head.phase == "running":
        return locale("title_digest", cycle=cycle, week=head.day.isocalendar().week)
    days = {"starts": locale.day(head.starts), "ends": locale.day(head.ends)}
    return locale(f"title_digest_{head.phase}", cycle=cycle, **days)


def digest_text(report: Report, where: str = "", name: str = "", *, owners: bool = False) -> str:
    """The digest for a chat: plain lines, at most 3,000 characters; see `digest_pieces`."""
    return _kept(list(_text_lines(digest_pieces(report, where, name, owners=owners))))


def digest_html(report: Report, where: str = "", name: str = "", *, owners: bool = False) -> str:
    """The digest for mail: one small HTML document without images, scripts or links to load."""
    body = "\n".join(_html_lines(digest_pieces(report, where, name, owners=owners)))
    title = escape(digest_title(report, name))
    language = "zh-CN" if report.language == "zh" else report.language
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title></head>\n'
        f'<body style="{_BODY}">\n{body}\n</body></html>\n'
    )


def digest_pieces(
    report: Report, where: str = "", name: str = "", *, owners: bool = False
) -> Iterator[Piece]:
    """What the digest says: the headline, then what each section puts on one screen.

    Args:
        report: What is told.
        where: Where the whole report is, for people; empty where it is nowhere.
        name: What the cycle is called, see `digest_title`.
        owners: Whether it says who is asked, as far as the report's audience may see people.
    """
    locale = outline_locale(report)
    yield Heading(1, digest_title(report, name))
    yield sentence(headline(report))
    note = version_note(report, locale)
    if note:
        yield sentence(note)
    for part in report.parts:
        pieces = part.section.part("digest")
        if pieces is not None:
            yield from pieces(part.view, locale, owners=owners)
    if where:
        yield sentence(locale("open_report", where=line(where)))


# For a chat


def _text_lines(pieces: Iterator[Piece]) -> Iterator[str]:
    for piece in pieces:
        match piece:
            case Heading(level=1):
                yield _short(piece.text)
            case Heading():
                yield ""
                yield _short(piece.text)
            case Item():
                yield f"• {_short(_cut(piece.spans))}"
            case Line():
                yield silent(plain(piece.spans))


def _short(text: str) -> str:
    return silent(text if len(text) <= MOST_LINE else f"{text[: MOST_LINE - 1]}…")


def _cut(spans: Spans) -> str:
    """A line in which a long title leaves room for what is said of it."""
    return plain(tuple(_shorter(span) for span in spans))


def _shorter(span: Span, most: int = MOST_LINE // 2) -> Span:
    long = span.strong and len(span.text) > most
    return span._replace(text=f"{span.text[: most - 1]}…") if long else span


def silent(text: str) -> str:
    r"""Text in which no chat finds somebody to call; it looks the same.

    >>> silent("<!channel> @here")
    '<\u200b!channel> @\u200bhere'
    """
    return _CALLS.sub(_SILENT, text)


def _kept(lines: list[str]) -> str:
    """As many lines as a chat takes; the last says that there is more."""
    text = "\n".join(lines)
    while len(text) > MOST_TEXT:
        lines = [*lines[:-2], "…"]
        text = "\n".join(lines)
    return f"{text}\n"


# For mail

_BODY = (
    "margin:0;padding:16px;max-width:600px;color:#1a1a1a;background:#ffffff;"
    "font:15px/1.5 -apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif"
)


def _html_lines(pieces: Iterator[Piece]) -> Iterator[str]:
    listed = False
    for piece in pieces:
        if listed != isinstance(piece, Item):
            listed = not listed
            yield '<ul style="margin:0;padding-left:20px">' if listed else "</ul>"
        match piece:
            case Heading():
                size = 20 if piece.level == 1 else 16
                style = f"font-size:{size}px;font-weight:600;margin:20px 0 4px"
                tag = "h1" if piece.level == 1 else "h2"
                yield f'<{tag} style="{style}">{escape(piece.text)}</{tag}>'
            case Item():
                yield f"<li>{_html(piece.spans)}</li>"
            case Line():
                yield f'<p style="margin:8px 0">{_html(piece.spans)}</p>'
    if listed:
        yield "</ul>"


def _html(spans: Spans) -> str:
    return "".join(
        f"<strong>{escape(span.text)}</strong>" if span.strong else escape(span.text)
        for span in map(_shorter, spans)
    )
