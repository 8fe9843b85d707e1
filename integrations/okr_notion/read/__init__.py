"""Read: from bindings to numbers with evidence."""
