"""Faults on demand: what shall go wrong, where, and how often."""

from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal, get_args

StatusKind = Literal[401, 403, 404, 409, 410, 429, 500, 502, 503, 504, 529]
"""Faults that answer with a status, with the vendor's own headers and body."""

TransportKind = Literal["timeout", "drop", "mangle", "html"]
"""Faults below the vendor: a late answer, a closed connection, half a body, a proxy's page."""

ShapeKind = Literal["short_page", "repeat_token", "row_stop", "references_25"]
"""Faults inside a good answer, made by the vendor's own handlers."""

FaultKind = StatusKind | TransportKind | ShapeKind
GATE_KINDS: frozenset[FaultKind] = frozenset(get_args(StatusKind) + get_args(TransportKind))
"""The kinds that the gate answers without asking the handler."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that shall go wrong.

    Attributes:
        kind: a status such as 429, or a name such as ``short_page``.
        match: a part of ``"METHOD /path"`` (path below the vendor's root); empty matches all.
        times: how many requests it hits; None until it is cleared.
        after: how many matching requests pass unharmed before it hits (1 spares the first page).
        retry_after: seconds for the ``Retry-After`` header of a status; None leaves it out.
        reason: the vendor's machine-readable reason (Jira ``RateLimit-Reason``, Notion's
            ``rate_limit_reason``).
        delay: seconds that a ``timeout`` holds the answer.
        rows: rows of a ``short_page``, or rows after which ``row_stop`` ends a query.
    """

    kind: FaultKind
    match: str = ""
    times: int | None = 1
    after: int = 0
    retry_after: float | None = None
    reason: str | None = None
    delay: float = 30.0
    rows: int | None = None


class Faults:
    """The faults that are still to come; filled by a test, emptied by requests."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Let ``fault`` hit the next requests that match; earlier faults go first."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._faults.clear()

    def pending(self) -> tuple[Fault, ...]:
        """The faults that have not hit yet."""
        with self._lock:
            return tuple(self._faults)

    def take(self, endpoint: str, kinds: frozenset[FaultKind] | None = None) -> Fault | None:
        """The fault that hits this request, used up by one; None where nothing shall go wrong.

        Args:
            endpoint: ``"METHOD /path"`` as it was requested.
            kinds: only faults of these kinds are looked at; None looks at all.
        """
        if not self._faults:
            return None
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.match not in endpoint or (kinds is not None and fault.kind not in kinds):
                    continue
                if fault.after > 0:
                    self._faults[index] = replace(fault, after=fault.after - 1)
                    continue
                self._use(index, fault)
                return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times > 1:
            self._faults[index] = replace(fault, times=fault.times - 1)
        else:
            del self._faults[index]
