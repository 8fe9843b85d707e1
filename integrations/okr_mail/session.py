"""Session: letters handed over to a mail server, over one connection, each within a known time."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Self, TypeVar

import stamina

from okr_core.errors import AccessError, ConfigError
from okr_core.plan.mail import Mail
from okr_mail.errors import NotSentError, RefusedError, UnsureError
from okr_mail.letter import Letter, ascii_domain

PASSWORD_VARIABLE = "OKR_MAIL_PASSWORD"  # noqa: S105 - its name
ATTEMPTS = 3
"""How often a letter is tried that the server has certainly not taken."""
_WHOLE = 3
"""How many timeouts a letter may take in all: a server that says a letter now and then would
otherwise hold it up for ever."""
_DOT = re.compile(rb"^\.", re.MULTILINE)
_GO_AHEAD, _LATER, _NEVER = 354, 400, 500
_Found = TypeVar("_Found")


@dataclass
class Session:
    """A connection to a mail server, opened when it is first needed.

    Use it as a context; it is for one thread.

    Attributes:
        mail: Where the server is, and who sends.
        password: Of `mail.user`; from the environment, never from a file.
        trust: Whose certificates are believed; None: those that this machine trusts.
        first_wait: Seconds before a second attempt.
    """

    mail: Mail
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    first_wait: float = 0.5
    _smtp: smtplib.SMTP | None = field(default=None, init=False, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def open(self) -> None:
        """Connect and log in, unless that is done: what is wrong with the server shows early.

        Raises:
            NotSentError: The server is unreachable or too slow.
            AccessError: It refuses the login, or is not who it should be.
            ConfigError: It offers no encryption or no login, or the password is not set.
        """
        self._again(self._ready)

    def send(self, letter: Letter) -> None:
        """Hand a letter over; it was taken when this returns.

        Raises:
            NotSentError: It was certainly not taken, however often it was tried.
            RefusedError: The server never takes it.
            UnsureError: Nobody knows whether it was taken. Never send it again.
            AccessError: See `open`.
            ConfigError: See `open`.
        """
        self._again(lambda: self._handed_over(letter))

    def _again(self, step: Callable[[], _Found]) -> _Found:
        @stamina.retry(
            on=NotSentError,
            attempts=ATTEMPTS,
            wait_initial=self.first_wait,
            wait_jitter=self.first_wait,
            timeout=None,
        )
        def tried() -> _Found:
            # Without arguments: stamina's hooks log them.
            return step()

        return tried()

    # One letter

    def _handed_over(self, letter: Letter) -> None:
        smtp = self._ready()
        content = letter.message(self.mail).as_bytes()
        try:
            with self._in_time(smtp):
                self._announce(smtp, letter)
        except (OSError, smtplib.SMTPException) as error:
            self._leave()
            raise self._not_sent(error) from None
        try:
            # From here on it may have been taken, whatever happens.
            with self._in_time(smtp):
                smtp.send(_DOT.sub(b"..", content) + b".\r\n")
                code, _ = smtp.getreply()
        except (OSError, smtplib.SMTPException):
            self._leave()
            raise UnsureError(
                f"{self._server} was handed a letter and did not answer: it may have been taken.",
                hint="It is not sent again.",
            ) from None
        self._judge(code, "the letter")

    def _announce(self, smtp: smtplib.SMTP, letter: Letter) -> None:
        to, options = ascii_domain(letter.to), list[str]()
        if not to.isascii():
            if not smtp.has_extn("smtputf8"):
                raise RefusedError(
                    f"{self._server} takes no address with letters beyond ASCII.",
                    hint="Give the person an `email` without them in okr.yaml.",
                )
            options = ["SMTPUTF8"]
        smtp.rset()
        self._judge(smtp.mail(ascii_domain(self.mail.sender_address), options)[0], "the sender")
        self._judge(smtp.rcpt(to)[0], "the recipient")
        code, _ = smtp.docmd("DATA")
        if code != _GO_AHEAD:
            self._judge(max(code, _LATER), "the letter")

    def _judge(self, code: int, what: str) -> None:
        """Go on, or say what a number of the server means.

        Raises:
            NotSentError: It may take it later, or the connection has ended.
            RefusedError: It never will.
        """
        if _LATER > code >= 200:
            return
        if code >= _NEVER:
            raise RefusedError(
                f"{self._server} refuses {what} for good ({code}).",
                hint="Correct `mail.sender` in okr.yaml."
                if what == "the sender"
                else "Correct the person's `email` in okr.yaml.",
            )
        raise NotSentError(
            f"{self._server} does not take {what} now ({max(code, 0) or 'it hung up'}).",
            hint="It is tried again later.",
        )

    # The connection

    def _ready(self) -> smtplib.SMTP:
        if self._smtp is not None and self._alive(self._smtp):
            return self._smtp
        self._leave()
        if self.mail.user and not self.password:
            raise ConfigError(
                f"{self._server} asks for a password, which is not set.",
                hint=f"Set {PASSWORD_VARIABLE}, or remove `mail.user` from okr.yaml.",
            )
        try:
            self._smtp = self._connected()
        except ssl.SSLCertVerificationError as error:
            raise AccessError(
                f"{self._server} shows a certificate that is not believed "
                f"({error.verify_message or 'it cannot be verified'}).",
                hint="Correct `mail.smtp` in okr.yaml, or set SSL_CERT_FILE to the certificate of "
                "your company's authority.",
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise self._not_sent(error) from None
        return self._smtp

    def _alive(self, smtp: smtplib.SMTP) -> bool:
        """Whether a server that was silent between two letters still listens."""
        with suppress(OSError, smtplib.SMTPException), self._in_time(smtp):
            return bool(smtp.noop()[0] == 250)
        return False

    def _connected(self) -> smtplib.SMTP:
        mail, seconds = self.mail, float(self.mail.timeout)
        name = ascii_domain(mail.sender_address).rpartition("@")[2]  # no look-up of our own
        trust = self.trust or ssl.create_default_context()
        smtp = (
            smtplib.SMTP_SSL(local_hostname=name, timeout=seconds, context=trust)
            if mail.secured_by == "tls"
            else smtplib.SMTP(local_hostname=name, timeout=seconds)
        )
        # What `starttls` compares the certificate with; set by the constructor only if it connects.
        smtp._host = mail.host  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            with self._in_time(smtp):
                self._greet(smtp, trust)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _greet(self, smtp: smtplib.SMTP, trust: ssl.SSLContext) -> None:
        code, _ = smtp.connect(self.mail.host, self.mail.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, b"")
        smtp.ehlo_or_helo_if_needed()
        if self.mail.secured_by == "starttls":
            if not smtp.has_extn("starttls"):
                raise ConfigError(
                    f"{self._server} offers no STARTTLS; nothing is sent unencrypted.",
                    hint="Write the port of its TLS, such as 465, in `mail.smtp` of okr.yaml.",
                )
            smtp.starttls(context=trust)
            smtp.ehlo_or_helo_if_needed()
        if self.mail.user:
            self._log_in(smtp, self.mail.user)

    def _log_in(self, smtp: smtplib.SMTP, user: str) -> None:
        try:
            smtp.login(user, self.password)
        except smtplib.SMTPNotSupportedError:
            raise ConfigError(
                f"{self._server} takes no login.", hint="Remove `mail.user` from okr.yaml."
            ) from None
        except smtplib.SMTPAuthenticationError as error:
            if _LATER <= error.smtp_code < _NEVER:
                raise smtplib.SMTPConnectError(error.smtp_code, b"") from None
            raise AccessError(
                f"{self._server} refuses the login of `{user}` ({error.smtp_code}).",
                hint=f"Correct `mail.user` in okr.yaml or {PASSWORD_VARIABLE}.",
            ) from None

    @contextmanager
    def _in_time(self, smtp: smtplib.SMTP) -> Iterator[None]:
        """Within the block the connection is cut when it takes too long in all."""

        def cut() -> None:
            if smtp.sock is not None:
                with suppress(OSError):
                    smtp.sock.shutdown(socket.SHUT_RDWR)

        timer = Timer(_WHOLE * float(self.mail.timeout), cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _leave(self) -> None:
        """End the connection; what it says at the end interests nobody."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(OSError, smtplib.SMTPException), self._in_time(smtp):
            smtp.quit()
        smtp.close()

    def _not_sent(self, error: Exception) -> NotSentError:
        code = getattr(error, "smtp_code", None)
        match error:
            case TimeoutError():
                why = "did not answer in time"
            case ConnectionRefusedError():
                why = "is not there"
            case socket.gaierror():
                why = "has no address: its name is unknown"
            case _ if code:
                why = f"is not ready ({code})"
            case _:
                why = f"ended the connection ({type(error).__name__})"
        return NotSentError(
            f"{self._server} {why}.",
            hint="Look at the server, or correct `mail.smtp` in okr.yaml; it is tried again later.",
        )

    @property
    def _server(self) -> str:
        return f"mail server {self.mail.host}:{self.mail.port}"
