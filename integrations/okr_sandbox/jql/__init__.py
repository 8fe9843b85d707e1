"""JQL: parsed and matched."""
