"""Formulating: a plan or workspace becomes a revision, proposed, applied or accepted."""
