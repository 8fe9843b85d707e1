"""Fields: from the names that people write to the ids that Jira answers with.

A name is looked for by id, by the key of the field's type (`schema.custom`), by what JQL calls the
field (`clauseNames`), and only then by what the token's user is shown: that changes with the user's
language, and a binding must not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import normalize

from okr_core.errors import ConfigError, DataError

STORY_POINTS = "story_points"
"""Word for whichever story point field is filled: company-managed and team-managed projects have
one each."""

RESOLVED, CATEGORY_CHANGED = "resolutiondate", "statuscategorychangedate"
"""Fields that say when an issue was done: by its resolution, or by the category of its status."""

_COMPANY_POINTS, _TEAM_POINTS = "story points", "story point estimate"
_TEAM_POINTS_TYPE = "com.pyxis.greenhopper.jira:jsw-story-points"
_SYSTEM = frozenset(
    {
        "status",
        "created",
        "resolution",
        RESOLVED,
        CATEGORY_CHANGED,
        "timespent",
        "timeestimate",
        "timeoriginalestimate",
        "aggregatetimespent",
        "aggregatetimeestimate",
        "aggregatetimeoriginalestimate",
        "workratio",
    }
)
_NUMBERS = frozenset({"", "any", "number", "string"})
"""Types of fields whose values can be numbers; a text field may spell one, and of some fields Jira
does not tell the type."""


def is_system(name: str) -> bool:
    """Whether the name is the id of a field that every Jira has: nothing has to be looked up."""
    return name in _SYSTEM


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the site.

    Attributes:
        id: Its id.
        name: As the token's user is shown it.
        type: What it holds, such as `number` or `array`; empty where Jira does not tell.
        custom: Key of its type where an app or Jira Software brings it along, else empty.
        known_as: Names of it that do not change with the user's language.
        project: Key or id of the one project that has it; empty where several may.
    """

    id: str
    name: str
    type: str = ""
    custom: str = ""
    known_as: tuple[str, ...] = ()
    project: str = ""

    def __str__(self) -> str:
        return f'"{self.name}" ({self.id})'

    @property
    def described(self) -> str:
        """What tells it from another field of its name."""
        told = (self.id, self.type, self.project and f"project {self.project}")
        return f'"{self.name}" ({", ".join(filter(None, told))})'

    @classmethod
    def of(cls, shown: Mapping[str, object]) -> Field:
        """A field as Jira shows it."""
        schema, clauses = shown.get("schema"), shown.get("clauseNames")
        typed = schema if isinstance(schema, Mapping) else {}
        names = [*clauses] if isinstance(clauses, list) else []
        return cls(
            id=str(shown["id"]),
            name=_text(shown.get("name")) or str(shown["id"]),
            type=_text(typed.get("type")),
            custom=_text(typed.get("custom")),
            known_as=tuple(filter(None, map(_text, (*names, shown.get("untranslatedName"))))),
            project=_project_of(shown.get("scope")),
        )


