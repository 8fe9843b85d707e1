"""Settings of the page that cannot be, or that would let the wrong people in."""

import pytest

from okr_core.files.document import read_document, workspace_findings
from okr_core.plan.web import Web, is_among

HEAD = """\
organization: Acme
people: {ada: {name: Ada, email: ada@acme.example}, bo: {name: Bo, email: bo@acme.example}}
audiences: {board: [progress]}
"""


def told(web: str, head: str = HEAD) -> list[str]:
    _, findings = workspace_findings(read_document(f"{head}web: {web}\n", "okr.yaml"))
    return [str(each) for each in findings]


@pytest.mark.parametrize(
    "web",
    [
        "{}",
        "{url: https://okr.acme.example}",
        "{url: 'http://127.0.0.1:8760'}",
        "{url: 'http://localhost:8760/'}",
        "{user_header: X-Forwarded-Email, trusted_proxies: [10.0.0.2, 'fd00::/8']}",
        "{audience: board, readers: {bo: company, ada: 'person:ada'}, contact: ada}",
    ],
)
def test_settings_that_hold_are_taken(web: str) -> None:
    assert told(web) == []


@pytest.mark.parametrize(
    ("web", "says"),
    [
        ("{url: http://okr.acme.example}", "sent unencrypted"),
        ("{url: okr.acme.example}", "is no address of a page"),
        ("{url: https://okr.acme.example/page}", "is no address of a page"),
        ("{url: https://me:secret@okr.acme.example}", "is no address of a page"),
        ("{user_header: X-Forwarded-Email}", "no proxy is trusted"),
        ("{trusted_proxies: [10.0.0.2]}", "no header says who reads"),
        ("{trusted_proxies: [proxy]}", "is no address of a proxy"),
        ("{audience: bord}", "Closest: `board`"),
        ("{readers: {bob: board}}", "Closest: `bo`"),
        ("{contact: adda}", "Closest: `ada`"),
        ("{adress: x}", "unknown"),
    ],
)
def test_settings_that_cannot_be_are_told(web: str, says: str) -> None:
    assert any(says in each for each in told(web)), told(web)


def test_a_proxy_cannot_tell_two_people_of_one_address_apart() -> None:
    head = HEAD.replace("bo@acme", "ADA@acme")
    web = "{user_header: X-Mail, trusted_proxies: [10.0.0.2]}"
    assert any("could not tell them apart" in each for each in told(web, head))
    assert told("{}", head) == []


def test_a_peer_is_among_networks_by_its_numbers_alone() -> None:
    networks = ["10.0.0.0/24", "fd00::1"]
    assert is_among("10.0.0.9", networks)
    assert is_among("::ffff:10.0.0.9", networks)
    assert is_among("fd00::1", networks)
    for other in ("10.0.1.9", "fd00::2", "", "unknown", "10.0.0.9, 1.2.3.4"):
        assert not is_among(other, networks)


def test_it_is_reached_by_others_where_its_name_is_not_this_computer_s() -> None:
    assert Web(url="https://okr.acme.example").reached_by_others
    for here in ("http://127.0.0.1:8760", "http://[::1]:8760", "http://localhost", None):
        assert not Web(url=here).reached_by_others
