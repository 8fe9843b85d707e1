"""Progress: the commands about how it goes."""
