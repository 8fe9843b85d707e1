"""Vendor: whose answers are mutated, what it is asked in this harness, and what they allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from pydantic import SecretStr
from replay import Recorder, Request, Says, Served
from truth import Truth

from okr_core.plan.metrics import AtLeast
from okr_core.plan.workspace import Connection
from okr_core.record.evidence import Row
from okr_sandbox import Sandbox
from okr_sources.answers import Ask
from okr_sources.source import Credentials, Session, source_named

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STARTS = date(2026, 10, 1)
WINDOW = (datetime(2026, 10, 1, tzinfo=UTC), NOW)
POINTS = "customfield_10016"
KEY = "SHOP-3"
_ANYTHING = AtLeast(bound=Decimal(1))
"""No value smells, so that whatever is read counts."""

Judge = Callable[[Sequence[Served], Sequence[Served]], Truth]
"""What a measure may be after these answers about its rows, and those about names."""


@dataclass
class Vendor:
    """One vendor.

    Attributes:
        asks: Measure → its binding.
        serves: Request → the measures whose rows it answers with; empty: it tells names.
        judges: Measure → what it may be.
        rows: Key of the rows in a page.
        scope: Rows of the first reading, where the bindings freeze their scope.
    """

    name: str
    kind: str
    path: str
    says: Says
    asks: Mapping[str, Mapping[str, object]]
    serves: Callable[[Request], tuple[str, ...]]
    judges: Mapping[str, Judge]
    rows: str = ""
    scope: tuple[Row, ...] | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    secret: Credentials = field(default_factory=lambda: Credentials(SecretStr("secret"), "ada@x"))
    close: Callable[[], None] = lambda: None

    def session(self, url: str) -> Session:
        """An open connection that asks each thing once, one after the other."""
        connection = Connection.model_validate(
            {
                "kind": self.kind,
                "url": url + self.path,
                "retries": 1,
                "concurrency": 1,
                **self.settings,
            }
        )
        return source_named(self.kind).open("acme", connection, self.secret)

    def asked(self) -> list[Ask]:
        return [
            Ask(
                name,
                {"connection": "acme", **binding},
                _ANYTHING,
                STARTS,
                "UTC",
                NOW,
                frozen=self.scope,
            )
            for name, binding in self.asks.items()
        ]


def closed(sandbox: Sandbox, recorder: Recorder) -> None:
    """Let go of a sandbox that was asked without sockets."""
    recorder.close()
    sandbox._socket.close()
