"""Connecting a tool: what is asked for, tried, and kept."""
