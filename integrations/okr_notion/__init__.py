"""Notion as a source of key results: reading of pages and data sources."""

from okr_notion.read.binding import NotionBinding
from okr_notion.session import NotionSession
from okr_notion.source import NotionSource

SOURCE = NotionSource()
"""What the entry-point group `okr.sources` offers as `notion`."""

__all__ = ["SOURCE", "NotionBinding", "NotionSession", "NotionSource"]
