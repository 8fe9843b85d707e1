"""The workspace's block, at the address that scripts import it from."""

from okr_flows.run.workspace_block import OkrWorkspace

__all__ = ["OkrWorkspace"]
