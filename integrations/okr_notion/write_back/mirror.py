"""Mirror: where an item lives in Notion, and which properties of its page are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from okr_notion.read.binding import Name, Place
from okr_notion.site.ids import id_in
from okr_sources.write_back.write_back import Mirror, Outcome, WriteBackFields, in_words, ratio_text

FieldName = Literal["score", "grade", "progress", "status", "date"]
FIELDS: tuple[FieldName, ...] = ("score", "grade", "progress", "status", "date")
DATE: FieldName = "date"
"""It tells when the others changed, and is written with them only."""
Word = Literal[
    "closed", "not_begun", "pending", "done", "ahead", "on_track", "behind", "at_risk", "stale",
    "reached", "not_reached", "red", "yellow", "green", "learned", "open", "dropped", "deferred",
    "not_known", "left_out", "missed",
]  # fmt: skip
"""What a status or grade can say; `missed` names what had ended without success in workspaces of
earlier releases, and what that was named is still written for it."""
_EARLIER: Mapping[str, str] = {"not_reached": "missed", "reached": "done"}
OptionName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class NotionMirror(Mirror):
    """The page that an objective or key result is: a row of a data source.

    Attributes:
        page: Its id or link.
    """

    page: Place

    @property
    def place(self) -> str:
        """The page's id, however it was written."""
        return id_in(self.page)


class NotionWriteBack(WriteBackFields):
    """Which property of a page each field is written to, by name or id.

    Attributes:
        score: A number or text, 0 to 1.
        grade: A select, status or text: red, yellow or green.
        progress: A number or text, 0 to 1.
        status: A status, select or text.
        date: A date or text: the day of the values beside it.
        options: Status or grade → what the option is called, such as `on_track: In progress`;
            where left out, On track and so on, in any case of letters.
    """

    score: Name | None = None
    grade: Name | None = None
    progress: Name | None = None
    status: Name | None = None
    date: Name | None = None
    options: dict[Word, OptionName] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_property_each(self) -> Self:
        names = list(self.properties.values())
        if not names:
            raise ValueError("no property is named. Add one, such as `score: Score`.")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f'property "{twice}" is named for two fields. Keep one.')
        return self

    @property
    def properties(self) -> Mapping[FieldName, str]:
        """Field → the property that it is written to."""
        named = {field: getattr(self, field) for field in FIELDS}
        return {field: name for field, name in named.items() if name is not None}

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields that are mapped to a property."""
        return tuple(self.properties)

    def text_of(self, field: FieldName, outcome: Outcome) -> str | None:
        """What a field should say; None: nothing."""
        return _TEXTS[field](self, outcome)

    def option_of(self, word: str | None) -> str | None:
        """What the option for a status or grade is called."""
        if word is None:
            return None
        options = {str(key): name for key, name in self.options.items()}
        earlier = options.get(_EARLIER.get(word, ""), in_words(word))
        return options.get(word, earlier)


_TEXTS: Mapping[FieldName, Callable[[NotionWriteBack, Outcome], str | None]] = {
    "score": lambda _, outcome: ratio_text(outcome.score),
    "progress": lambda _, outcome: ratio_text(outcome.progress),
    "grade": lambda fields, outcome: fields.option_of(outcome.grade),
    "status": lambda fields, outcome: fields.option_of(outcome.status),
    "date": lambda _, outcome: outcome.as_of.date().isoformat(),
}
