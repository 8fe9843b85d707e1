"""Asks and answers of the http source, for its tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from pydantic import SecretStr

from okr_core.plan.metrics import Increase
from okr_core.plan.workspace import Connection
from okr_core.progress.smells import Previous
from okr_http.network import Dialer
from okr_http.session import HttpSession
from okr_sources.answers import Answer, Ask, Unavailable
from okr_sources.source import Credentials, Memory

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
TOKEN = "s3cret-T0ken"
LOCAL: Mapping[str, bool] = {"allow_private": True, "allow_http": True}


def ask(key_result: str, previous: Previous | None = None, **binding: object) -> Ask:
    return Ask(
        key_result=key_result,
        binding={"connection": "crm", **binding},
        metric=Increase(baseline=Decimal(0), target=Decimal(1000)),
        cycle_starts=date(2026, 4, 1),
        timezone="UTC",
        as_of=AT,
        previous=previous,
    )


def session(
    url: str | None,
    *,
    token: str = TOKEN,
    user: str = "",
    options: Mapping[str, object] | None = None,
    dialer: Dialer | None = None,
    timeout: int = 5,
) -> HttpSession:
    connection = Connection.model_validate(
        {"kind": "http", "url": url, "options": dict(options or {}), "timeout": timeout}
    )
    credentials = Credentials(SecretStr(token), user)
    return HttpSession("crm", connection, credentials, now=lambda: AT, dialer=dialer)


def read(opened: HttpSession, asks: Sequence[Ask]) -> dict[str, Answer]:
    with opened:
        answers = list(opened.read(opened.plan(asks, Memory({}))))
    assert len(answers) == len({answer.key_result for answer in answers})
    return {answer.key_result: answer for answer in answers}


def refusal(opened: HttpSession, one: Ask) -> Unavailable:
    answer = read(opened, [one])[one.key_result]
    assert isinstance(answer, Unavailable), answer
    assert TOKEN not in repr(answer)
    return answer
