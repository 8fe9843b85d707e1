"""Session: one connection's requests, each sent once, and the answers that they give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from okr_core.plan.workspace import Connection
from okr_core.record.evidence import Evidence, Formula, Row
from okr_http.beside import notes_of
from okr_http.binding import HttpBinding
from okr_http.client import Client, Reply
from okr_http.diagnose import diagnose
from okr_http.expression import counts_or_adds
from okr_http.network import CheckedBackend, Dialer
from okr_http.options import HttpOptions
from okr_http.planner import Request, Site, base_of, request_of
from okr_http.rows import Number, number_in
from okr_sources.answers import Ask, Fetch
from okr_sources.gate.gate import Gate
from okr_sources.session import utc_now
from okr_sources.simple import SimpleSession
from okr_sources.source import Check, Credentials, Memory


class HttpSession(SimpleSession[HttpBinding, Reply, Request]):
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

    binding = HttpBinding
    question = "Does the address still mean the same?"

    def __init__(
        self,
        name: str,
        connection: Connection,
        credentials: Credentials,
        *,
        now: Callable[[], datetime] = utc_now,
        dialer: Dialer | None = None,
    ) -> None:
        super().__init__(name, connection, credentials, now=now)
        options = HttpOptions.of(name, connection)
        url = connection.url or credentials.url
        self.site = Site(
            name,
            base_of(f"http `{name}`", url, options) if url else None,
            options,
            signed=bool(credentials.secrets),
        )
        # A plan names addresses, and a proxy would look them up where nobody checks them.
        backend = CheckedBackend(self.site.who, opened=options.opened, dialer=dialer or Dialer())
        self.gate = Gate(
            self.site.who,
            self.censor,
            seconds=float(connection.timeout),
            width=connection.concurrency,
            backend=backend,
            proxied=False,
        )
        self._client = Client(self.site, credentials, self.gate, now=now)

    def query(self, binding: HttpBinding) -> Request:
        """The request that a binding asks for."""
        return request_of(binding, self.site)

    def fetch_of(self, query: Request, bindings: Sequence[HttpBinding]) -> Fetch:
        """The request with the expressions that it answers."""
        fields = tuple(dict.fromkeys(binding.value for binding in bindings))
        return Fetch(str(query), f"{query.method} {query.place}", fields, pages=1)

    def fetch(self, query: Request) -> Reply:
        """The answer to one request, after its redirects."""
        return self._client.fetch(query)

    def sent(self, query: Request) -> Reply:
        """The answer to one request: limited, counted, retried where it is safe."""
        fetch = partial(self.fetch, query)
        reply = self.send(fetch, endpoint=query.place, safe=query.safe)
        self.count(reply.sent - 1)
        return reply

    def number(self, binding: HttpBinding, found: Reply) -> Number:
        """What the expression yields of an answer, with the notes that go with it.

        Raises:
            OkrError: It yields no number, or there is no JSON.
        """
        number = found.numbers.get(binding.value)
        if number is None:
            number = number_in(found.document, binding.value, found.place)
            found.numbers[binding.value] = number
        return number

    def rows(self, binding: HttpBinding, found: Reply) -> list[Row]:
        """The one number that the expression finds; none where it counts an empty list."""
        number = self.number(binding, found).value
        if not number and counts_or_adds(binding.value) == "length":
            return []
        return [Row("value", number, label=binding.value)]

    def measure(self, binding: HttpBinding) -> tuple[Formula, str]:
        """Such as `value of data.total`; what counts or adds a list up smells like other sums."""
        formula: Formula = "sum" if counts_or_adds(binding.value) else "value"
        return formula, f"value of {binding.value}"

    def evidence(self, binding: HttpBinding, query: Request, found: Reply) -> Evidence:
        """The number with the address that it is at, what some entries lack, and what is beside."""
        evidence = super().evidence(binding, query, found)
        number = self.number(binding, found)
        beside = notes_of(found.document, found.answer.headers, counts=number.counts)
        notes = (*number.notes, *beside)
        return replace(evidence, link=query.url, requests=found.sent, notes=notes)

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """Whether the address answers, the token is accepted, and each key result has a number."""
        return diagnose(self, self.site, self.plan(asks, Memory({})), now=now)
