"""Notion: a local server that speaks Notion's API."""
