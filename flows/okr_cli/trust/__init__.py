"""Trust: the commands that prove and correct."""
