"""Pages: what each page shows, as values; its template says how."""
