"""Events: ids and keys by which Prefect tells signals apart, the same at each run."""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, UUID, uuid5

from okr_core.basics.exact import digest


def artifact_key(*parts: str) -> str:
    """A key of lower-case letters, digits and dashes; ids that would collide get a digest.

    >>> artifact_key("okr-score", "2026-q4", "activation")
    'okr-score-2026-q4-activation'
    >>> artifact_key("okr-score", "2026-q4", "a.b") != artifact_key("okr-score", "2026-q4", "a-b")
    True
    """
    text = "-".join(parts)
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain if plain == text else f"{plain}-{digest(text.encode())[7:13]}"


def event_id(*parts: str) -> UUID:
    """The same id for the same event, so that a run of the same slot again does not double it."""
    return uuid5(NAMESPACE_URL, "okr:" + "|".join(parts))


def named_resource(id_: str, name: str) -> dict[str, str]:
    """What an event happened to, as Prefect says it."""
    return {"prefect.resource.id": id_, "prefect.resource.name": name}
