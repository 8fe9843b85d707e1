"""A signing-in proxy: its header is believed from its own address and from no other."""

from collections.abc import Iterator

import pytest
import web_company
from web_served import Served, headings, served

from okr_store import Store

HEADER = "X-Forwarded-Email"


def settings(proxy: str) -> str:
    return web_company.WORKSPACE + f"  user_header: {HEADER}\n  trusted_proxies: [{proxy}]\n"


@pytest.fixture(params=["127.0.0.1", "127.0.0.0/8"])
def behind(store: Store, request: pytest.FixtureRequest) -> Iterator[Served]:
    web_company.fill(store, workspace=settings(request.param))
    with served(store) as found:
        yield found


@pytest.fixture
def beside(store: Store) -> Iterator[Served]:
    web_company.fill(store, workspace=settings("10.0.0.2"))
    with served(store) as found:
        yield found


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
    spoof = {HEADER: "ada@lumen.example", "X-Forwarded-For": "10.0.0.2", "Forwarded": "for=10.0.0.2"}
    with beside.anybody(**spoof) as client:
        assert client.get("/me").status_code == 401


def test_what_is_said_behind_a_proxy_says_so(behind: Served) -> None:
    from web_served import send  # noqa: PLC0415 - beside its one use

    with behind.anybody(**{HEADER: "ada@lumen.example"}) as client:
        answer = send(client, "/me", **{"k__word.referrals__value": "8"})
    assert answer.status_code == 200, answer.text
    said = behind.store.entries(web_company.CYCLE, kinds=("check_in",), key_results=["word.referrals"])
    assert [*said][-1].via == "proxy"
