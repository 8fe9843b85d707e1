"""A third party's source that can be written to: a board in memory, found by its entry point."""

# ruff: noqa: ARG002 - the arguments of a protocol

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from third_source import SayingBinding, ThirdSession

from okr_core.errors import DataError
from okr_core.plan.workspace import Connection
from okr_sources.source import Credentials
from okr_sources.write_back.ownership import Cell, settle
from okr_sources.write_back.write_back import (
    Compared,
    Mirror,
    Target,
    WriteBackFields,
    ratio_text,
    unreached,
)

WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}}
connections:
  wall: {kind: board, write_back: {score: Points}}
"""
PLAN = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - {id: a, title: A, owner: ada, mirror: {board: {connection: wall, card: first}}}
  - {id: b, title: B, owner: ada, mirror: {board: {connection: wall, card: CARD}}}
"""


class BoardMirror(Mirror):
    """Which card an item is."""

    card: str

    @property
    def place(self) -> str:
        return self.card


class BoardFields(WriteBackFields):
    """What is written on a card."""

    score: str

    @property
    def fields(self) -> tuple[str, ...]:
        return ("score",)


class BoardSession(ThirdSession):
    """Cards named `silence` are passed over, those named `crash` break it, `lost` are missing.

    At `interrupt` a person stops the run.
    """

    def compare(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Compared]:
        assert isinstance(fields, BoardFields)
        found = [self._compared(fields, target) for target in targets]
        return [each for each in found if each.place != "silence"]

    def put(self, compared: Sequence[Compared]) -> list[Compared]:
        for item in compared:
            if item.place == "interrupt":
                raise KeyboardInterrupt
            for settled in item.changes:
                BoardSource.cards[item.place] = settled.value
        return [replace(item) for item in compared]

    def _compared(self, fields: BoardFields, target: Target) -> Compared:
        place, item = target.mirror.place, target.outcome.item
        if place == "crash":
            raise KeyError(f"no such card, signed with {self._token}")
        if place == "lost":
            return unreached(target, DataError("there is no such card."), "board `wall`")
        holds, wanted = BoardSource.cards.get(place), ratio_text(target.outcome.score)
        cell = Cell("score", fields.score, holds, wanted)
        return Compared(item, place, settle(item, place, [cell], target.own, target.taken))


class BoardSource:
    """The source of kind `board`."""

    kind = "board"
    binding = SayingBinding
    mirror = BoardMirror
    write_back = BoardFields
    cards: ClassVar[dict[str, str | None]] = {}

    def open(self, name: str, connection: Connection, credentials: Credentials) -> BoardSession:
        return BoardSession(credentials)

    def load_block(self, name: str) -> Credentials:
        raise NotImplementedError


SOURCE = BoardSource()


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the source known as installing its package would; all cards are empty."""
    info = folder / "written_source-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: written-source\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[okr.sources]\nboard = written_source:SOURCE\n")
    monkeypatch.syspath_prepend(str(folder))
    BoardSource.cards.clear()
