"""Schemas: the JSON Schemas of plan and workspace files, for editors and `okr schema`."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, JsonValue

from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace

SchemaName = Literal["plan", "workspace"]
_MODELS: dict[SchemaName, type[BaseModel]] = {"plan": Plan, "workspace": Workspace}
# pydantic leaves the limits of decimals under its own names.
_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def schema_of(name: SchemaName) -> dict[str, JsonValue]:
    """The JSON Schema (2020-12) of a plan or workspace file.

    >>> sorted(schema_of("plan")["properties"])
    ['cycle', 'objectives']
    """
    schema = _tidied(_MODELS[name].model_json_schema(mode="validation"))
    for each in (schema, *schema["$defs"].values()):
        _require_kind(each)
        _describe(each)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"okr {name}",
    }


def _tidied(node: Any) -> Any:
    """Limits under the names of JSON Schema; no titles that only repeat the key."""
    if isinstance(node, list):
        return [_tidied(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        _LIMITS.get(key, key) if isinstance(value, int | float) else key: _tidied(value)
        for key, value in node.items()
        if key != "title" or not isinstance(value, str)
    }


def _require_kind(schema: dict[str, Any]) -> None:
    if "const" in schema.get("properties", {}).get("kind", {}):
        schema["required"] = ["kind", *schema.get("required", [])]


def _describe(schema: dict[str, Any]) -> None:
    """Moves the attributes of a model's docstring to the properties that they are about."""
    text = schema.get("description", "")
    head, _, attributes = text.partition("\n\nAttributes:\n")
    if text:
        schema["description"] = head
    for name, meaning in _ATTRIBUTE.findall(attributes):
        if name in schema.get("properties", {}):
            schema["properties"][name]["description"] = " ".join(meaning.split())
