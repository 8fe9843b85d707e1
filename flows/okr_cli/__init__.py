"""The `okr` command line: thin over okr_core, okr_store and, where a flow runs, okr_flows."""

from okr_cli.entry import main

__all__ = ["main"]
