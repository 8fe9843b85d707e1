"""A Prefect server that is out of reach is told as such, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from okr_core.errors import AccessError, OkrError, RefusalError, RetryableError
from okr_flows.run.ending import Refused
from okr_flows.run.prefect_reached import done, prefect_reached
from okr_flows.sync.sync_progress import run_sync


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with (
        temporary_settings({PREFECT_API_URL: "http://okr:geheim@127.0.0.1:9/api"}),
        pytest.raises(RetryableError) as refused,
    ):
        run_sync("2026-q4", store_url="sqlite://")
    assert refused.value.exit_code == 3
    assert refused.value.message == "Prefect's server at http://127.0.0.1:9/api does not answer."
    assert "PREFECT_API_URL" in refused.value.hint


@contextmanager
def answering(status: int) -> Iterator[str]:
    """Address of the API of a server that answers every request so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://okr:geheim@127.0.0.1:{server.server_port}/api"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "error", "said", "hint"),
    [
        (401, AccessError, "refuses us (401)", "PREFECT_API_AUTH_STRING"),
        (403, AccessError, "refuses us (403)", "PREFECT_API_KEY"),
        (404, RetryableError, "is no Prefect server of this version (404)", "ends in `/api`"),
        (501, RetryableError, "answered 501", "Try again later"),
    ],
)
def test_what_a_server_says_in_place_of_a_run_is_told(
    status: int, error: type[OkrError], said: str, hint: str
) -> None:
    with (
        answering(status) as url,
        temporary_settings({PREFECT_API_URL: url}),
        pytest.raises(error) as refused,
    ):
        run_sync("2026-q4", store_url="sqlite://")
    assert said in refused.value.message
    assert hint in refused.value.hint
    assert "--local" in refused.value.hint
    assert refused.value.exit_code == 3
    assert "geheim" not in str(refused.value)


def test_a_server_of_one_run_that_does_not_start_in_time_is_told() -> None:
    words = "Timed out while attempting to connect to ephemeral Prefect API server."
    with pytest.raises(RetryableError, match="did not start in time") as refused, prefect_reached():
        raise RuntimeError(words)
    assert "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS" in refused.value.hint


def test_any_other_mistake_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="something else"), prefect_reached():
        raise RuntimeError("something else")


def test_what_a_run_of_this_process_found_is_given_and_what_it_was_refused_for_is_raised() -> None:
    assert done(["found"]) == ["found"]
    with pytest.raises(RefusalError, match="closed"):
        done(Refused(RefusalError("the cycle is closed.")))
