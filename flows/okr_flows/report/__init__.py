"""Report: read, rendered and delivered."""
