"""The fields of issues: their ids and names, and how ``GET /field`` lists them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from okr_sandbox.jira.issues import EPIC_LINK, SPRINT, STORY_POINT_ESTIMATE, STORY_POINTS

STATUS_DATED = "statuscategorychangedate"
"""Since when an issue's status has its category; Data Center has no such field."""

_CUSTOM_TYPES = {
    "number": "com.atlassian.jira.plugin.system.customfieldtypes:float",
    "string": "com.atlassian.jira.plugin.system.customfieldtypes:textfield",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        id: such as ``summary`` or ``customfield_10016``.
        name: what people see; two fields may have the same.
        type: schema type (``number``, ``string``, ``datetime``, ``array``, ``user`` …).
        clauses: names in JQL; custom fields have their own.
        items: schema type of an array's items.
        custom_type: the vendor's key of a custom field's type.
    """

    id: str
    name: str
    type: str
    clauses: tuple[str, ...] = ()
    items: str | None = None
    custom_type: str | None = None

    @property
    def custom(self) -> bool:
        """True for fields that an administrator added."""
        return self.id.startswith("customfield_")

    @property
    def names(self) -> tuple[str, ...]:
        """All names by which JQL knows the field."""
        if not self.custom:
            return self.clauses
        return (f"cf[{self.id.removeprefix('customfield_')}]", self.name, *self.clauses)

    def json(self) -> dict[str, object]:
        """The field as ``GET /field`` shows it."""
        return {
            "id": self.id,
            "key": self.id,
            "name": self.name,
            "custom": self.custom,
            "orderable": True,
            "navigable": True,
            "searchable": bool(self.names),
            "clauseNames": list(dict.fromkeys(self.names)),
            "schema": self._schema(),
        }

    def _schema(self) -> dict[str, object]:
        schema: dict[str, object] = {"type": self.type}
        if self.items is not None:
            schema["items"] = self.items
        if not self.custom:
            return {**schema, "system": self.id}
        kind = self.custom_type or _CUSTOM_TYPES.get(self.type, _CUSTOM_TYPES["string"])
        return {**schema, "custom": kind, "customId": int(self.id.removeprefix("customfield_"))}


SYSTEM_FIELDS: tuple[Field, ...] = (
    Field("summary", "Summary", "string", ("summary",)),
    Field("issuetype", "Issue Type", "issuetype", ("issuetype", "type")),
    Field("status", "Status", "status", ("status",)),
    Field("statusCategory", "Status Category", "statusCategory", ("statusCategory",)),
    Field("resolution", "Resolution", "resolution", ("resolution",)),
    Field("resolutiondate", "Resolved", "datetime", ("resolutiondate", "resolved")),
    Field(STATUS_DATED, "Status Category Changed", "datetime", ("statusCategoryChangedDate",)),
    Field("priority", "Priority", "priority", ("priority",)),
    Field("project", "Project", "project", ("project",)),
    Field("labels", "Labels", "array", ("labels",), items="string"),
    Field("assignee", "Assignee", "user", ("assignee",)),
    Field("reporter", "Reporter", "user", ("reporter",)),
    Field("created", "Created", "datetime", ("created", "createdDate")),
    Field("updated", "Updated", "datetime", ("updated", "updatedDate")),
    Field("parent", "Parent", "issuelink", ("parent",)),
    Field("comment", "Comment", "comments-page", ()),
)

CUSTOM_FIELDS: tuple[Field, ...] = (
    Field(
        EPIC_LINK,
        "Epic Link",
        "any",
        custom_type="com.pyxis.greenhopper.jira:gh-epic-link",
    ),
    Field(STORY_POINTS, "Story Points", "number"),
    Field(
        SPRINT,
        "Sprint",
        "array",
        items="json",
        custom_type="com.pyxis.greenhopper.jira:gh-sprint",
    ),
    Field(
        STORY_POINT_ESTIMATE,
        "Story point estimate",
        "number",
        custom_type="com.pyxis.greenhopper.jira:jsw-story-points",
    ),
)


def number_field(number: int, name: str) -> Field:
    """A custom field for numbers; ``number`` is the digits of its id."""
    return Field(f"customfield_{number}", name, "number")


def all_fields(extra: Iterable[Field], *, cloud: bool = True) -> tuple[Field, ...]:
    """System fields, the custom fields that every site has, and the company's own."""
    own = tuple(extra)
    taken = {field.id for field in own}
    system = (field for field in SYSTEM_FIELDS if cloud or field.id != STATUS_DATED)
    return (*system, *(field for field in CUSTOM_FIELDS if field.id not in taken), *own)


def wanted(names: Sequence[str], fields: Iterable[Field], default: str) -> list[str]:
    """Ids of the fields that a request asks for.

    Args:
        names: field ids, ``*all``, ``*navigable``, and ``-id`` for what to leave out;
            unknown ids are ignored, as by the vendor.
        fields: the site's fields.
        default: what is meant where only fields to leave out are named.
    """
    known = [field.id for field in fields]
    minus = {name[1:] for name in names if name.startswith("-")}
    plus = {name for name in names if not name.startswith("-")} or {default}
    everything = "*all" in plus
    usual = everything or "*navigable" in plus
    return [
        name
        for name in known
        if name not in minus and (name in plus or everything or (usual and name != "comment"))
    ]
