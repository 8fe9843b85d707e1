"""Spreadsheets: the bytes of a CSV or XLSX file as a `Book` of cells. What they mean is the core's.

`read_book` is all there is to call; openpyxl is loaded where a workbook is read.
"""

from okr_sheets.book import read_book

__all__ = ["read_book"]
