"""A company as the sandbox serves it: its issues, its people, its Notion workspace."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okr_sandbox.notion_workspace import NotionWorkspace


@dataclass(slots=True)
class Company:
    """Everything that one sandbox serves."""

    notion: "NotionWorkspace | None" = None
    jira_user: str = "okr-bot@example.com"
    jira_token: str = "sandbox-jira-token"  # noqa: S105 - opens nothing but the sandbox
