"""Deploy: schedules on a Prefect server."""
