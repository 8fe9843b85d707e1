"""Iteration: what one cycle hands to the next."""
