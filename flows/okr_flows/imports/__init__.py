"""Imports: what teams kept elsewhere becomes a plan, people and first check-ins."""
