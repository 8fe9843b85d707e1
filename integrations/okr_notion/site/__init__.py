"""Site: one Notion workspace, its client and its errors."""
