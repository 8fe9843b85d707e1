"""Owed: what waits for one person, and what they say to it, whatever door they come through."""
