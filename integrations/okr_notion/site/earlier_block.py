"""Earlier block: credentials as they were saved when slugs of types had no prefix."""

from okr_notion.site.credentials import NotionCredentials


class EarlierNotionCredentials(NotionCredentials):
    """What `NotionCredentials` was called in Prefect; only read, never saved."""

    _block_type_name = "Notion Credentials"
    _block_type_slug = "notion-credentials"
