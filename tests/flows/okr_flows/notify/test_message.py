"""What a route is told, by the kind of block that it leads to."""

from __future__ import annotations

from okr_flows.notify.message import Message

MAIL, CHAT = "sendgrid-email/board", "slack-webhook/growth"
LINK = "http://prefect.example/runs/1"


def test_a_chat_gets_the_text_and_the_way_to_the_run() -> None:
    message = Message("board", "x", "s", "fell to <1", "<p>fell</p>")
    assert message.for_block(CHAT, LINK) == f"fell to <1\n{LINK}"


def test_a_mail_gets_html_of_its_own_or_the_text_made_safe() -> None:
    assert Message("board", "x", "s", "fell", "<p>fell</p>").for_block(MAIL, LINK) == "<p>fell</p>"
    plain = Message("board", "x", "s", "fell to <1").for_block(MAIL, LINK)
    assert "fell to &lt;1\n" in plain
    assert LINK in plain
