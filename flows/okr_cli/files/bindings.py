"""Bindings: the models of installed sources, by which what files say of their tools is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import entry_points

from pydantic import BaseModel

from okr_core.files.yaml_tree import Tree
from okr_sources.source import source_named
from okr_sources.write_back.write_back import written_kinds

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


def mirror_models(data: Mapping[str, Tree]) -> dict[str, type[BaseModel]]:
    """Kind → model of what a plan says below `mirror`; nothing is loaded where none is written."""
    items = list(_items(data.get("objectives")))
    items += [each for item in items for each in _items(item.get("key_results"))]
    if not any("mirror" in item for item in items):
        return {}
    return {kind: source.mirror for kind, source in written_kinds().items()}


def write_back_models(data: Mapping[str, Tree]) -> dict[str, type[BaseModel]]:
    """Kind → model of a connection's `write_back`; nothing is loaded where none is written."""
    connections = data.get("connections")
    listed = connections.values() if isinstance(connections, dict) else ()
    if not any(isinstance(each, dict) and "write_back" in each for each in listed):
        return {}
    return {kind: source.write_back for kind, source in written_kinds().items()}


def _items(value: Tree | None) -> list[dict[str, Tree]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
