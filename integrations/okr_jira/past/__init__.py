"""Past: what Jira knows about days gone by."""
