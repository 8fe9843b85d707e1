"""Session: one connection's requests, each sent once, and the answers that they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from okr_core.errors import OkrError
from okr_core.record.evidence import Evidence, Row
from okr_core.workspace import Connection
from okr_http.binding import HttpBinding
from okr_http.client import Client, Reply
from okr_http.diagnose import diagnosed
from okr_http.network import Dialer
from okr_http.options import HttpOptions
from okr_http.planner import (
    HttpPlan,
    Request,
    Site,
    as_request_plan,
    base_of,
    plan_requests,
)
from okr_http.reading import document_of, number_in
from okr_http.secrecy import Censor
from okr_sources.answers import Answer, Ask, RequestPlan, Unavailable
from okr_sources.session import BaseSession, unavailable, utc_now
from okr_sources.source import Check, Credentials, Memory
from okr_sources.suspicion import judge
from okr_sources.workers import Workers

QUESTION = "Does the address still mean the same?"


class HttpSession(BaseSession):
    """Reads the JSON endpoints of one connection.

    Args:
        name: Name of the connection, empty for bindings without one.
        connection: Its address, options and limits.
        credentials: Its token, empty where everyone may read.
        now: The clock of `observed_at`.
        dialer: Finds addresses and opens connections to them.

    Raises:
        ConfigError: An option or the address is wrong.
    """

    def __init__(
        self,
        name: str,
        connection: Connection,
        credentials: Credentials,
        *,
        now: Callable[[], datetime] = utc_now,
        dialer: Dialer | None = None,
    ) -> None:
        super().__init__(name, connection, now=now)
        options = HttpOptions.of(name, connection)
        url = connection.url or credentials.url
        self.site = Site(
            name,
            base_of(f"http `{name}`", url, options) if url else None,
            options,
            signed=bool(credentials.token.get_secret_value()),
        )
        self._censored = Censor(credentials)
        self._client = Client(
            self.site,
            credentials,
            seconds=float(connection.timeout),
            connections=connection.concurrency,
            now=now,
            dialer=dialer,
        )

    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:  # noqa: ARG002 - one page each
        """Each distinct request once."""
        return as_request_plan(plan_requests(asks, self.site), self.site)

    def asked(self, plan: RequestPlan) -> Sequence[str]:
        """Key results of the plan, refused ones included."""
        served = [ask.key_result for each in _compiled(plan).served.values() for ask, _ in each]
        return [*served, *(refused.key_result for refused in plan.refused)]

    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        """Answers to all asks that the plan did not refuse, as the requests come back."""
        served = {
            request.digest: (request, asked) for request, asked in _compiled(plan).served.items()
        }
        workers: Workers[str, list[Answer]] = self.workers()
        with workers:
            for digest, (request, asked) in served.items():
                workers.submit(digest, partial(self._answered, request, asked))
            for result in workers.results():
                if result.error is None:
                    yield from result.value or ()
                    continue
                for ask, _ in served[result.key][1]:
                    yield self._scrubbed(unavailable(ask.key_result, result.error))

    def fetch(self, request: Request) -> Reply:
        """The answer to one request: limited, counted, retried where it is safe."""
        reply = self.send(
            lambda: self._client.fetch(request), endpoint=request.place, safe=request.safe
        )
        with self._lock:
            self._requests += reply.sent - 1
        return reply

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """Whether the address answers, the token is accepted, and each key result has a number."""
        checks = diagnosed(self, asks, now)
        return [
            replace(check, message=self._censored(check.message), hint=check.hint)
            for check in checks
        ]

    def close(self) -> None:
        """Close kept connections."""
        self._client.close()

    def _answered(self, request: Request, asked: Sequence[tuple[Ask, HttpBinding]]) -> list[Answer]:
        """All answers that one request gives; its body is parsed once."""
        reply = self.fetch(request)
        observed_at = self.now()
        document = document_of(reply.content, self.site.who, request.place)
        answers: list[Answer] = []
        for ask, binding in asked:
            try:
                number = number_in(document, binding.value, self.site.who, request.place)
                evidence = evidence_of(number, binding, request, self.name, reply.sent)
                answers.append(
                    judge(ask, evidence, observed_at, binding.suspect, question=QUESTION)
                )
            except OkrError as error:
                answers.append(self._scrubbed(unavailable(ask.key_result, error)))
        return answers

    def _scrubbed(self, answer: Unavailable) -> Unavailable:
        """Servers repeat what they were sent; messages do not."""
        return replace(
            answer,
            reason=self._censored(answer.reason),
            hint=self._censored(answer.hint),
        )


def _compiled(plan: RequestPlan) -> HttpPlan:
    assert isinstance(plan.detail, HttpPlan)
    return plan.detail


def evidence_of(
    number: Decimal, binding: HttpBinding, request: Request, connection: str, requests: int
) -> Evidence:
    """The one number that an answer gave."""
    return Evidence(
        kind="http",
        connection=connection,
        query=str(request),
        measure=f"value of {binding.value}",
        formula="value",
        scale=binding.scale,
        link=request.url,
        requests=requests,
        rows=(Row("value", number, label=binding.value),),
    )
