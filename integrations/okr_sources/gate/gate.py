"""Gate: asks one server, and lets in what an answer may bring: bounded, readable, no secret.

An answer has a deadline over everything (connecting, headers, body), a size that counts unpacked,
and a status. What it says is parsed first and censored then: escapes hide a secret from whoever
looks at the bytes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from okr_sources.censor import Censor
from okr_sources.gate.deadline import seconds_left
from okr_sources.gate.document import document_of, is_page, mapped, readable, text_of

if TYPE_CHECKING:
    import httpcore
    import httpx

    from okr_sources.gate.wire import Wire

LARGEST = 5_000_000
"""Bytes of an answer, unpacked; as objects, JSON may take twenty-five times as many."""
READ = frozenset({200})
"""Statuses of an answer that was asked for to be read: nothing else is one."""
WRITTEN = frozenset({200, 201, 204})
"""Statuses of an answer to a write."""


@dataclass(frozen=True, eq=False)
class Reply:
    """An answer as it came, with what it says.

    Attributes:
        what: Who was asked, to begin messages with.
        place: Address that answered, without parameters.
        status: HTTP status.
        headers: Headers, looked up without regard to case.
        content: The body, unpacked.
    """

    what: str
    place: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    censor: Censor = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The body as text: readable, and without secrets."""
        text = readable(self._raw)
        return self.censor.text(text) if self.censor.sees(text) else text

    @cached_property
    def document(self) -> object:
        """The body as JSON: fractions are decimals; texts are readable, and without secrets.

        Raises:
            DataError: It is no JSON, or none that can be computed with.
            RetryableError: It is JSON that was cut off.
        """
        found = document_of(self.content, self.what)
        return mapped(found, self.censor.text) if self.censor.sees(self._raw) else found

    @property
    def kind(self) -> str:
        """Media type, lower case, such as `application/json`; empty where it does not say."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people, whatever its media type."""
        return is_page(self._raw[:200], self.kind)

    @cached_property
    def _raw(self) -> str:
        return text_of(self.content)


class Gate:
    """Asks one server; threads may share it. Nothing is loaded or opened before the first request.

    Args:
        who: Who is asked, to begin messages with.
        censor: Knows what signs the requests.
        seconds: Time that one answer may take, from connecting to its last byte.
        width: Connections at once.
        backend: Opens connections; the system's where left out.
        proxied: Whether proxies of the environment are used.
    """

    def __init__(
        self,
        who: str,
        censor: Censor,
        *,
        seconds: float,
        width: int,
        backend: httpcore.NetworkBackend | None = None,
        proxied: bool = True,
    ) -> None:
        self.who = who
        self.seconds = seconds
        self._censor = censor
        self._width = width
        self._backend = backend
        self._proxied = proxied
        self._lock = Lock()
        self._wire: Wire | None = None

    def __repr__(self) -> str:
        return f"Gate({self.who})"

    def ask(
        self,
        method: str,
        url: str | httpx.URL,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        what: str = "",
        until: float | None = None,
        home: bool = True,
    ) -> Reply:
        """The answer to one request, whatever its status; redirects are not followed.

        Args:
            method: Such as GET.
            url: Whole address.
            headers: What signs the request, and what else it says.
            content: Its body.
            what: What is asked, to begin messages with, where it is more than `who`.
            until: Deadline by `time.monotonic`, where other requests count into it.
            home: Whether every other request goes to the same server.

        Raises:
            RetryableError: There is no answer, or not in time.
            DataError: It is larger than `LARGEST`, or packed in an unknown way.
            OkrError: The address cannot be asked.
        """
        what = what or self.who
        now = time.monotonic()
        whole = now + self.seconds if until is None else until
        status, told, content = self._opened().send(
            method,
            url,
            headers or {},
            content,
            what=what,
            until=min(whole, now + seconds_left()),
            home=home,
        )
        place = str(url).partition("?")[0].partition("#")[0]
        return Reply(what, place, status, told, content, self._censor)

    def close(self) -> None:
        """Close kept connections."""
        with self._lock:
            if self._wire is not None:
                self._wire.close()
                self._wire = None

    def _opened(self) -> Wire:
        with self._lock:
            if self._wire is None:
                from okr_sources.gate.wire import Wire  # noqa: PLC0415 - an HTTP library, only to send

                self._wire = Wire(
                    seconds=self.seconds,
                    width=self._width,
                    most=LARGEST,
                    backend=self._backend,
                    proxied=self._proxied,
                )
            return self._wire
