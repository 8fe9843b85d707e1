"""Plan: the workspace, the cycle, objectives and key results, and how they are revised."""
