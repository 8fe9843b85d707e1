"""The page on a port of this machine, with a clock that a test sets, and readers who opened it."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

import httpx
import uvicorn
from mail_servers import Inbox, mail_server
from web_company import NOW, WORKSPACE, change_workspace

from okr_flows.people.keys import Keys, Purpose
from okr_flows.people.links import epoch_of
from okr_mail import Session
from okr_store import Store
from okr_web import House, create_app

SECRET = "a secret that no page may ever show to anybody"


@dataclass
class Served:
    """A page that answers.

    Attributes:
        now: What its clock says.
    """

    store: Store
    address: str = ""
    now: datetime = NOW
    keys: Keys = field(default_factory=lambda: Keys(SECRET))

    def link(self, person: str, purpose: Purpose = "page") -> str:
        """The path of a new link."""
        token = self.keys.link(person, purpose, epoch_of(self.store, person), self.now)
        return f"/l/{token}"

    @contextmanager
    def anybody(self, **headers: str) -> Iterator[httpx.Client]:
        """A browser that nobody signed in to."""
        with httpx.Client(base_url=self.address, headers=headers, timeout=60) as client:
            yield client

    @contextmanager
    def reader(self, person: str, **headers: str) -> Iterator[httpx.Client]:
        """A browser in which a person pressed their link's button."""
        with self.anybody(**headers) as client:
            pressed = client.post("/l", data={"token": self.link(person).rpartition("/")[2]})
            assert pressed.status_code == 303, pressed.text
            yield client


@contextmanager
def served(store: Store) -> Iterator[Served]:
    """The page of a store, answering on a free port."""
    found = Served(store)
    house = House(store, found.keys, lambda: found.now, Session)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        found.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            create_app(house), proxy_headers=False, access_log=False, log_level="warning"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield found
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def mailing(page: Served, address: str = "") -> Iterator[Inbox]:
    """The page's company with a mail server, and the address under which people open the page."""
    with mail_server() as (server, inbox):
        mail = f'mail: {{smtp: "{server}", sender: okr@lumen.example, security: none}}\n'
        text = WORKSPACE.replace("web:\n", f"web:\n  url: {address or page.address}\n")
        change_workspace(page.store, text + mail)
        yield inbox


def link_in(letter: EmailMessage) -> str:
    """The personal link of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    (link,) = re.findall(r"https?://\S+/l/\S+", str(part.get_content()))
    return str(link)


def fields_of(html: str) -> dict[str, str]:
    """The hidden fields of a page's forms, as a browser would send them; of several one's last."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', html)
    return dict(found)


def send(client: httpx.Client, page: str, **answers: str) -> httpx.Response:
    """Fill fields of a page's form in and send it; `|` in a name is written `__`."""
    form = fields_of(client.get(page).text)
    form |= {name.replace("__", "|"): value for name, value in answers.items()}
    return client.post("/me", data=form)


def headings(html: str) -> str:
    """The first heading of a page."""
    found = re.search(r"<h1>(.*?)</h1>", html)
    assert found is not None, html[:400]
    return re.sub(r"<[^>]*>", "", found[1])
