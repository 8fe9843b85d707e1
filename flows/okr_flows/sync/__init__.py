"""Sync: key results read from their tools."""
