"""The record of truth: revisions, readings, entries and evidence on SQLite or PostgreSQL."""

from okr_store.audit import AuditReport
from okr_store.leases import Holder, Lease, LeaseLostError
from okr_store.links import Link
from okr_store.opening import open_store, upgrade_store
from okr_store.readings import Measured, Recorded
from okr_store.revision import NewRevision, Revision, RevisionHeader
from okr_store.schema import NoStoreError
from okr_store.store import Store

__all__ = [
    "AuditReport",
    "Holder",
    "Lease",
    "LeaseLostError",
    "Link",
    "Measured",
    "NewRevision",
    "NoStoreError",
    "Recorded",
    "Revision",
    "RevisionHeader",
    "Store",
    "open_store",
    "upgrade_store",
]
