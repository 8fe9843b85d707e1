"""Score: the commands about scores, closing and the report."""
