"""Export: everything that the store holds, out and in."""
