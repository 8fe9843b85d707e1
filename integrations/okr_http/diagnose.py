"""Diagnose: what `okr doctor` says of a connection of kind http."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from okr_core.basics.exact import decimal_text
from okr_core.errors import OkrError
from okr_http.binding import HttpBinding
from okr_http.client import Reply
from okr_http.failures import NothingThereError
from okr_http.planner import Request, Site
from okr_http.rows import number_in
from okr_sources.answers import Ask, RequestPlan
from okr_sources.checks import clock_check
from okr_sources.gate.strangers import WebPageError
from okr_sources.simple import SimpleSession
from okr_sources.source import Check

Bound = tuple[Ask, HttpBinding]
Session = SimpleSession[HttpBinding, Reply, Request]


def diagnose(session: Session, site: Site, plan: RequestPlan, *, now: datetime) -> list[Check]:
    """One line for the connection, and one per key result.

    Args:
        session: Sends each request of the plan that is safe.
        site: Where its requests may go.
        plan: What the key results ask for.
        now: This machine's time (aware).
    """
    queries = session.queries(plan)
    checks = [*_options(site)]
    if site.base is not None and not queries:
        checks += _probed(session, site, now)
    for request, bound in queries.items():
        checks += _asked(session, site, request, bound, now)
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
    if site.options.allow_link_local:
        yield Check(
            site.who,
            "warning",
            "allow_link_local lets plans and redirects ask where clouds keep credentials.",
            "Take it out where no key result needs it.",
        )


def _probed(session: Session, site: Site, now: datetime) -> Iterator[Check]:
    """The address of the connection itself; that a server answers there is all it has to do."""
    who, request = session.who, Request("GET", str(site.base))
    try:
        yield from _answered(site, session.sent(request), now)
    except NothingThereError:
        yield Check(who, "ok", f"a server answers at {request.place}, with nothing there.")
    except WebPageError as error:
        yield Check(who, "warning", error.message, error.hint)
    except OkrError as error:
        yield session.failed(who, error)


def _answered(site: Site, reply: Reply, now: datetime) -> Iterator[Check]:
    signed = " with the token" if site.signed else ""
    yield Check(site.who, "ok", f"{reply.place} answers{signed}.")
    clock = clock_check(reply.date or now, now, site.who)
    if clock.outcome != "ok":
        yield clock


def _asked(
    session: Session, site: Site, request: Request, bound: Sequence[Bound], now: datetime
) -> Iterator[Check]:
    who = session.who
    if not request.safe:
        yield Check(
            who,
            "warning",
            f"{request.place} was not asked: its POST is not marked safe.",
            "Set `safe: true` in the binding if it changes nothing.",
        )
        return
    try:
        reply = session.sent(request)
        yield from _answered(site, reply, now)
        _ = reply.document  # one line for all key results where it is no JSON
    except OkrError as error:
        yield session.failed(who, error)
        return
    for ask, binding in bound:
        yield _valued(session, ask, binding, reply)


def _valued(session: Session, ask: Ask, binding: HttpBinding, reply: Reply) -> Check:
    subject = _subject(ask.key_result)
    try:
        number = number_in(reply.document, binding.value, reply.place).value
    except OkrError as error:
        return session.failed(subject, error)
    return Check(subject, "ok", f"`{binding.value}` is {decimal_text(number)}.")


def _subject(key_result: str) -> str:
    return f"key result `{key_result}`"
