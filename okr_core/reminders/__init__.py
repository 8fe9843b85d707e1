"""Reminders: who is to be reminded of what, and when."""
