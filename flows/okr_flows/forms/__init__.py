"""Forms: what people say in Prefect's own forms; the use cases are those of every other door."""
