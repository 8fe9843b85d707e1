"""Handing letters to a mail server: what was taken, what was not, and what nobody knows."""

from __future__ import annotations

import base64
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import monotonic

import pytest
import stamina
from mail_servers import (
    PASSWORD,
    USER,
    Inbox,
    dribbles,
    drops_after_the_letter,
    hangs,
    hangs_after_the_letter,
    mail_server,
    scripted_server,
)
from small_internet import Authority

from okr_core.errors import AccessError, ConfigError, OkrError
from okr_core.plan.mail import Mail
from okr_mail import Letter, NotSentError, RefusedError, Session, UnsureError

SECRET_LINK = "https://okr.acme.example/link/WyJhZGEiXQ.signed"


def letter(to: str = "ada@acme.example", number: str = "1") -> Letter:
    """A letter with a personal link."""
    return Letter(
        number,
        to,
        "Ada Okafor",
        datetime(2026, 10, 9, 7, 35, tzinfo=UTC),
        "One check-in is due",
        f"Open {SECRET_LINK}",
        f'<p><a href="{SECRET_LINK}">Open</a></p>',
    )


def plain(address: str, timeout: str = "2") -> Mail:
    """A server on this computer, without encryption."""
    return Mail.model_validate(
        {"smtp": address, "sender": "okr@acme.example", "security": "none", "timeout": timeout}
    )


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Nothing waits between two attempts."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that signs the certificates of servers."""
    return Authority(tmp_path_factory.mktemp("authority"))


def trusting(authority: Authority) -> ssl.SSLContext:
    """What believes the authority."""
    return ssl.create_default_context(cafile=authority.bundle)


def encrypted(address: str) -> Session:
    """A session as a company has it, with what this machine trusts."""
    return Session(Mail(smtp=address, sender="okr@acme.example"))


def test_letters_go_over_one_connection_each_to_one_person() -> None:
    with mail_server() as (address, inbox), Session(plain(address)) as session:
        session.send(letter("ada@acme.example"))
        session.send(letter("bo@acme.example", "2"))
    assert [to for to, _ in inbox.taken] == ["ada@acme.example", "bo@acme.example"]
    assert inbox.connections == 1


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_letters_and_the_password_are_encrypted_on_their_way(
    how: str, authority: Authority
) -> None:
    context = authority.context("localhost")
    at_once = how == "tls"
    with mail_server(
        starttls=None if at_once else context,
        tls=context if at_once else None,
        login=not at_once,
    ) as (address, inbox):
        mail = Mail.model_validate(
            {"smtp": address, "sender": "okr@acme.example", "security": how}
            | ({"user": USER} if how == "starttls" else {})
        )
        with Session(mail, PASSWORD, trusting(authority)) as session:
            session.send(letter())
    assert len(inbox.to("ada@acme.example")) == 1


def test_a_server_that_is_not_who_it_should_be_gets_nothing(authority: Authority) -> None:
    with mail_server(starttls=authority.context("other.example")) as (address, inbox):
        mail = Mail(smtp=address, sender="okr@acme.example")
        with Session(mail, trust=trusting(authority)) as session, pytest.raises(AccessError) as no:
            session.send(letter())
    assert "certificate" in str(no.value)
    assert inbox.taken == []


def test_without_encryption_nothing_is_sent() -> None:
    with mail_server() as (address, inbox):
        mail = Mail(smtp=address, sender="okr@acme.example")
        with Session(mail) as session, pytest.raises(ConfigError, match="offers no STARTTLS"):
            session.send(letter())
    assert inbox.taken == []


def test_a_wrong_password_is_said_and_not_shown(authority: Authority) -> None:
    with mail_server(starttls=authority.context("localhost"), login=True) as (address, _inbox):
        mail = Mail(smtp=address, sender="okr@acme.example", user=USER)
        with Session(mail, "wr0ng-passw0rd", trusting(authority)) as session:
            with pytest.raises(AccessError, match=r"refuses the login of `okr` \(535\)") as no:
                session.send(letter())
            assert "wr0ng" not in str(no.value) + repr(session)


def test_a_login_without_a_password_is_said_before_anybody_is_asked() -> None:
    mail = Mail(smtp="smtp.acme.example", sender="okr@acme.example", user="okr")
    with Session(mail) as session, pytest.raises(ConfigError, match="OKR_MAIL_PASSWORD"):
        session.open()


def test_a_recipient_that_a_server_does_not_know_is_refused_for_good_and_the_next_is_served() -> (
    None
):
    inbox = Inbox(answers={"gone@acme.example": "550 no such user"})
    with mail_server(inbox) as (address, _), Session(plain(address)) as session:
        with pytest.raises(RefusedError, match=r"refuses the recipient for good \(550\)"):
            session.send(letter("gone@acme.example"))
        session.send(letter())
    assert [to for to, _ in inbox.taken] == ["ada@acme.example"]


