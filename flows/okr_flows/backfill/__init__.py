"""Backfill: key results given their past."""
