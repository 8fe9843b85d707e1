"""Keys: what is signed for the page, and what it believes: links, sessions, marks in its forms.

Everything is signed with one secret, each purpose under a salt of its own, so that what was made
for one is worth nothing for another. A time is an argument, and what is signed holds it.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

from okr_core.errors import ConfigError

Purpose = Literal["page", "once"]
"""What a link opens: the page, as often as it is pressed while it lasts, or once."""
LINK_LASTS = timedelta(days=7)
SESSION_LASTS = timedelta(minutes=30)
"""After the last page that was opened."""
SHORTEST = 32
"""Signs that a secret has at least."""
VARIABLE = "OKR_WEB_SECRET"


@dataclass(frozen=True, slots=True)
class Link:
    """What a personal link says.

    Attributes:
        number: Its own, random.
        person: Whose it is.
        epoch: How often the person's links had been revoked when it was made.
        made_at: In UTC, whole seconds.
    """

    number: str
    person: str
    purpose: Purpose
    epoch: int
    made_at: datetime

    def expired(self, now: datetime) -> bool:
        """Whether it lasts no more."""
        return not self.made_at <= now + timedelta(minutes=5) <= self.made_at + LINK_LASTS


@dataclass(frozen=True, slots=True)
class Session:
    """What a session's cookie says: `seen_at` is when its reader last opened a page."""

    number: str
    person: str
    epoch: int
    seen_at: datetime

    def expired(self, now: datetime) -> bool:
        """Whether it lasts no more."""
        return now > self.seen_at + SESSION_LASTS


class Keys:
    """Signs and checks with one secret.

    Args:
        secret: At least `SHORTEST` signs that nobody can guess.

    Raises:
        ConfigError: It is shorter.
    """

    def __init__(self, secret: str) -> None:
        if len(secret) < SHORTEST:
            raise ConfigError(
                f"{VARIABLE} has {len(secret)} signs; what it signs could be guessed.",
                hint=f"Set it to at least {SHORTEST} random signs; `openssl rand -hex 32` makes "
                "some.",
            )
        self._secret = secret
        self._links = URLSafeSerializer(secret, salt="okr.link")
        self._sessions = URLSafeSerializer(secret, salt="okr.session")

    def __repr__(self) -> str:
        return "Keys()"

    def link(self, person: str, purpose: Purpose, epoch: int, now: datetime) -> str:
        """The token of a new link."""
        made = int(now.timestamp())
        return str(self._links.dumps([secrets.token_urlsafe(9), person, purpose, epoch, made]))

    def read_link(self, token: str) -> Link | None:
        """What a token says; None: nobody here signed it."""
        match _read(self._links, token):
            case [str(number), str(person), "page" | "once" as purpose, int(epoch), int(made)]:
                return Link(number, person, purpose, epoch, datetime.fromtimestamp(made, UTC))
        return None

    def session(self, session: Session) -> str:
        """The cookie of a session."""
        seen = int(session.seen_at.timestamp())
        return str(self._sessions.dumps([session.number, session.person, session.epoch, seen]))

    def read_session(self, cookie: str) -> Session | None:
        """What a cookie says; None: nobody here signed it."""
        match _read(self._sessions, cookie):
            case [str(number), str(person), int(epoch), int(seen)]:
                return Session(number, person, epoch, datetime.fromtimestamp(seen, UTC))
        return None

    def form_mark(self, session: str) -> str:
        """What each form of a session carries, so that no other site can send one."""
        return hmac.new(self._secret.encode(), f"form {session}".encode(), sha256).hexdigest()

    def is_form_mark(self, session: str, mark: str) -> bool:
        """Whether a form is one that this session was given."""
        return hmac.compare_digest(self.form_mark(session).encode(), mark.encode())


def new_session(person: str, epoch: int, now: datetime) -> Session:
    """A session that begins now."""
    return Session(secrets.token_urlsafe(9), person, epoch, now)


def new_secret() -> str:
    """A secret that nobody can guess."""
    return secrets.token_hex(32)


def _read(serializer: URLSafeSerializer, token: str) -> object:
    try:
        return serializer.loads(token)
    except (BadSignature, UnicodeError, ValueError):
        return None
