"""Fields: the data source that people check in with, and which of its properties says what."""

from __future__ import annotations

from typing import Literal, get_args

from okr_notion.read.binding import Name, Place
from okr_notion.read.schema import Property, Schema
from okr_sources.rows_said import CheckInFields

FieldName = Literal["key_result", "value", "confidence", "note", "person"]
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
SAYING: tuple[FieldName, ...] = ("value", "confidence", "note")


class NotionCheckIns(CheckInFields):
    """Which property of a row says what, by name or id; each has a name where none is written.

    One that is written must be there; another one may be missing, but for the key result.

    Attributes:
        data_source: A data source, or a database that holds just one.
        key_result: A relation to its page, or its id or title as title, text or select.
        value: A number, or a text or select such as a grade's word or `done`.
        confidence: A number or select, 0 to 10.
        note: A text.
        person: A person whose word the row is; where it is empty, whoever made the row.
    """

    data_source: Place
    key_result: Name = "Key result"
    value: Name = "Value"
    confidence: Name = "Confidence"
    note: Name = "Note"
    person: Name = "Person"

    def columns(self, schema: Schema) -> dict[FieldName, Property]:
        """The properties that there are.

        Raises:
            ConfigError: One that is written, or the key result's, is unknown or ambiguous.
        """
        found: dict[FieldName, Property] = {}
        for field in FIELDS:
            needed = field in self.model_fields_set or field == "key_result"
            name: str = getattr(self, field)
            if needed or schema.has(name):
                found[field] = schema.find(name)
        return found
