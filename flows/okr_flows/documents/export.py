"""What `okr export`, `restore` and `store upgrade` print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from okr_core.basics.wire import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedDocument:
    """What `okr export --out FILE` wrote."""

    schema: Literal["okr.exported/1"] = "okr.exported/1"
    file: str
    store: str
    cycles: tuple[str, ...] | None
    rows: dict[str, int]
    lines: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredDocument:
    """What `okr restore` put into a store; `problems` are what the audit found."""

    schema: Literal["okr.restored/1"] = "okr.restored/1"
    store: str
    rows: dict[str, int]
    sha256: str
    links: int
    head: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradedDocument:
    """The versions that a store had and has.

    `workspace` is the id that names in Prefect carry; null where there is no workspace yet.
    """

    schema: Literal["okr.upgraded/1"] = "okr.upgraded/1"
    store: str
    workspace: Text
    before: str
    after: str
