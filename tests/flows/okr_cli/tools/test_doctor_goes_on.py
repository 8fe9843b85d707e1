"""One connection that fails in any way stops neither the doctor nor the others."""

from pathlib import Path

import pytest
import third_source
from okr_command import Okr
from small_internet import Said, Server

TOKEN = "t0ken-0f-n0-value-at-all"
WORKSPACE = """\
organization: Acme
people: {{ada: {{name: Ada}}}}
connections:
  deep: {{kind: jira, url: "{url}/deep", retries: 1, deployment: datacenter}}
  odd: {{kind: notion, url: "{url}/odd", retries: 1}}
  other: {{kind: third}}
  rude: {{kind: http, url: "{url}/rude", retries: 1, options: {{allow_private: true}}}}
  last: {{kind: http, url: "{url}/good", retries: 1, options: {{allow_private: true}}}}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    third_source.install(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    for name in ("DEEP", "ODD", "OTHER", "RUDE", "LAST"):
        monkeypatch.setenv(f"OKR_{name}_TOKEN", TOKEN)
    return tmp_path


def test_every_connection_is_looked_at_whatever_the_others_do(
    okr: Okr, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> list[object]:
        raise LookupError(f"signed with {TOKEN}")

    # A third party's own mistake, which no protocol can rule out.
    monkeypatch.setattr(third_source.ThirdSession, "diagnose", broken)
    answers = {
        "/deep/rest/api/2/serverInfo": Said(b"[" * 100_000),
        "/deep/rest/api/2/myself": Said(b'{"a":' * 100_000),
        "/odd/v1/users/me": Said(b'{"n": 1e9999999999999999999999}'),
        "/rude": Said({}, 503, {"Retry-After": "Mon, 01 Jan 2026 00:00:00 +" + "9" * 20}),
        "/good": Said({"n": 1}),
    }
    with Server(dict(answers)) as server:
        (home / "okr.yaml").write_text(WORKSPACE.format(url=server.url), encoding="utf-8")
        ran = okr("doctor", "--format", "json")
    told = {check["subject"]: check for check in ran.json["checks"]}
    assert ran.code == 3
    assert "Traceback" not in ran.err
    assert "nests too deeply" in told["jira `deep` access"]["message"]
    assert "cannot be used" in told["notion `odd` connection"]["message"]
    assert "made a mistake: LookupError" in told["third `other`"]["message"]
    assert "503" in told["http `rude`"]["message"]
    assert told["http `last`"]["outcome"] == "ok"
    assert TOKEN not in ran.out + ran.err
