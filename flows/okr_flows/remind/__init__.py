"""Remind: people hear of what waits for them, each of it at most once."""
