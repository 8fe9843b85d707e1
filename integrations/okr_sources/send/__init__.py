"""Sending: what happens to a request between a tool's client and its server."""
