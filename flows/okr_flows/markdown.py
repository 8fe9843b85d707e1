"""Markdown: see `okr_core.words.markdown`, which reports use as well."""

from okr_core.words.markdown import safe, with_code

__all__ = ["safe", "with_code"]
