"""Letter: one mail to one person, as text and as HTML."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from okr_core.plan.mail import Mail

_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it has a sender.

    Attributes:
        number: Names it: the same number is the same letter, so that whoever gets one twice can
            see it.
        to: Address of the person.
        name: What the person is called.
        at: When it was written (aware).
        text: For readers without HTML; holds all that the HTML does.
        html: The same as a page of its own, without anything that is loaded from elsewhere.
    """

    number: str
    to: str
    name: str
    at: datetime
    subject: str
    # They hold personal links.
    text: str = field(repr=False)
    html: str = field(repr=False)

    def message(self, mail: Mail) -> EmailMessage:
        """The mail as it is sent.

        Args:
            mail: Says who sends it.
        """
        sender = ascii_domain(mail.sender_address)
        found = EmailMessage(policy=SMTP)
        found["From"] = _address(mail.sender_name, sender)
        found["To"] = _address(self.name, ascii_domain(self.to))
        found["Subject"] = _line(self.subject)[:_LONGEST_SUBJECT]
        found["Date"] = format_datetime(self.at)
        found["Message-ID"] = f"<okr-{self.number}@{sender.rpartition('@')[2]}>"
        # No reply of an absence assistant, which would tell a mailbox that nobody reads.
        found["Auto-Submitted"] = "auto-generated"
        found["X-Auto-Response-Suppress"] = "All"
        # Quoted-printable: a long link stays whole, and Chinese has no line of 8-bit text.
        found.set_content(self.text, cte="quoted-printable")
        found.add_alternative(self.html, subtype="html", cte="quoted-printable")
        return found


def ascii_domain(address: str) -> str:
    """An address as mail servers take it: a domain of other letters as they spell it.

    >>> ascii_domain("ada@müller.example")
    'ada@xn--mller-kva.example'
    """
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def _address(name: str, address: str) -> Address:
    return Address(display_name=_line(name), addr_spec=address)


def _line(text: str) -> str:
    """A text on one line, without what turns or hides text around it."""
    shown = "".join(" " if unicodedata.category(c) in {"Cc", "Cf"} else c for c in text)
    return " ".join(shown.split())
