"""Deciding: what a person says about readings, scores and hypotheses counts and stays."""
