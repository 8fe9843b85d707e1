"""Where deployments of earlier releases look for this flow; the next `okr deploy` moves them."""

from okr_flows.report.report_cycle import report_cycle

__all__ = ["report_cycle"]
