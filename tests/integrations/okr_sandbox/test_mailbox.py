"""The sandbox's mail server keeps each letter as it came, for its owner alone."""

from __future__ import annotations

import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from okr_sandbox import Mailbox

BEN, ADA = "ben@lumen.example", "ada@lumen.example"


def letter(to: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "okr@lumen.example", to, "你好"
    message.set_content(text)
    return message


def test_letters_are_kept_as_they_came_in_their_order(tmp_path: Path) -> None:
    said = "one\n.a dot at the beginning\n数\n"
    with Mailbox(tmp_path / "mail") as mailbox:
        with smtplib.SMTP("127.0.0.1", mailbox.port) as smtp:
            smtp.send_message(letter(BEN, said))
            smtp.send_message(letter(ADA, "second"))
        kept = [path.name for path in mailbox.letters()]
        (bens,) = mailbox.letters(BEN)
    assert kept == [f"001-{BEN}.eml", f"002-{ADA}.eml"]
    read = message_from_bytes(bens.read_bytes(), policy=policy.default)
    assert read["Subject"] == "你好"
    assert str(read.get_content()).replace("\r\n", "\n") == said
    assert bens.stat().st_mode & 0o077 == 0


def test_no_address_leads_out_of_the_folder(tmp_path: Path) -> None:
    with (
        Mailbox(tmp_path / "mail") as mailbox,
        smtplib.SMTP("127.0.0.1", mailbox.port) as smtp,
    ):
        smtp.sendmail("okr@lumen.example", ["../../x@lumen.example"], b"hello")
        (kept,) = mailbox.letters()
    assert kept.parent == tmp_path / "mail"


def test_a_letter_to_nobody_is_refused(tmp_path: Path) -> None:
    with (
        Mailbox(tmp_path / "mail") as mailbox,
        smtplib.SMTP("127.0.0.1", mailbox.port) as smtp,
        pytest.raises(smtplib.SMTPDataError, match="to whom"),
    ):
        smtp.data(b"hello")


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with Mailbox(tmp_path) as mailbox, pytest.raises(OSError, match="in use"):
        Mailbox(tmp_path, port=mailbox.port)
