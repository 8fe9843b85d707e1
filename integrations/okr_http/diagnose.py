"""Diagnose: what `okr doctor` says of a connection of kind http."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from okr_core.errors import OkrError
from okr_core.exact import decimal_text
from okr_http.binding import HttpBinding
from okr_http.client import Reply
from okr_http.failures import NothingThereError, WebPageError, moment
from okr_http.planner import Request, Site, plan_requests
from okr_http.reading import document_of, number_in
from okr_sources.answers import Ask
from okr_sources.source import Check

SKEW = 60.0
"""Seconds that two clocks may differ."""


class Reader(Protocol):
    """What a diagnosis needs of a session."""

    site: Site

    def fetch(self, request: Request) -> Reply:
        """The answer to one request."""


def diagnosed(session: Reader, asks: Sequence[Ask], now: datetime) -> list[Check]:
    """One line for the connection, and one per key result."""
    site, plan = session.site, plan_requests(asks, session.site)
    checks = [*_options(site)]
    if site.base is not None and not plan.served:
        checks += _probed(session, Request("GET", str(site.base)), now)
    for request, asked in plan.served.items():
        checks += _asked(session, request, asked, now)
    refused = [
        Check(_subject(answer.key_result), "error", answer.reason, answer.hint)
        for answer in plan.refused
    ]
    return [*checks, *refused] or [
        Check(site.who, "ok", "no address of its own; nothing is bound to it.")
    ]


def _options(site: Site) -> Iterator[Check]:
    if site.options.allow_http and site.signed:
        yield Check(
            site.who,
            "warning",
            "allow_http lets the token travel where everyone on the way can read it.",
            "Use https as soon as the server speaks it.",
        )
    if site.options.allow_private:
        yield Check(site.who, "ok", "may ask private addresses (allow_private).")


def _probed(session: Reader, request: Request, now: datetime) -> list[Check]:
    """The address of the connection itself; that a server answers there is all it has to do."""
    who = session.site.who
    try:
        return _answered(session, session.fetch(request), request.place, now)
    except NothingThereError:
        return [Check(who, "ok", f"a server answers at {request.place}, with nothing there.")]
    except WebPageError as error:
        return [Check(who, "warning", error.message, error.hint)]
    except OkrError as error:
        return [Check(who, "error", error.message, error.hint)]


def _answered(session: Reader, reply: Reply, place: str, now: datetime) -> list[Check]:
    signed = " with the token" if session.site.signed else ""
    who = session.site.who
    return [Check(who, "ok", f"{place} answers{signed}."), *_skew(who, reply, now)]


def _asked(
    session: Reader,
    request: Request,
    asked: Sequence[tuple[Ask, HttpBinding]],
    now: datetime,
) -> Iterator[Check]:
    who = session.site.who
    if not request.safe:
        yield Check(
            who,
            "warning",
            f"{request.place} was not asked: its POST is not marked safe.",
            "Set `safe: true` in the binding if it changes nothing.",
        )
        return
    try:
        reply = session.fetch(request)
        yield from _answered(session, reply, request.place, now)
        document = document_of(reply.content, who, request.place)
        for ask, binding in asked:
            yield _valued(ask, binding, document, who, request.place)
    except OkrError as error:
        yield Check(who, "error", error.message, error.hint)


def _valued(ask: Ask, binding: HttpBinding, document: object, who: str, place: str) -> Check:
    subject = _subject(ask.key_result)
    try:
        number = number_in(document, binding.value, who, place)
    except OkrError as error:
        return Check(subject, "error", error.message, error.hint)
    return Check(subject, "ok", f"`{binding.value}` is {decimal_text(number)}.")


def _skew(who: str, reply: Reply, now: datetime) -> Iterator[Check]:
    theirs = moment(reply.date)
    ahead = (theirs - now).total_seconds() if theirs is not None else 0.0
    if abs(ahead) > SKEW:
        side = "ahead of" if ahead > 0 else "behind"
        yield Check(
            who,
            "warning",
            f"the server's clock is {abs(ahead):.0f} s {side} ours.",
            "Set this machine's clock by a time server.",
        )


def _subject(key_result: str) -> str:
    return f"key result `{key_result}`"
