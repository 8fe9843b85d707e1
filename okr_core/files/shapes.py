"""Shapes: which keys a model knows at a place."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from okr_core.files.yaml_tree import Path, Tree


def known_keys(model: type[BaseModel], data: Tree | None, path: Path) -> list[str]:
    """The keys that a model knows at a place; empty where it takes any.

    Args:
        model: What the whole of `data` should be.
        data: The document, which decides between the kinds of a union.
        path: Place of a mapping in it.
    """
    types: list[Any] = [model]
    for part in path:
        types = [each for kind in types for each in _inside(_chosen(kind, data), part)]
        data = _step(data, part)
    models = [each for kind in types for each in _models(_chosen(kind, data))]
    return list(dict.fromkeys(key for each in models for key in keys_of(each)))


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a model as files write them."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _step(data: Tree | None, part: str | int) -> Tree | None:
    if isinstance(data, dict) and isinstance(part, str):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _members(kind: Any) -> list[Any]:
    """The kinds of a union, annotations taken off."""
    if get_origin(kind) is Annotated:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [each for member in get_args(kind) for each in _members(member)]
    return [kind]


def _models(kinds: list[Any]) -> list[type[BaseModel]]:
    return [each for each in kinds if isinstance(each, type) and issubclass(each, BaseModel)]


def _chosen(kind: Any, data: Tree | None) -> list[Any]:
    """The members of a union that the written `kind` allows; all of them if it decides nothing."""
    members = _members(kind)
    written = data.get("kind") if isinstance(data, dict) else None
    told = [each for each in _models(members) if written in _kinds(each)]
    return told or members


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    info = model.model_fields.get("kind")
    return get_args(info.annotation) if info and get_origin(info.annotation) is Literal else ()


def _inside(kinds: list[Any], part: str | int) -> list[Any]:
    """What the kinds hold under a key or an index."""
    found: list[Any] = []
    for kind in kinds:
        if isinstance(kind, type) and not get_origin(kind) and issubclass(kind, BaseModel):
            found += [
                info.annotation
                for name, info in kind.model_fields.items()
                if part in (info.alias, name)
            ]
        elif get_origin(kind) in (dict, list, tuple):
            found += _elements(get_args(kind), part)
    return found


def _elements(arguments: tuple[Any, ...], part: str | int) -> list[Any]:
    if isinstance(part, str):
        return list(arguments[1:2])
    if len(arguments) > 1 and arguments[1] is not Ellipsis:
        return list(arguments[part : part + 1])
    return list(arguments[:1])