@pytest.mark.parametrize("answer", ["451 later", "DATA 451 later", "421 too many"])
def test_what_a_server_takes_later_was_certainly_not_sent(answer: str) -> None:
    inbox = Inbox(answers={"ada@acme.example": answer})
    with mail_server(inbox) as (address, _), Session(plain(address)) as session:
        with pytest.raises(NotSentError):
            session.send(letter())
        inbox.answers.clear()
        session.send(letter())
    assert len(inbox.taken) == 1


def test_a_letter_that_a_server_never_takes_is_refused() -> None:
    inbox = Inbox(answers={"ada@acme.example": "DATA 554 unwanted"})
    with mail_server(inbox) as (address, _), Session(plain(address)) as session:
        with pytest.raises(RefusedError, match="554"):
            session.send(letter())
        assert inbox.connections == 1


@pytest.mark.parametrize("play", [hangs_after_the_letter, drops_after_the_letter])
def test_a_letter_without_an_answer_may_have_been_taken_and_is_tried_no_second_time(
    play: Callable[[socket.socket], None],
) -> None:
    seen = list[int]()

    def counted(connection: socket.socket) -> None:
        seen.append(1)
        play(connection)

    with (
        scripted_server(counted) as address,
        Session(plain(address, "0.3")) as session,
        pytest.raises(UnsureError, match="may have been taken"),
    ):
        session.send(letter())
    assert len(seen) == 1


@pytest.mark.parametrize("play", [hangs, dribbles])
def test_a_server_that_hangs_holds_nobody_up(play: Callable[[socket.socket], None]) -> None:
    began = monotonic()
    with (
        scripted_server(play) as address,
        Session(plain(address, "0.3")) as session,
        pytest.raises(NotSentError),
    ):
        session.open()
    assert monotonic() - began < 30


def test_a_server_that_is_not_there_is_named_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unheard:
        port = unheard.getsockname()[1]
    with Session(plain(f"localhost:{port}")) as session, pytest.raises(NotSentError) as no:
        session.open()
    assert str(no.value) == (
        f"mail server localhost:{port} is not there. Look at the server, or correct `mail.smtp` "
        "in okr.yaml; it is tried again later."
    )


def test_a_server_that_hung_up_between_two_letters_is_called_again() -> None:
    inbox = Inbox()
    with mail_server(inbox) as (address, _), Session(plain(address)) as session:
        session.send(letter())
        assert session._smtp is not None
        assert session._smtp.sock is not None
        session._smtp.sock.shutdown(socket.SHUT_RDWR)
        session.send(letter("bo@acme.example", "2"))
    assert len(inbox.taken) == 2


def test_no_error_and_no_log_holds_a_link_an_address_or_a_password(
    authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = list[str]()
    # Servers quote what they were sent.
    quoting = f"DATA 554 unwanted: {SECRET_LINK} to ada@acme.example"
    inbox = Inbox(answers={"ada@acme.example": quoting})
    context = authority.context("localhost")
    with mail_server(inbox, starttls=context, login=True) as (address, _):
        mail = Mail(smtp=address, sender="okr@acme.example", user=USER)
        for password in (PASSWORD, "wr0ng-passw0rd"):
            with Session(mail, password, trusting(authority)) as session:
                try:
                    session.send(letter())
                except OkrError as error:
                    said += [str(error), repr(error), repr(session), repr(letter())]
    # What the test's own server logs of its own side is not ours.
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("mail.", "asyncio"))]
    text = "\n".join([*said[:3], *said[4:7], *ours])
    secrets = [SECRET_LINK, "WyJhZGEiXQ", "ada@acme.example", PASSWORD, "wr0ng-passw0rd"]
    encoded = [base64.b64encode(each.encode()).decode().rstrip("=") for each in secrets]
    assert [each for each in (*secrets, *encoded) if each in text] == []
    assert len(said) == 8
    assert SECRET_LINK not in repr(letter())


def test_an_address_of_a_domain_with_other_letters_is_spelt_as_servers_take_it() -> None:
    with mail_server() as (address, inbox), Session(plain(address)) as session:
        session.send(letter("ada@müller.example"))
    assert [to for to, _ in inbox.taken] == ["ada@xn--mller-kva.example"]


def test_a_letter_of_lines_that_begin_with_dots_arrives_whole() -> None:
    text = ".\n..two\n.one\nend"
    dotted = Letter(
        "1", "ada@acme.example", "Ada", datetime(2026, 10, 9, tzinfo=UTC), "Dots", text, "<p>.</p>"
    )
    with mail_server() as (address, inbox), Session(plain(address)) as session:
        session.send(dotted)
    (message,) = inbox.to("ada@acme.example")
    part = message.get_body(("plain",))
    assert part is not None
    assert part.get_content().splitlines() == text.splitlines()


def test_a_company_adds_its_own_authority_by_a_variable(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    context = authority.context("localhost")
    with mail_server(starttls=context) as (address, inbox), encrypted(address) as session:
        session.send(letter())
    assert len(inbox.taken) == 1
