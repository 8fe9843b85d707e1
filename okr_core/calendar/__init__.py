"""The calendar of a cycle: working days, its dates, and what is due from whom on which day."""
