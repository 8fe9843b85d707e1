"""Close: a cycle's scores frozen."""
