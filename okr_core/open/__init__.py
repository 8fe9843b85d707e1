"""Open: whatever of a cycle waits for a person, one kind of thing with one list."""
