"""Clock: what of a cycle is due at a time is started, each of it once."""
