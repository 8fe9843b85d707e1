"""Letters: readable in every mail program, and nobody's words break out of a header."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from okr_core.plan.mail import Mail
from okr_mail import Letter

MAIL = Mail(smtp="smtp.acme.example", sender="OKR of Acme <okr@acme.example>")
AT = datetime(2026, 10, 9, 7, 35, tzinfo=UTC)


def letter(subject: str = "Due", name: str = "Ada", text: str = "text") -> Letter:
    """A letter to Ada."""
    return Letter("n7", "ada@acme.example", name, AT, subject, text, f"<p>{text}</p>")


def test_it_has_text_and_html_a_stable_id_and_wants_no_automatic_answer() -> None:
    message = letter().message(MAIL)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert message["Message-ID"] == "<okr-n7@acme.example>"
    assert message["From"] == "OKR of Acme <okr@acme.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Fri, 09 Oct 2026 07:35:00 +0000"


def test_chinese_and_a_long_link_arrive_whole() -> None:
    link = "https://okr.acme.example/link/" + "x" * 300
    raw = letter("本周更新", "李雷", f"请打开 {link}").message(MAIL).as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == "本周更新"
    assert "李雷" in str(read["To"])
    part = read.get_body(("plain",))
    assert part is not None
    assert link in part.get_content()
    assert max(map(len, raw.splitlines())) <= 998


@given(st.text(max_size=300), st.text(max_size=100))
def test_no_words_of_people_add_a_header_or_a_recipient(subject: str, name: str) -> None:
    raw = (
        letter(subject + "\r\nBcc: eve@evil.example", name + "\nBcc: x@y").message(MAIL).as_bytes()
    )
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Bcc"] is None
    assert [each.addr_spec for each in read["To"].addresses] == ["ada@acme.example"]


@pytest.mark.parametrize(
    ("given", "port", "security"),
    [
        ("smtp.acme.example", 587, "starttls"),
        ("smtp.acme.example:465", 465, "tls"),
        ("smtp.acme.example:2525", 2525, "starttls"),
        ("[::1]:2525", 2525, "starttls"),
    ],
)
def test_how_a_server_is_reached_follows_from_its_port(
    given: str, port: int, security: str
) -> None:
    mail = Mail(smtp=given, sender="okr@acme.example")
    assert (mail.port, mail.secured_by) == (port, security)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"smtp": "smtps://acme.example/x"}, "is no mail server"),
        ({"smtp": "two words"}, "is no mail server"),
        ({"smtp": "acme.example:x"}, "is no mail server"),
        ({"sender": "okr"}, "is no sender"),
        ({"sender": "okr@acme.example, eve@evil.example"}, "is no sender"),
        ({"sender": "a\n<okr@acme.example>"}, "is no sender"),
        ({"security": "none"}, "would be sent unencrypted"),
        ({"timeout": 0}, "greater than 0"),
    ],
    ids=["scheme", "words", "port", "bare", "two senders", "line break", "open", "no time"],
)
def test_settings_that_cannot_be_are_said_with_what_to_write(
    fields: dict[str, object], said: str
) -> None:
    whole = {"smtp": "smtp.acme.example", "sender": "okr@acme.example"} | fields
    with pytest.raises(ValidationError, match=said):
        Mail.model_validate(whole)
