"""The demo's doors for people without a terminal: its page and its mail server, on loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from okr_cli.shell.dotenv import variables_of
from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_flows.people.keys import VARIABLE, Keys
from okr_sandbox import Mailbox

if TYPE_CHECKING:
    from okr_store import Store

MAIL = "mail"
"""Folder of the letters."""
_PAGE, _MAIL = 4271, 4272
"""Where page and mail server are, unless something else is there when the demo is made."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Ports of this machine, as okr.yaml names them.

    Attributes:
        page: Of the page.
        mail: Of the mail server.
    """

    page: int
    mail: int

    @classmethod
    def chosen(cls, *, usual: bool) -> Doors:
        """Two that are free: the usual ones if they are, or any."""
        first = _free_port(_PAGE if usual else 0)
        return cls(first, _free_port(_MAIL if usual else 0))

    @property
    def places(self) -> dict[str, str]:
        """Mark in the demo's okr.yaml → address."""
        return {"page_url": self.url, "mail_server": f"127.0.0.1:{self.mail}"}

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://127.0.0.1:{self.page}"

    def mailbox(self, home: Path) -> Mailbox:
        """The mail server.

        Raises:
            RefusalError: Something else is on its port.
        """
        try:
            return Mailbox(home / MAIL, port=self.mail)
        except OSError as error:
            raise self._taken(self.mail) from error

    @contextmanager
    def page_of(self, home: Path, store: Store, clock: Callable[[], datetime]) -> Iterator[None]:
        """The page answers while the block lasts.

        Args:
            home: The workspace, whose .env says what links are signed with.
            store: What it answers from.
            clock: Gives the time, aware.

        Raises:
            RefusalError: Something else is on its port.
            ConfigError: .env has nothing to sign with.
        """
        # By its name: two doors that know nothing of each other, and one is slow to load.
        served = resolve_name("okr_web.serving:served_beside")
        keys = Keys(variables_of(home).get(VARIABLE, ""))
        with ExitStack() as stack:
            try:
                stack.enter_context(served(store, keys, clock, self.page))
            except OSError as error:
                raise self._taken(self.page) from error
            yield

    def _taken(self, port: int) -> RefusalError:
        return RefusalError(
            f"port {port}, where okr.yaml has the page or the mail server, is taken.",
            hint=f"End what uses it, such as another {okr('demo --serve').code}; or write another "
            "port into `web.url` or `mail.smtp` of okr.yaml, start again, and run "
            f"{okr('apply', reason='another port').code} there.",
        )


def _free_port(wanted: int) -> int:
    try:
        with socket.create_server(("127.0.0.1", wanted)) as probe:
            return int(probe.getsockname()[1])
    except OSError:  # another playground is up
        return _free_port(0)
