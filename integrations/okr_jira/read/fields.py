"""Fields: from the names that people write to the ids that Jira answers with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from okr_core.errors import ConfigError, DataError

STORY_POINTS = "story_points"
"""Word for whichever story point field is filled: company-managed and team-managed projects have
one each."""

_POINT_NAMES = ("story points", "story point estimate")
_ID = re.compile(r"customfield_\d+")
_SYSTEM = frozenset(
    {
        "status",
        "created",
        "resolution",
        "resolutiondate",
        "timespent",
        "timeestimate",
        "timeoriginalestimate",
        "aggregatetimespent",
        "aggregatetimeestimate",
        "aggregatetimeoriginalestimate",
        "workratio",
    }
)


def is_id(name: str) -> bool:
    """Whether the name is a field's id, so that nothing has to be looked up."""
    return name in _SYSTEM or _ID.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the site."""

    id: str
    name: str

    def __str__(self) -> str:
        return f'"{self.name}" ({self.id})'


class FieldNames:
    """All fields of a site, looked up by id or name; without any, ids alone are known."""

    def __init__(self, fields: Iterable[Field] = ()) -> None:
        self._fields = list(fields)

    @classmethod
    def of(cls, answer: object) -> FieldNames:
        """The fields in Jira's answer to `GET field`.

        Raises:
            DataError: The answer is no list of fields.
        """
        if not isinstance(answer, list):
            raise DataError("the answer to `field` is no list.", hint="Check the url.")
        return cls(
            Field(str(item["id"]), str(item.get("name", item["id"])))
            for item in answer
            if isinstance(item, Mapping) and "id" in item
        )

    def ids(self, name: str, *, key_result: str = "", place: str = "") -> tuple[str, ...]:
        """Ids that the name means; of several, the first that is filled counts.

        Args:
            name: Id, name, or `story_points`.
            key_result: Whose binding names it, for the message.
            place: Where in the plan, for the message.

        Raises:
            ConfigError: Unknown or ambiguous; the message lists the candidates.
        """
        if is_id(name):
            return (name,)
        found = self._story_points() if name == STORY_POINTS else self._named(name)
        if len(found) == 1 or (found and name == STORY_POINTS):
            return tuple(field.id for field in found)
        hint = f"Fix `{place}`." if place else "Fix the name."
        whose = f" of `{key_result}`" if key_result else ""
        if found:
            raise ConfigError(
                f'field "{name}"{whose} is ambiguous: {_listed(found)}.',
                hint=f"Name one by its id. {hint}",
            )
        raise ConfigError(f'field "{name}"{whose} is unknown.{self._closest(name)}', hint=hint)

    def known(self, name: str) -> tuple[str, ...]:
        """Ids that the name means; none where it is unknown or ambiguous.

        One wrong name must not stop the key results that share a query with it.
        """
        try:
            return self.ids(name)
        except ConfigError:
            return ()

    def _named(self, name: str) -> list[Field]:
        by_id = [field for field in self._fields if field.id == name]
        exact = [field for field in self._fields if field.name == name]
        folded = [field for field in self._fields if field.name.casefold() == name.casefold()]
        return by_id or exact or folded

    def _story_points(self) -> list[Field]:
        return [
            field
            for wanted in _POINT_NAMES
            for field in self._fields
            if field.name.casefold() == wanted
        ]

    def _closest(self, name: str) -> str:
        names = {field.name.casefold(): field.name for field in self._fields}
        close = [names[key] for key in get_close_matches(name.casefold(), names, n=3)]
        candidates = [field for key in close for field in self._fields if field.name == key]
        if candidates:
            return f" Closest: {_listed(candidates)}."
        # The site's own fields come first: those are what people measure.
        own = sorted(self._fields, key=lambda field: not field.id.startswith("customfield_"))
        more = len(own) - _SHOWN
        rest = f" and {more} more" if more > 0 else ""
        return f" There are {_listed(own[:_SHOWN])}{rest}." if own else ""


_SHOWN = 8
"""Fields that a message lists where none is close."""


def _listed(fields: Sequence[Field]) -> str:
    return ", ".join(str(field) for field in fields)
