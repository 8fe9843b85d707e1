"""Plan: the commands about workspace and plans."""
