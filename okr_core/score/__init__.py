"""Score: what a cycle earned, and what closing freezes."""
