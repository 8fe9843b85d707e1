"""Who asks for their link gets it by mail; who asks for somebody's learns nothing."""

from collections.abc import Iterator

import pytest
from mail_servers import Inbox
from wait import until
from web_served import Served, headings, link_in, mailing

PAGE = "https://okr.lumen.example"


@pytest.fixture
def inbox(page: Served) -> Iterator[Inbox]:
    """The mail server of a company whose page has an address."""
    with mailing(page, PAGE) as box:
        yield box


def ask(page: Served, address: str, **headers: str) -> tuple[int, str]:
    """Ask for the link of an address."""
    with page.anybody(**headers) as client:
        answer = client.post("/link", data={"address": address})
    return answer.status_code, answer.text


def test_who_is_not_known_is_offered_their_link_by_mail(page: Served, inbox: Inbox) -> None:
    with page.anybody() as client:
        assert 'action="/link"' in client.get("/me").text
        assert 'action="/link"' in client.get("/l/forged").text
    assert inbox.taken == []


def test_without_a_mail_server_nothing_is_offered(page: Served) -> None:
    with page.anybody() as client:
        assert 'action="/link"' not in client.get("/me").text
    assert ask(page, "ada@lumen.example")[0] == 200


def test_the_link_of_the_mail_opens_the_page_of_its_person(page: Served, inbox: Inbox) -> None:
    assert ask(page, "ADA@lumen.example")[0] == 200
    until(lambda: inbox.taken, "the link is mailed", seconds=30)
    ((to, message),) = inbox.taken
    assert to == "Ada@lumen.example"
    link = link_in(message)
    assert link.startswith(PAGE)
    with page.anybody() as client:
        assert client.post("/l", data={"token": link.rpartition("/")[2]}).status_code == 303


def test_the_answer_is_the_same_whoever_is_asked_for(page: Served, inbox: Inbox) -> None:
    known = ask(page, "ada@lumen.example")
    assert headings(known[1]) == "Look into your mail"
    for other in ("nobody@lumen.example", "otto@lumen.example", "no address", ""):
        assert ask(page, other) == known
    until(lambda: inbox.taken, "the one link is mailed", seconds=30)
    assert [to for to, _ in inbox.taken] == ["Ada@lumen.example"]


def test_one_address_is_mailed_three_links_an_hour(page: Served, inbox: Inbox) -> None:
    answers = {ask(page, "ada@lumen.example") for _ in range(5)}
    assert len(answers) == 1
    assert ask(page, "ben@lumen.example")[0] == 200
    until(lambda: inbox.to("ben@lumen.example"), "the last link is mailed", seconds=30)
    until(lambda: len(inbox.taken) >= 4, "those before it are", seconds=30)
    assert len(inbox.to("Ada@lumen.example")) == 3


def test_another_site_cannot_ask(page: Served, inbox: Inbox) -> None:
    assert ask(page, "ada@lumen.example", **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert inbox.taken == []
