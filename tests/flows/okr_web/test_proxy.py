"""A signing-in proxy: its header is believed from its own address and from no other."""

import pytest
import web_company
from web_served import Served, headings, send

HEADER = "X-Forwarded-Email"


def trust(page: Served, proxy: str) -> Served:
    header = f"  user_header: {HEADER}\n  trusted_proxies: [{proxy}]\n"
    web_company.change_workspace(page.store, web_company.WORKSPACE + header)
    return page


@pytest.fixture(params=["127.0.0.1", "127.0.0.0/8"])
def behind(page: Served, request: pytest.FixtureRequest) -> Served:
    return trust(page, request.param)


@pytest.fixture
def beside(page: Served) -> Served:
    return trust(page, "10.0.0.2")


def test_the_trusted_proxy_s_user_is_the_reader_whatever_case(behind: Served) -> None:
    with behind.anybody(**{HEADER: "ADA@lumen.example"}) as client:
        answer = client.get("/me")
    assert headings(answer.text).startswith("Ada, ")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("email", ["nobody@lumen.example", "", "otto@lumen.example"])
def test_an_address_of_nobody_is_nobody(behind: Served, email: str) -> None:
    with behind.anybody(**{HEADER: email}) as client:
        assert client.get("/me").status_code == 401


def test_a_header_that_comes_twice_is_nobody_s_word(behind: Served) -> None:
    with behind.anybody() as client:
        twice = [(HEADER, "ada@lumen.example"), (HEADER, "ben@lumen.example")]
        assert client.get("/me", headers=twice).status_code == 401


def test_an_untrusted_address_cannot_say_who_it_is(beside: Served) -> None:
    forwarded = {"X-Forwarded-For": "10.0.0.2", "Forwarded": "for=10.0.0.2"}
    spoof = {HEADER: "ada@lumen.example", **forwarded}
    with beside.anybody(**spoof) as client:
        assert client.get("/me").status_code == 401


def test_what_is_said_behind_a_proxy_says_so(behind: Served) -> None:
    with behind.anybody(**{HEADER: "ada@lumen.example"}) as client:
        answer = send(client, "/me", **{"k__word.referrals__value": "8"})
    assert answer.status_code == 200, answer.text
    said = behind.store.entries(
        web_company.CYCLE, kinds=("check_in",), key_results=["word.referrals"]
    )
    assert [*said][-1].via == "proxy"
