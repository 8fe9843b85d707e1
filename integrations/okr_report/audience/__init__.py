"""Audience: who reads a report, and what of a cycle they may see."""
