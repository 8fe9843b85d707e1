"""Jira: key results from Jira Cloud, as counts, sums, averages, shares done and lead times."""

from okr_jira.binding import JiraBinding
from okr_jira.source import JiraSource

SOURCE = JiraSource()
"""What the entry point `jira` of the group `okr.sources` offers."""

__all__ = ["SOURCE", "JiraBinding", "JiraSource"]
