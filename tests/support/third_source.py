"""A third party's source, found by its entry point: each binding says how it behaves."""

# ruff: noqa: ARG002 - the arguments of a protocol

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from okr_core.plan.workspace import Connection
from okr_core.record.evidence import Evidence, Row
from okr_sources.answers import Answer, Ask, Observed, RequestPlan
from okr_sources.binding import Binding
from okr_sources.source import Check, Credentials, Memory


class SayingBinding(Binding):
    """What the source says: a number, or a way to break the contract."""

    says: str


class ThirdSession:
    """Answers as its bindings say."""

    requests = 1
    counts: Mapping[str, int] = {}

    def __init__(self, credentials: Credentials) -> None:
        self._token = credentials.token.get_secret_value()

    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        return RequestPlan("third", (), detail=tuple(asks))

    def read(self, plan: RequestPlan) -> Iterator[Answer]:
        asks = plan.detail
        assert isinstance(asks, tuple)
        for ask in reversed(asks):  # as threads may end
            yield from self._said(ask)

    def _said(self, ask: Ask) -> Iterator[Answer]:
        says = ask.binding["says"]
        if says == "crash":
            raise KeyError(f"no such field, signed with {self._token}")
        if says == "nonsense":
            yield "seven"  # type: ignore[misc]
        if says == "infinite":
            yield replace(_observed(ask.key_result, 1), value=Decimal("Infinity"))
        elif says == "odd evidence":
            odd = _observed(ask.key_result, 1)
            yield replace(odd, evidence=replace(odd.evidence, notes=(object(),)))  # type: ignore[arg-type]
        elif says == "twice":
            yield _observed(ask.key_result, 1)
            yield _observed(ask.key_result, 2)
        elif says == "stranger":
            yield _observed(f"{ask.key_result}.of-nobody", 1)
        elif says not in ("silence", "nonsense"):
            yield _observed(ask.key_result, int(str(says)))

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        return []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is open."""


class ThirdSource:
    """The source of kind `third`."""

    kind = "third"
    binding = SayingBinding

    def open(self, name: str, connection: Connection, credentials: Credentials) -> ThirdSession:
        return ThirdSession(credentials)

    def load_block(self, name: str) -> Credentials:
        raise NotImplementedError


SOURCE = ThirdSource()


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the sources known as installing their package would."""
    info = folder / "third_source-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-source\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[okr.sources]\nthird = third_source:SOURCE\npast = past_source:SOURCE\n"
    )
    monkeypatch.syspath_prepend(str(folder))


def _observed(key_result: str, value: int) -> Observed:
    row = Row("only", Decimal(value))
    evidence = Evidence("third", "third", "all", "its value", "value", rows=(row,))
    return Observed(key_result, Decimal(value), evidence, datetime.now(UTC))
