"""Gate: how an answer of a server becomes text and JSON of ours; every source asks through it."""
