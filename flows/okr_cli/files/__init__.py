"""Files: what commands read and write on disk."""
