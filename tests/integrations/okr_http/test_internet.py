"""The client with its default settings: names, certificates, redirects."""

from ipaddress import ip_address

import pytest
from http_asks import LOCAL, TOKEN, ask, read, refusal, session
from small_internet import OTHER, PUBLIC, Said, Server, SmallInternet

from okr_http.addresses import nature_of
from okr_sources.answers import Observed

HOME = "https://metrics.example"


def test_the_name_is_looked_up_once_and_its_address_dialled(internet: SmallInternet) -> None:
    server = internet.serve("metrics.example", PUBLIC, {"/n": Said(5)})
    answer = read(session(HOME, dialer=internet.dialer()), [ask("a", url="/n", value="@")])["a"]
    assert isinstance(answer, Observed)
    assert internet.looked_up == ["metrics.example"]
    assert internet.roads.dialled == [PUBLIC]
    assert server.names == ["metrics.example"]
    assert server.asked[0].headers["host"] == "metrics.example"


def test_the_next_address_is_tried_where_the_first_does_not_answer(
    internet: SmallInternet,
) -> None:
    internet.serve("metrics.example", PUBLIC, {"/n": Said(5)})
    internet.names["metrics.example"] = [OTHER, PUBLIC]
    answer = read(session(HOME, dialer=internet.dialer()), [ask("a", url="/n", value="@")])["a"]
    assert isinstance(answer, Observed)
    assert internet.roads.dialled == [OTHER, PUBLIC]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:10.0.0.7", "fe80::1"]
)
def test_a_name_with_one_private_address_is_not_dialled_at_all(
    internet: SmallInternet, address: str
) -> None:
    internet.names["metrics.example"] = [PUBLIC, address]
    answer = refusal(session(HOME, dialer=internet.dialer()), ask("a", url="/n", value="@"))
    assert f"metrics.example is at {ip_address(address)}, a " in answer.reason
    word = "allow_link_local" if nature_of(ip_address(address)) == "link-local" else "allow_private"
    assert f"options: {{{word}: true}}" in answer.hint
    assert internet.roads.dialled == []


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "[::1]", "localhost"])
def test_loopback_in_any_writing_is_refused_with_the_real_look_up(host: str) -> None:
    answer = refusal(session(f"https://{host}"), ask("a", url="/n", value="@"))
    assert "loopback address, which is not asked" in answer.reason


def test_an_unknown_host_says_so(internet: SmallInternet) -> None:
    answer = refusal(
        session("https://metrix.example", dialer=internet.dialer()), ask("a", url="/n", value="@")
    )
    assert "the host metrix.example is unknown" in answer.reason
    assert answer.connection_down


