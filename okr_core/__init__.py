"""The model of OKR cycles and its rules: pure, no I/O, no clock."""
