"""Notify: who is told what by Prefect."""