def test_a_certificate_of_an_unknown_authority_is_refused(
    internet: SmallInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    server = internet.serve("metrics.example", PUBLIC, {"/n": Said(5)})
    answer = refusal(session(HOME, dialer=internet.dialer()), ask("a", url="/n", value="@"))
    assert "the certificate of metrics.example, port 443 is not trusted" in answer.reason
    assert "SSL_CERT_FILE" in answer.hint
    assert not server.asked


def test_a_certificate_of_another_name_is_refused(internet: SmallInternet) -> None:
    server = internet.serve("metrics.example", PUBLIC, {"/n": Said(5)}, certified="other.example")
    answer = refusal(session(HOME, dialer=internet.dialer()), ask("a", url="/n", value="@"))
    assert "does not verify" in answer.reason
    assert not server.asked


def test_https_to_a_server_that_speaks_http_says_so(server: Server) -> None:
    server.answers["/n"] = Said(5)
    opened = session(server.url.replace("http:", "https:"), options=LOCAL)
    answer = refusal(opened, ask("a", url="/n", value="@"))
    assert "does not speak TLS" in answer.reason
    assert "allow_http" in answer.hint


def test_redirects_within_the_site_keep_the_token(internet: SmallInternet) -> None:
    moved = Said(status=302, headers={"Location": "/new?page=1"})
    server = internet.serve("metrics.example", PUBLIC, {"/n": moved, "/new": Said(5)})
    answer = read(session(HOME, dialer=internet.dialer()), [ask("a", url="/n", value="@")])["a"]
    assert isinstance(answer, Observed)
    assert answer.evidence.requests == 2
    assert [each.path for each in server.asked] == ["/n", "/new?page=1"]
    assert server.asked[1].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("options", [{}, {"header": "X-Api-Key"}, {"parameter": "api_key"}])
def test_redirects_to_another_site_lose_the_token(
    internet: SmallInternet, options: dict[str, object]
) -> None:
    moved = Said(status=307, headers={"Location": "https://other.example/n"})
    internet.serve("metrics.example", PUBLIC, {"/n": moved})
    back = Said(status=307, headers={"Location": f"{HOME}/end"})
    other = internet.serve("other.example", OTHER, {"/n": back})
    home = internet.serve("metrics.example", PUBLIC, {"/n": moved, "/end": Said(5)})
    answer = read(
        session(HOME, options=options, dialer=internet.dialer()), [ask("a", url="/n", value="@")]
    )["a"]
    assert isinstance(answer, Observed)
    assert TOKEN in str(home.asked[0])
    assert TOKEN not in str(other.asked)
    assert TOKEN not in str(home.asked[1])


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("https://10.0.0.7/n", "10.0.0.7 is a private address"),
        ("https://169.254.169.254/latest", "169.254.169.254 is a link-local address"),
        ("https://[::ffff:127.0.0.1]/n", "is a loopback address"),
        ("https://inside.example/n", "inside.example is at 192.168.1.5, a private address"),
        ("http://metrics.example/n", "redirects to plain http (http://metrics.example)"),
        ("https://ada:pw@other.example/n", "redirects to no address that can be asked"),
        ("https://0177.0.0.1/n", "redirects to no address that can be asked"),
        ("file:///etc/passwd", "redirects to no address that can be asked"),
        ("", "redirects to no address that can be asked"),
        ("/n", "redirects to no address that can be asked"),
        ("/m", "redirects more than 5 times"),
    ],
)
def test_a_redirect_that_must_not_be_followed_is_not(
    internet: SmallInternet, location: str, reason: str
) -> None:
    internet.names["inside.example"] = ["192.168.1.5"]
    server = internet.serve(
        "metrics.example",
        PUBLIC,
        {
            "/n": Said(status=302, headers={"Location": location}),
            "/m": Said(status=302, headers={"Location": "/n"}),
        },
    )
    answer = refusal(session(HOME, dialer=internet.dialer()), ask("a", url="/n", value="@"))
    assert reason in answer.reason
    assert "redirects" in answer.reason
    assert set(internet.roads.dialled) == {PUBLIC}
    assert len(server.asked) in (1, 6)


def test_private_addresses_being_allowed_leads_no_redirect_to_where_clouds_keep_credentials(
    internet: SmallInternet,
) -> None:
    moved = Said(status=302, headers={"Location": "https://169.254.169.254/latest/meta-data"})
    internet.serve("metrics.example", PUBLIC, {"/n": moved})
    for host in ("metadata.example", "169.254.169.254"):
        internet.names[host] = ["169.254.169.254"]
    options = {"allow_private": True}
    answer = refusal(
        session(HOME, options=options, dialer=internet.dialer()), ask("a", url="/n", value="@")
    )
    assert "169.254.169.254 is a link-local address" in answer.reason
    assert "options: {allow_link_local: true}" in answer.hint
    direct = session("https://metadata.example", options=options, dialer=internet.dialer())
    assert "link-local address" in refusal(direct, ask("a", url="/n", value="@")).reason
    assert set(internet.roads.dialled) == {PUBLIC}


def test_a_post_is_not_turned_into_a_get(internet: SmallInternet) -> None:
    moved = Said(status=301, headers={"Location": "/new"})
    internet.serve("metrics.example", PUBLIC, {"/n": moved})
    one = ask("a", url="/n", method="POST", body="{}", value="@")
    answer = refusal(session(HOME, dialer=internet.dialer()), one)
    assert "redirects a POST (301) to https://metrics.example/new" in answer.reason


def test_401_behind_a_redirect_does_not_blame_the_token(internet: SmallInternet) -> None:
    moved = Said(status=302, headers={"Location": "https://other.example/n"})
    internet.serve("metrics.example", PUBLIC, {"/n": moved})
    internet.serve("other.example", OTHER, {"/n": Said(status=401)})
    answer = refusal(session(HOME, dialer=internet.dialer()), ask("a", url="/n", value="@"))
    assert "https://other.example/n wants a token" in answer.reason
    assert not answer.connection_down
