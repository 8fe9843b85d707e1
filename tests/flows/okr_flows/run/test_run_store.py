"""What a run works with: a store that is its own, and a plain time in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from applied_store import apply_all

from okr_core.errors import ConfigError
from okr_flows.run.names import names_of
from okr_flows.run.run_store import open_run_store, run_time
from okr_store import open_store

ZURICH = timezone(timedelta(hours=1))


def test_what_was_asked_for_wins_over_the_schedule() -> None:
    asked, scheduled = datetime(2026, 11, 2, 9, tzinfo=ZURICH), datetime(2026, 11, 3, tzinfo=UTC)
    assert run_time(asked, scheduled) == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert run_time(None, scheduled) == scheduled


def test_a_time_of_prefects_keeps_its_zone_in_arithmetic() -> None:
    from prefect.types._datetime import DateTime  # noqa: PLC0415 - takes seconds to import

    given = DateTime(2026, 11, 2, 8, 0, 0, 123456, tzinfo=UTC)
    found = run_time(None, given)
    assert type(found) is datetime
    assert found.utcoffset() == timedelta(0)
    assert (found - timedelta(days=3)).tzinfo is UTC
    assert found.microsecond == 123456


def test_without_any_time_it_is_now() -> None:
    before = datetime.now(UTC)
    assert before <= run_time(None, None) <= datetime.now(UTC)


def test_a_run_of_a_copied_folders_store_reads_nothing_of_the_original(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.schemas.objects import FlowRun  # noqa: PLC0415 - takes seconds to import
    from prefect.context import FlowRunContext  # noqa: PLC0415

    for name in ("original.db", "copy.db"):
        with open_store(str(tmp_path / name), create=True) as store:
            apply_all(store)
            if name == "original.db":
                tags = list(names_of(store, "2025-q4").tags)
    run = FlowRun(id=UUID(int=1), flow_id=UUID(int=2), name="a run", tags=tags)
    with FlowRunContext.model_construct(flow_run=run):  # type: ignore[call-arg]
        monkeypatch.setenv("OKR_STORE_URL", str(tmp_path / "copy.db"))
        with pytest.raises(ConfigError, match="belongs to another store of workspace"):
            open_run_store()
        monkeypatch.setenv("OKR_STORE_URL", str(tmp_path / "original.db"))
        open_run_store().close()