class FieldNames:
    """All fields of a site, looked up by id or name; without any, fields of every Jira are known.

    Args:
        fields: The site's fields.
    """

    def __init__(self, fields: Iterable[Field] = ()) -> None:
        self._fields = list({field.id: field for field in fields}.values())
        self._found: dict[str, list[Field]] = {}

    @classmethod
    def of(cls, answer: object) -> FieldNames:
        """The fields in Jira's answer to `GET field`.

        Raises:
            DataError: The answer is no list of fields.
        """
        if not isinstance(answer, list):
            raise DataError("the answer to `field` is no list.", hint="Check the url.")
        return cls(
            Field.of(item) for item in answer if isinstance(item, Mapping) and item.get("id")
        )

    def ids(self, name: str, *, key_result: str = "", place: str = "") -> tuple[str, ...]:
        """Ids that the name means; of several, the first that is filled counts.

        Args:
            name: Id, name, or `story_points`.
            key_result: Whose binding names it, for the message.
            place: Where in the plan, for the message.

        Raises:
            ConfigError: Unknown, ambiguous, or of a type that is never a number; the message lists
                the candidates.
        """
        if is_system(name):
            return (name,)
        hint = f"Fix `{place}`." if place else "Fix the name."
        whose = f" of `{key_result}`" if key_result else ""
        found, doubled = self._meant(name)
        if doubled:
            raise ConfigError(
                f'field "{name}"{whose} is ambiguous: '
                f"{', '.join(field.described for field in doubled)}.",
                hint=f"Name one by its id. {hint}",
            )
        if not found:
            raise ConfigError(f'field "{name}"{whose} is unknown.{self._closest(name)}', hint=hint)
        for field in found:
            if field.type not in _NUMBERS:
                raise ConfigError(
                    f'field "{name}"{whose} can never be measured: {field} is of type '
                    f"{field.type}, not a number.",
                    hint=f"Name a number field. {hint}",
                )
        return tuple(field.id for field in found)

    def known(self, name: str) -> tuple[str, ...]:
        """Ids that the name means; none where it cannot be measured.

        One wrong name must not stop the key results that share a query with it.
        """
        try:
            return self.ids(name)
        except ConfigError:
            return ()

    def _meant(self, name: str) -> tuple[list[Field], list[Field]]:
        """Fields that the name means, and those of which only one can be meant."""
        kinds = self._story_points() if name == STORY_POINTS else [self._named(name)]
        doubled = [field for kind in kinds if len(kind) > 1 for field in kind]
        return [field for kind in kinds for field in kind], doubled

    def _named(self, name: str) -> list[Field]:
        if name not in self._found:
            self._found[name] = next(filter(None, self._matches(name)), [])
        return self._found[name]

    def _matches(self, name: str) -> Iterator[list[Field]]:
        """Fields of that name, by the surest way first; as written before in another case."""
        plain = normalize("NFC", name)
        yield [field for field in self._fields if field.id == name]
        yield [field for field in self._fields if field.custom == name]
        for names in (_lasting, _shown):
            yield [field for field in self._fields if plain in names(field)]
            yield [field for field in self._fields if _folded(name) in map(_folded, names(field))]

    def _story_points(self) -> list[list[Field]]:
        """Jira's two story point fields: that of company-managed projects, then the other."""
        team = self._all_of(_TEAM_POINTS, lambda field: field.custom == _TEAM_POINTS_TYPE)
        company = self._all_of(_COMPANY_POINTS, lambda _: False)
        return [[field for field in company if field not in team], team]

    def _all_of(self, name: str, typed: Callable[[Field], bool]) -> list[Field]:
        return [
            field
            for field in self._fields
            if typed(field) or name in map(_folded, (*_lasting(field), *_shown(field)))
        ]

    def _closest(self, name: str) -> str:
        names = {_folded(field.name): field.name for field in self._fields}
        close = [names[key] for key in get_close_matches(_folded(name), names, n=3)]
        candidates = [field for key in close for field in self._fields if field.name == key]
        if candidates:
            return f" Closest: {_listed(candidates)}."
        # The site's own fields come first: those are what people measure.
        own = sorted(self._fields, key=lambda field: not field.id.startswith("customfield_"))
        more = len(own) - _MOST
        rest = f" and {more} more" if more > 0 else ""
        return f" There are {_listed(own[:_MOST])}{rest}." if own else ""


_MOST = 8
"""Fields that a message lists where none is close."""


def _listed(fields: Sequence[Field]) -> str:
    return ", ".join(str(field) for field in fields)


def _lasting(field: Field) -> tuple[str, ...]:
    return tuple(normalize("NFC", name) for name in field.known_as)


def _shown(field: Field) -> tuple[str, ...]:
    return (normalize("NFC", field.name),)


def _folded(name: str) -> str:
    return normalize("NFC", normalize("NFC", name).casefold())


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _project_of(scope: object) -> str:
    project = scope.get("project") if isinstance(scope, Mapping) else None
    if not isinstance(project, Mapping):
        return ""
    return next(filter(None, (_text(project.get(key)) for key in ("key", "name", "id"))), "")
