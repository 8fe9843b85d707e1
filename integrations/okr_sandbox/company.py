"""A company as the sandbox serves it: its issues, its people, its Notion workspace."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from okr_sandbox.jira.catalog import Category, Person
from okr_sandbox.jira.fields import Field
from okr_sandbox.jira.issues import Issue

if TYPE_CHECKING:
    from okr_sandbox.notion.workspace import NotionWorkspace


@dataclass(slots=True)
class Company:
    """Everything that one sandbox serves.

    Attributes:
        issues: Jira's issues with their histories.
        people: people with accounts; whoever issues name besides is added under the same name.
        fields: custom fields besides Story Points, Story point estimate, Sprint and Epic Link;
            a field of the same id replaces one of those, two fields may share a name.
        statuses: category of statuses that Jira does not bring along.
        projects: name of each project by key; a project without one is named like its key.
        timezone: time zone of Jira's token user; JQL's dates are read in it.
        history: whether JQL knows ``WAS``; not every server that speaks it does.
        first_weekday: first day of JQL's weeks, 0 is Monday; Jira's English default is Sunday.
        jira_user: e-mail address that Jira accepts.
        jira_token: API token that Jira accepts.
        granted: permissions in Jira that the token's user has.
        notion: the Notion workspace; None serves no Notion.
    """

    issues: Sequence[Issue] = ()
    people: Sequence[Person] = ()
    fields: Sequence[Field] = ()
    statuses: Mapping[str, Category] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    history: bool = True
    first_weekday: int = 6
    jira_user: str = "okr-bot@example.com"
    jira_token: str = field(default="sandbox-jira-token", repr=False)
    granted: Collection[str] = ("BROWSE_PROJECTS", "EDIT_ISSUES", "ADD_COMMENTS", "LINK_ISSUES")
    notion: "NotionWorkspace | None" = None
