"""Notion as a source of key results: reading of pages and data sources."""

from __future__ import annotations

from pydantic import BaseModel

from okr_core.plan.workspace import Connection
from okr_notion.check_ins.fields import NotionCheckIns
from okr_notion.read.binding import NotionBinding
from okr_notion.session import NotionSession
from okr_notion.write_back.mirror import NotionMirror, NotionWriteBack
from okr_sources.blocks import load_credentials
from okr_sources.rows_said import CheckInFields
from okr_sources.source import Credentials
from okr_sources.write_back.write_back import Mirror, WriteBackFields


class NotionSource:
    """Key results from pages and data sources of Notion.

    Attributes:
        kind: The binding's key in a plan.
        binding: Model of the binding's fields.
        mirror: Model of what plans say below `mirror.notion`.
        write_back: Model of what okr.yaml says below a connection's `write_back`.
        check_ins: Model of what okr.yaml says below a connection's `check_ins`.
    """

    kind: str = "notion"
    binding: type[BaseModel] = NotionBinding
    mirror: type[Mirror] = NotionMirror
    write_back: type[WriteBackFields] = NotionWriteBack
    check_ins: type[CheckInFields] = NotionCheckIns

    def open(self, name: str, connection: Connection, credentials: Credentials) -> NotionSession:
        """A session on one connection; sends nothing yet."""
        return NotionSession(name, connection, credentials)

    def load_block(self, name: str) -> Credentials:
        """Credentials from the Prefect block of that name. Imports Prefect only here.

        Raises:
            ConfigError: There is no such block, or it cannot be read.
        """
        from okr_notion.site.credentials import NotionCredentials  # noqa: PLC0415 - Prefect only here
        from okr_notion.site.earlier_block import EarlierNotionCredentials  # noqa: PLC0415 - as above

        return load_credentials(name, NotionCredentials, EarlierNotionCredentials)


SOURCE = NotionSource()
"""What the entry-point group `okr.sources` offers as `notion`."""

__all__ = ["SOURCE", "NotionBinding", "NotionSession", "NotionSource"]
