"""Markdown: see `okr_core.markdown`, which reports use as well."""

from okr_core.markdown import safe, with_code

__all__ = ["safe", "with_code"]
