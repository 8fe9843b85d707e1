"""What every test shares: where the contract files are, and a Prefect home of its own."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: a busy machine is no defect.
settings.register_profile("okr", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("okr")

# Before anything imports prefect: its results and settings leak into the user's home otherwise.
os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp(prefix="okr-test-prefect-"))
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
# Nor on the terminal, as where a command calls a flow: Prefect sets that up once in a process.
os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")

# A worker of pytest-xdist is told a width (readline's); a shell exports none to what it runs.
os.environ.pop("COLUMNS", None)
os.environ.pop("LINES", None)

# Fixtures that give stores on both engines.
pytest_plugins = ["engines", "exports"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Files are handed to workers as `turns` says; beside users' packages there is no xdist."""
    if config.getvalue("dist") != "loadfile":
        return None
    from turns import Turns  # noqa: PLC0415 - imports xdist

    config.option.loadscopereorder = False
    return Turns(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every worker of xdist collects in the order in which files are handed out."""
    if hasattr(config, "workerinput"):
        from turns import in_turn  # noqa: PLC0415 - imports xdist

        items[:] = in_turn(items)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with vendors' contracts and real data; the test is skipped where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("OKR_SHARED_DIR", beside))
    if not folder.is_dir():
        pytest.skip("the shared folder with the vendors' contracts and real data is not here")
    return folder
