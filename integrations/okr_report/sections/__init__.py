"""The sections of a report, one folder each; see `okr_report.section.Section`."""
