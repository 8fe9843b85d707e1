"""Where deployments of earlier releases look for this flow; the next `okr deploy` moves them."""

from okr_flows.score.score_cycle import score_cycle

__all__ = ["score_cycle"]
