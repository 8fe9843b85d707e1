"""Jira: key results from Jira Cloud and Data Center.

As counts, sums, averages, shares done, lead times and fields of single issues.
"""

from okr_jira.read.binding import JiraBinding
from okr_jira.source import JiraSource

SOURCE = JiraSource()
"""What the entry point `jira` of the group `okr.sources` offers."""

__all__ = ["SOURCE", "JiraBinding", "JiraSource"]
