"""Bindings: the models of installed sources, by which a plan's `source` fields are checked."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from okr_core.errors import ConfigError
from okr_sources.source import source_named


def binding_models(kinds: Iterable[str]) -> dict[str, type[BaseModel]]:
    """Binding kind → model, for the kinds that an installed package offers.

    A kind that nobody offers is left out: the plan's check names it with file and line.
    """
    models: dict[str, type[BaseModel]] = {}
    for kind in kinds:
        try:
            models[kind] = source_named(kind).binding
        except ConfigError:
            continue
    return models


def installed_kinds() -> list[str]:
    """Binding kinds of all installed sources."""
    from importlib.metadata import entry_points  # noqa: PLC0415

    return sorted(entry.name for entry in entry_points(group="okr.sources"))
