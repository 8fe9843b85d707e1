"""A third party's source that tells the past, as each binding says; found by its entry point."""

# ruff: noqa: ARG002 - the arguments of a protocol

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from third_source import SayingBinding, ThirdSession

from okr_core.plan.workspace import Connection
from okr_core.record.evidence import Evidence, Row
from okr_sources.answers import Observed
from okr_sources.past import PastAnswer, PastAsk
from okr_sources.source import Credentials


class PastSession(ThirdSession):
    """Tells a number, or breaks the contract."""

    def reconstruct(self, asks: Sequence[PastAsk]) -> Iterator[PastAnswer]:
        for asked in asks:
            says = asked.ask.binding["says"]
            if says == "crash":
                raise KeyError(f"no such field, signed with {self._token}")
            if says != "silence":
                yield from (_told(asked, moment, str(says)) for moment in asked.moments)


class PastSource:
    """The source of kind `past`."""

    kind = "past"
    binding = SayingBinding

    def open(self, name: str, connection: Connection, credentials: Credentials) -> PastSession:
        return PastSession(credentials)

    def load_block(self, name: str) -> Credentials:
        raise NotImplementedError


SOURCE = PastSource()


def _told(asked: PastAsk, moment: datetime, says: str) -> PastAnswer:
    row = Row("only", Decimal(5))
    evidence = Evidence("past", "odd", "all", "its value", "value", rows=(row,))
    if says != "unmarked":
        evidence = replace(evidence, reconstructed="from its diary")
    return PastAnswer(
        moment, Observed(asked.ask.key_result, Decimal(5), evidence, datetime.now(UTC))
    )
