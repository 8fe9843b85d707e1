"""Progress: from readings to a standing."""
