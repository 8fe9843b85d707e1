"""Bindings: the models of installed sources, by which a plan's `source` fields are checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import entry_points

from pydantic import BaseModel

from okr_core.yaml_tree import Tree
from okr_sources.source import source_named

MANUAL = "manual"


def binding_models(used: Iterable[str]) -> dict[str, type[BaseModel]]:
    """Binding kind → model of its fields.

    Only sources that are used are loaded, since each brings its tool's library along; but all of
    them where a kind is used that nobody offers, so that the complaint can name what there is.
    """
    offered = {entry.name for entry in entry_points(group="okr.sources")}
    wanted = set(used) - {MANUAL}
    kinds = offered if wanted - offered else wanted
    return {kind: source_named(kind).binding for kind in sorted(kinds)}


def kinds_used(data: Mapping[str, Tree]) -> Iterator[str]:
    """Binding kinds that a plan's text names, whatever else is wrong with it."""
    for objective in _items(data.get("objectives")):
        for key_result in _items(objective.get("key_results")):
            source = key_result.get("source")
            yield from source if isinstance(source, dict) else ()


def _items(value: Tree | None) -> list[dict[str, Tree]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
