"""Sheets: what the rows of a spreadsheet mean: goals, people, numbers, days."""
