"""Letters: what people are mailed, and what a route's digest of reminders says."""
