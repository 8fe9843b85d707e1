"""Forecast: where a key result is heading."""
