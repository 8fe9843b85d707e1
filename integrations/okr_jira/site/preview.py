"""Preview: keys and summaries of a few issues, for people who look at a number."""

from __future__ import annotations

from okr_jira.read.rows import Fetched

SUMMARY = "summary"


def labels_of(fetched: Fetched) -> dict[str, str]:
    """Id → key and summary."""
    return {
        name: f"{fetched.labels.get(name, name)} {fields.get(SUMMARY) or ''}".rstrip()
        for name, fields in fetched.fields.items()
    }
