"""The credentials block, at the address that scripts import it from."""

from okr_notion.site.credentials import NotionCredentials

__all__ = ["NotionCredentials"]
