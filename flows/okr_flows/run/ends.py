"""Ends: names of final states that every flow may have, beside Prefect's own."""

REFUSED = "Refused"
"""Of a run that did nothing because a rule says so: no alarm."""
OVERTAKEN = "Overtaken"
"""Of a late run that a newer one of the same schedule replaces."""
NEEDS_ATTENTION = "Needs attention"
"""Of a run that left key results suspect or unavailable, or whose turn did not come."""
