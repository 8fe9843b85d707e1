"""`okr doctor` and `okr sync --dry-run` before any server is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr
from prefect_api import PrefectApi
from prefect_asks import ask

from okr_cli.plan.schema import schema_of
from okr_core.record.entries import Entry, SyncRecord
from okr_store import open_store


@pytest.fixture
def applied(okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("OKR_ACME_TOKEN", "OKR_ACME_USER", "OKR_ACME_URL", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    return folder


def _outcomes(okr: Okr) -> tuple[int, dict[str, str]]:
    ran = okr("doctor", "--format", "json")
    Draft202012Validator(schema_of("doctor")).validate(ran.json)
    return ran.code, {check["subject"]: check["outcome"] for check in ran.json["checks"]}


def test_a_missing_token_is_found_and_everything_else_is_looked_at(okr: Okr, applied: Path) -> None:
    code, outcomes = _outcomes(okr)
    assert code == 1
    assert outcomes == {
        "files": "ok",
        "store": "ok",
        "audit": "ok",
        "people": "ok",
        "jira `acme`": "error",
        "prefect": "ok",
    }
    assert "OKR_ACME_TOKEN" in okr("doctor").out


def test_a_prefect_server_that_does_not_answer_ends_with_three(
    okr: Okr, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    code, outcomes = _outcomes(okr)
    assert (code, outcomes["prefect"]) == (3, "error")


def test_without_a_store_the_next_step_is_named(okr: Okr, folder: Path) -> None:
    ran = okr("doctor")
    assert ran.code == 1
    assert "okr apply" in " ".join(ran.out.split())


def test_a_file_that_is_behind_the_store_is_a_warning(okr: Okr, applied: Path) -> None:
    path = applied / "cycles" / "2025-q4.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("target: 45", "target: 50"), encoding="utf-8")
    okr("apply", "--as-of", "2025-09-20")
    path.write_text(text, encoding="utf-8")
    _, outcomes = _outcomes(okr)
    assert outcomes["cycles/2025-q4.yaml"] == "warning"


def test_only_what_counts_needs_somebody_who_holds_its_role(okr: Okr, applied: Path) -> None:
    path = applied / "cycles" / "2025-q4.yaml"
    space = applied / "okr.yaml"
    _replace(space, "roles:\n", f"roles:\n  nobody: {_LEFT}\n")
    for old, new, outcome in (
        ("role: growth-lead", "role: nobody", "warning"),
        ("role: nobody", "role: nobody\n    state: dropped\n    state_reason: so", "ok"),
    ):
        _replace(path, old, new)
        assert okr("apply", "--as-of", "2025-09-20").code == 0
        assert _outcomes(okr)[1]["people"] == outcome


_LEFT = "{held_by: [{person: ada, until: 2025-10-05}]}"


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_dry_run_shows_what_would_be_asked_and_asks_nothing(
    okr: Okr, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_ACME_TOKEN", "geheim")
    monkeypatch.setenv("OKR_ACME_USER", "ada@example.com")
    ran = okr("sync", "--dry-run")
    assert ran.code == 0, ran.err
    assert "labels = question" in ran.out
    assert "answers.bound" in ran.out
    as_json = okr("sync", "--dry-run", "--format", "json")
    Draft202012Validator(schema_of("sync-plan")).validate(as_json.json)
    assert as_json.json["fetches"][0]["serves"] == ["answers.bound"]
    assert "geheim" not in ran.out + ran.err + as_json.out


def test_a_key_result_that_is_not_bound_cannot_be_synced(okr: Okr, applied: Path) -> None:
    ran = okr("sync", "--dry-run", "--only", "activation.week1")
    assert ran.code == 2
    assert "is not bound" in ran.err


class _SignIn(BaseHTTPRequestHandler):
    """A proxy that answers everything with its page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Please sign in</html>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Say nothing."""


@pytest.fixture
def sign_in_page(applied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _SignIn) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        yield
        server.shutdown()


@pytest.mark.usefixtures("sign_in_page")
def test_a_page_that_answers_in_place_of_prefect_is_not_taken_for_it(okr: Okr) -> None:
    code, outcomes = _outcomes(okr)
    assert (code, outcomes["prefect"]) == (3, "error")


@pytest.mark.parametrize("name", [".env", "okr.db"])
def test_a_file_with_tokens_or_names_that_others_may_read_is_a_warning(
    okr: Okr, applied: Path, name: str
) -> None:
    path = applied / name
    path.touch()
    path.chmod(0o640)
    assert _outcomes(okr)[1][name] == "warning"
    said = " ".join(okr("doctor").out.split())
    assert f"{name}: others on this machine may read it. Run `chmod 600 {name}`." in said
    path.chmod(0o600)
    assert name not in _outcomes(okr)[1]


def test_a_slot_that_nothing_holds_on_a_limit_of_an_earlier_release_is_a_warning(
    okr: Okr, applied: Path, prefect_server: PrefectApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", prefect_server.url)
    limits = f"{prefect_server.url}/v2/concurrency_limits"
    for name in ("okr-sync-acme", "okr-sync-stranger", "acme"):
        ask("POST", f"{limits}/", {"name": name, "limit": 1})
    ask("POST", f"{limits}/increment", {"names": ["okr-sync-acme"], "slots": 1})
    said = " ".join(okr("doctor").out.split())
    assert (
        "! prefect: the limit `okr-sync-acme` of an earlier release is still there; 1 of its 1 "
        "slots are taken while no sync is running. Nothing here waits for it any more: "
        "`okr deploy` deletes it"
    ) in said
    assert "stranger" not in said
    ask("DELETE", f"{limits}/okr-sync-acme")
    assert "limit" not in okr("doctor").out


def test_a_connection_that_is_not_read_on_schedule_is_a_warning_with_what_to_do(
    okr: Okr, applied: Path
) -> None:
    def found(as_of: str) -> list[dict[str, str]]:
        ran = okr("doctor", "--format", "json", "--as-of", as_of)
        return [each for each in ran.json["checks"] if each["subject"] == "jira `acme` schedule"]

    assert found("2025-10-01T06:30") == []  # its first time has just come
    (silent,) = found("2025-10-06")
    assert silent["outcome"] == "warning"
    assert silent["message"] == "never read; its schedule says every workday 06:00."
    assert "` reads it now" in silent["hint"]
    assert "`okr sync --cycle " in silent["hint"]
    body = SyncRecord(
        connection="acme",
        observed_at=datetime(2025, 10, 6, 4, 0, 9, tzinfo=UTC),
        observed=("answers.bound",),
    )
    with open_store(str(applied / "okr.db")) as store:
        store.add_entries("2025-q4", [Entry(at=body.observed_at, body=body, via="flow")])
    (read,) = found("2025-10-06")
    assert (read["outcome"], read["message"]) == ("ok", "last read 2025-10-06 06:00 CEST.")


def test_a_password_in_the_address_of_the_server_is_not_printed(
    okr: Okr, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://u:CANARY@127.0.0.1:9/api")
    ran = okr("doctor")
    assert "the server at http://127.0.0.1:9/api does not answer." in " ".join(ran.out.split())
    assert "CANARY" not in ran.out + ran.err


@pytest.fixture
def guarded(applied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Prefect server that lets in whoever says `ada:geheim`, and has nothing of ours."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Guarded) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        yield
        server.shutdown()


class _Guarded(_SignIn):
    """Answers as Prefect does: everyone is told that it is well, only the known anything else."""

    def do_GET(self) -> None:
        self._answer(b"true" if self.path.endswith("/health") else b'"3.9.1"')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(b"[]")

    def _answer(self, body: bytes) -> None:
        known = self.headers.get("Authorization") == "Basic YWRhOmdlaGVpbQ=="
        self.send_response(200 if known or self.path.endswith("/health") else 401)
        self.end_headers()
        self.wfile.write(body)


@pytest.mark.usefixtures("guarded")
def test_a_server_that_asks_for_a_password_is_given_the_one_that_prefect_is_given(
    okr: Okr, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = " ".join(okr("doctor").out.split())
    assert "refuses us (401). Check PREFECT_API_KEY or PREFECT_API_AUTH_STRING." in said
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "ada:geheim")
    assert _outcomes(okr)[1]["prefect"] == "ok"


@pytest.mark.usefixtures("guarded")
def test_what_keeps_runs_from_starting_or_from_being_told_is_a_warning_each(
    okr: Okr, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "ada:geheim")
    _replace(applied / "okr.yaml", "teams:\n", "routes: {growth: team-chat}\nteams:\n")
    path = applied / "cycles" / "2025-q4.yaml"
    _replace(path, "ends: 2025-12-31", "ends: 2035-06-30")
    assert okr("apply", "--as-of", "2025-09-20").code == 0
    said = " ".join(okr("doctor").out.split())
    assert "! prefect: block `team-chat` in `routes` does not exist on the Prefect server." in said
    assert "report-cycle/" in said
    assert "are not deployed. Run `okr deploy`, or `okr serve` on one machine." in said
