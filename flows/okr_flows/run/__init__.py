"""What every run begins with: the store, the time, and the cycle that is meant."""
