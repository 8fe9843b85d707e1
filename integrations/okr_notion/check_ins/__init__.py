"""Check-ins that people write into a data source of Notion."""
