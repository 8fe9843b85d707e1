"""Site: one Jira, its kind, its client and its errors."""
