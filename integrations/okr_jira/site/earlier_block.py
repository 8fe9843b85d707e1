"""Earlier block: credentials as they were saved when slugs of types had no prefix."""

from okr_jira.site.credentials import JiraCredentials


class EarlierJiraCredentials(JiraCredentials):
    """What `JiraCredentials` was called in Prefect; only read, never saved."""

    _block_type_name = "Jira Credentials"
    _block_type_slug = "jira-credentials"
