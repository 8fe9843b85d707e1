"""Score: the scorecard, computed, recorded and shown."""
