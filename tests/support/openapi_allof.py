"""Closed schemas inside ``allOf``: each part is judged as if it were the whole.

Notion's document closes the parts of a composition with ``additionalProperties: false``, which no
object could satisfy. Read as it is meant, the parts are open and the whole is closed.
"""

from collections.abc import Callable, Mapping
from typing import Any

Json = Any

OPEN = "__open"
"""Ending of the name of a schema's open form."""

_ALTERNATIVES = ("allOf", "anyOf", "oneOf")


def closed_as_a_whole(document: Mapping[str, Json]) -> dict[str, Json]:
    """The document with every closed part of an ``allOf`` opened and the whole closed instead."""
    schemas: Mapping[str, Json] = document.get("components", {}).get("schemas", {})
    whole: dict[str, Json] = _mapped(document, lambda node: _strict(node, schemas))
    if schemas:
        opened = {name + OPEN: _opened(schema, schemas) for name, schema in schemas.items()}
        whole["components"]["schemas"].update(opened)
    return whole


def _mapped(node: Json, change: Callable[[Json], Json]) -> Json:
    if isinstance(node, list):
        return [change(item) for item in node]
    if isinstance(node, dict):
        return {name: change(value) for name, value in node.items()}
    return node


def _strict(node: Json, schemas: Mapping[str, Json]) -> Json:
    plain = _mapped(node, lambda part: _strict(part, schemas))
    parts = node.get("allOf") if isinstance(node, dict) else None
    if not isinstance(parts, list) or not any(_is_closed(part, schemas) for part in parts):
        return plain
    plain["allOf"] = [_opened(part, schemas) for part in parts]
    return {**plain, "unevaluatedProperties": False}


def _opened(schema: Json, schemas: Mapping[str, Json]) -> Json:
    if "$ref" in schema:
        return {**schema, "$ref": schema["$ref"] + OPEN}
    plain = _mapped(schema, lambda part: _strict(part, schemas))
    for name in _ALTERNATIVES:
        if name in schema:
            plain[name] = [_opened(part, schemas) for part in schema[name]]
    if plain.get("additionalProperties") is False:
        del plain["additionalProperties"]
    return plain


def _is_closed(schema: Json, schemas: Mapping[str, Json]) -> bool:
    if "$ref" in schema:
        return _is_closed(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("additionalProperties") is False:
        return True
    parts = (part for name in _ALTERNATIVES for part in schema.get(name, ()))
    return any(_is_closed(part, schemas) for part in parts)
