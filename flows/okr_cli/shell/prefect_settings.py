"""Prefect's settings for a command that runs a flow in its own process."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping


def quiet_prefect(env: Mapping[str, str], environ: MutableMapping[str, str]) -> None:
    """Prepare this process for a flow, before Prefect is imported.

    Args:
        env: What the command found around it: the flow's tasks read tokens from the environment,
            as they do on any worker.
        environ: The process's own environment; what is set there wins.
    """
    for name, value in env.items():
        environ.setdefault(name, value)
    # Where no server is configured Prefect starts one for these seconds: it has nothing to report
    # home, and its attempt can fail loudly on a database that is busy being created.
    environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    # Its first start makes a database; 20 seconds are short for that on a busy machine.
    environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
    environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")  # the report says it better
