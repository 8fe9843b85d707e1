"""Jira: key results from Jira Cloud and Data Center.

As counts, sums, averages, shares done, lead times and fields of single issues.
"""

from __future__ import annotations

from pydantic import BaseModel

from okr_core.plan.workspace import Connection
from okr_jira.read.binding import JiraBinding
from okr_jira.session import JiraSession
from okr_jira.write_back.mirror import JiraMirror, JiraWriteBack
from okr_sources.blocks import load_credentials
from okr_sources.source import Credentials
from okr_sources.write_back.write_back import Mirror, WriteBackFields


class JiraSource:
    """Jira Cloud and Data Center; stateless."""

    kind: str = "jira"
    binding: type[BaseModel] = JiraBinding
    mirror: type[Mirror] = JiraMirror
    write_back: type[WriteBackFields] = JiraWriteBack

    def open(self, name: str, connection: Connection, credentials: Credentials) -> JiraSession:
        """A session on one site; sends nothing yet.

        Raises:
            ConfigError: No address, or no user in the Cloud.
        """
        return JiraSession(name, connection, credentials)

    def load_block(self, name: str) -> Credentials:
        """Credentials from the Prefect block `JiraCredentials` of that name.

        Raises:
            ConfigError: There is no such block, or it cannot be read.
        """
        from okr_jira.site.credentials import JiraCredentials  # noqa: PLC0415 - Prefect only here
        from okr_jira.site.earlier_block import EarlierJiraCredentials  # noqa: PLC0415 - as above

        return load_credentials(name, JiraCredentials, EarlierJiraCredentials)


SOURCE = JiraSource()
"""What the entry point `jira` of the group `okr.sources` offers."""

__all__ = ["SOURCE", "JiraBinding", "JiraSource"]
