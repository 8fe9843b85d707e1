"""Jira: a local server that speaks Jira's API."""
