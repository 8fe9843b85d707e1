"""Notion as a source of key results: reading of pages and data sources."""
