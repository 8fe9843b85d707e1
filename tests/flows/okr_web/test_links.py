"""Personal links: they show on a look and open on a press; forged, old and ended ones say so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from web_company import NOW
from web_served import Served, fields_of, headings

from okr_core.plan.acting import Actor
from okr_flows.people.keys import LINK_LASTS, Keys
from okr_flows.people.links import revoke_links


def press(page: Served, link: str) -> int:
    with page.anybody() as client:
        return client.post("/l", data={"token": link.rpartition("/")[2]}).status_code


def test_a_look_at_a_link_opens_nothing(page: Served) -> None:
    link = page.link("ada", "once")
    before = page.store.mark()
    with page.anybody() as scanner:
        for _ in range(3):
            assert scanner.get(link).status_code == 200
            assert scanner.head(link).status_code == 200
        assert not scanner.cookies
        assert scanner.get("/me").status_code == 401
    assert page.store.mark() == before
    assert press(page, link) == 303


def test_a_press_opens_the_page_of_its_person(page: Served) -> None:
    with page.reader("ada") as client:
        answer = client.get("/me")
        assert headings(answer.text) == "Ada, five things wait for you"
        assert "Ada Keller" in answer.text


def test_the_session_s_cookie_is_for_this_page_alone(page: Served) -> None:
    token = page.link("ada").rpartition("/")[2]
    with page.anybody() as client:
        cookie = client.post("/l", data={"token": token}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=1800" in cookie


def test_a_link_that_opens_once_opens_once_also_where_twenty_press(page: Served) -> None:
    link = page.link("ada", "once")
    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(lambda _: press(page, link), range(20)))
    assert answers == [303] + [403] * 19


@pytest.mark.parametrize(
    ("spoil", "heading"),
    [
        pytest.param(lambda link: f"{link[:-4]}AAAA", "This link does not work", id="forged"),
        pytest.param(lambda _: "/l/foo", "This link does not work", id="cut"),
        pytest.param(lambda _: "/l/%00", "This link does not work", id="bytes"),
    ],
)
def test_a_link_that_nobody_here_signed_says_so(
    page: Served, spoil: Callable[[str], str], heading: str
) -> None:
    with page.anybody() as client:
        answer = client.get(spoil(page.link("ada")))
    assert (answer.status_code, headings(answer.text)) == (403, heading)
    assert "Judith Baumann" in answer.text


def test_a_link_of_another_secret_is_forged(page: Served) -> None:
    token = Keys("b" * 40).link("ada", "page", 0, NOW)
    assert press(page, f"/l/{token}") == 403


def test_a_link_expires_after_seven_days(page: Served) -> None:
    link = page.link("ada")
    page.now = NOW + LINK_LASTS - timedelta(hours=1)
    assert press(page, link) == 303
    page.now = NOW + LINK_LASTS + timedelta(hours=1)
    with page.anybody() as client:
        assert headings(client.get(link).text) == "This link has expired"
    assert press(page, link) == 403


def test_revoking_ends_links_and_sessions_of_one_person(page: Served) -> None:
    link = page.link("ada")
    with page.reader("ada") as ada, page.reader("ben") as ben:
        revoke_links(page.store, "ada", actor=Actor("cli", "judith"), now=NOW, reason="phone lost")
        assert ada.get("/me").status_code == 401
        assert ben.get("/me").status_code == 200
    assert press(page, link) == 403
    assert press(page, page.link("ada")) == 303


def test_who_has_left_is_let_in_no_more(page: Served) -> None:
    assert press(page, page.link("otto")) == 403


def test_a_session_ends_after_half_an_hour_without_a_page(page: Served) -> None:
    with page.reader("ada") as client:
        page.now = NOW + timedelta(minutes=29)
        assert client.get("/me").status_code == 200
        page.now += timedelta(minutes=29)
        assert client.get("/me").status_code == 200
        page.now += timedelta(minutes=31)
        answer = client.get("/me")
    assert answer.status_code == 401
    assert "Your session has ended" in answer.text


def test_leaving_ends_the_session_in_this_browser(page: Served) -> None:
    with page.reader("ada") as client:
        mark = fields_of(client.get("/me").text)["mark"]
        assert client.post("/leave", data={"mark": mark}).status_code == 200
        assert client.get("/me").status_code == 401


def test_a_press_that_another_site_made_is_refused(page: Served) -> None:
    token = page.link("ada").rpartition("/")[2]
    with page.anybody(**{"Sec-Fetch-Site": "cross-site"}) as client:
        assert client.post("/l", data={"token": token}).status_code == 403


def test_guessing_links_is_slowed_down(page: Served) -> None:
    with page.anybody() as client:
        answers = [client.get(f"/l/guess{number}").status_code for number in range(70)]
    assert answers[0] == 403
    assert answers[-1] == 429
