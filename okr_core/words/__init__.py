"""Words: numbers, formulas and marks as people read them."""
