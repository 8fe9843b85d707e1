"""The credentials block, at the address that scripts import it from."""

from okr_jira.site.credentials import JiraCredentials

__all__ = ["JiraCredentials"]
