"""Personal links to the page: `okr web link` and `okr web revoke`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDocument:
    """A new link: whoever has it acts as the person until it expires."""

    schema: Literal["okr.link/1"] = "okr.link/1"
    person: str
    address: str
    once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedDocument:
    """That all links and sessions of a person have ended."""

    schema: Literal["okr.revoked/1"] = "okr.revoked/1"
    person: str
