"""The end-of-quarter report: sections of a cycle as HTML, PDF, workbook, Markdown and JSON."""
