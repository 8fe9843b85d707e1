"""The JSON Schema of a document that commands print, from its type."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


class _Generator(GenerateJsonSchema):
    """Defaults save us words where a document is made; a reader finds every key."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,  # noqa: ARG002
        total: bool,  # noqa: ARG002
    ) -> bool:
        return True


def document_schema(kind: type[object]) -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of what a document's type prints."""
    body = TypeAdapter(kind).json_schema(mode="serialization", schema_generator=_Generator)
    for part in _objects(body):
        part["additionalProperties"] = False
        # What follows is for those who read the code.
        part["description"] = part["description"].partition("\n\nAttributes:")[0]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body}


def _objects(body: JsonSchemaValue) -> Iterator[JsonSchemaValue]:
    parts = (body, *body.get("$defs", {}).values())
    return (part for part in parts if "properties" in part)
