"""Calendars: public holidays in, iCalendar files out. The dates themselves are the core's.

Nothing is read from the network: the holidays come with the package `holidays`.
"""
