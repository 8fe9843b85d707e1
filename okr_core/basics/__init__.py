"""Basics: frozen models, exact numbers, sums, days."""
