"""Shell: what every command shares: options, place, output."""
