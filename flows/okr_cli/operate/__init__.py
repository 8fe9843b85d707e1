"""Operate: the commands that deploy, serve and keep."""
