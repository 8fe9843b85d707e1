"""The record: what was measured and said, what a number was added up from, and what failed."""
