"""Commands about the dates of a cycle."""
