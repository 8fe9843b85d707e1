"""Safety: what a page lets in and gives out: sizes, rates, the headers of every answer."""
