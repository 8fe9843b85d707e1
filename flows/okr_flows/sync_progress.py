"""Where deployments of earlier releases look for this flow; the next `okr deploy` moves them."""

from okr_flows.sync.sync_progress import sync_progress

__all__ = ["sync_progress"]
