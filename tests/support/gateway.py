"""A gateway that repeats what signed a request, in every way it can, and the search for it.

Four tools stand behind it: Jira Cloud, Jira Data Center, Notion and a JSON endpoint. They are read,
and scores are written back to the three that take them.
"""

from __future__ import annotations

import html
import json
import re
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from okr_sources.testing.hostile import Hostile, Play

USER = "ana@acme.example"
TOKEN = "Zk3+xQ/7vB9mT1=wR5-yL8_pN2"
CANARY = "canary-of-the-gateway"
WINDOW = 10
"""Characters of a token that tell something of it."""
SHAPES = {f"{user}{TOKEN}" for user in ("", f"{USER}:")}
PARTS = {TOKEN, *(b64encode(shape.encode()).decode().rstrip("=") for shape in SHAPES)}
WORKSPACE = """\
organization: Acme
id: gate
people: {ada: {name: Ada}}
connections:
  cloud: {kind: jira, url: "<url>", retries: 1, write_back: {property: okr, comment: true}}
  center:
    {kind: jira, url: "<url>", retries: 1, deployment: datacenter, write_back: {property: okr}}
  wiki: {kind: notion, url: "<url>", retries: 1, write_back: {score: Score}}
  crm: {kind: http, url: "<url>", retries: 1, options: {allow_private: true}}
"""
PLAN = """\
cycle: {id: <cycle>, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: o
    title: Nothing comes out
    owner: ada
    key_results:
"""
BINDINGS = {
    "cloud": '{jira: {connection: cloud, jql: "labels = a", measure: count}}',
    "center": '{jira: {connection: center, jql: "labels = a", measure: {sum: Points}}}',
    "wiki": '{notion: {connection: wiki, data_source: "<id>", measure: {sum: Points}}}',
    "crm": '{http: {connection: crm, url: /n, value: "n"}}',
    "number": '{http: {connection: crm, url: /m, value: "a"}}',
}
MIRRORS = {
    "cloud": "{jira: {connection: cloud, issue: A-1}}",
    "center": "{jira: {connection: center, issue: A-1}}",
    "wiki": "{notion: {connection: wiki, page: <id>}}",
}
NAMES = ("CLOUD", "CENTER", "WIKI", "CRM")
ENVIRONMENT = {"OKR_CLOUD_USER": USER, **{f"OKR_{name}_TOKEN": TOKEN for name in NAMES}}


def write_files(folder: Path, url: str, cycle: str = "2026-q4") -> None:
    """The workspace and the plan of a company whose tools all stand behind one address."""
    (folder / "cycles").mkdir()
    (folder / "okr.yaml").write_text(WORKSPACE.replace("<url>", url), encoding="utf-8")
    lines = [PLAN.replace("<cycle>", cycle)]
    for name, source in BINDINGS.items():
        lines += [
            f"      - id: o.{name}\n        title: {name}\n",
            "        metric: {kind: increase, baseline: 0, target: 9}\n",
            f"        source: {source}\n",
            *([f"        mirror: {MIRRORS[name]}\n"] if name in MIRRORS else []),
        ]
    text = "".join(lines).replace("<id>", "0" * 32)
    (folder / "cycles" / f"{cycle}.yaml").write_text(text, encoding="utf-8")


def _basic(text: str) -> str:
    return text if text.startswith("Basic ") else b64encode(text.encode()).decode()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "Base64": _basic,
    "slashes": lambda text: text.replace("/", "\\/"),
    "escapes": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "percent": lambda text: quote(text, safe=""),
    "entities": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "named entities": lambda text: html.escape(text).replace("+", "&plus;").replace("/", "&sol;"),
}


def _signature(request: bytes) -> str:
    found = re.search(rb"\r\nauthorization: ([^\r]*)", request, re.IGNORECASE)
    return found.group(1).decode() if found else ""


def _answer(status: int, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    head = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", *headers]
    head += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1") + body


def in_words(encoding: str, status: int) -> Play:
    """The signature in the words of a refusal, in the bytes of the body already."""

    def play(server: Hostile, connection: socket.socket, request: bytes) -> None:
        shown = ENCODINGS[encoding](_signature(request))
        inside = shown if "\\" in shown else json.dumps(shown)[1:-1]
        words = f"{CANARY}: bad header Authorization: {inside}"
        body = (
            f'{{"errorMessages": ["{words}"], "message": "{words}", "object": "error", '
            f'"code": "validation_error", "{inside}": 1, "a": "{inside}", "issues": []}}'
        )
        server.say(connection, _answer(status, body.encode()))

    return play


def split(server: Hostile, connection: socket.socket, request: bytes) -> None:
    """Half of it in one field, half in another."""
    text = _signature(request)
    halves = text[: len(text) // 2 + 3], text[len(text) // 2 + 3 :]
    told = {"errorMessages": [CANARY, *halves], "errors": {"a": halves[0], "b": halves[1]}}
    body = {**told, "message": " ".join([CANARY, *halves]), "code": "validation_error"}
    server.say(connection, _answer(400, json.dumps(body).encode()))


def in_headers(server: Hostile, connection: socket.socket, request: bytes) -> None:
    """In every header that is looked at."""
    text = _signature(request)
    headers = (f"RateLimit-Reason: {CANARY} {text}", f"X-Echo: {text}", f"Set-Cookie: a={text}")
    server.say(connection, _answer(429, b"{}", *headers))


def in_redirect(server: Hostile, connection: socket.socket, request: bytes) -> None:
    """In the address that a redirect leads to."""
    text = quote(_signature(request).partition(" ")[2], safe="")
    where = f"Location: https://{text}.{CANARY}.example/{text}?t={text}"
    server.say(connection, _answer(302, b"", where))


def in_page(server: Hostile, connection: socket.socket, request: bytes) -> None:
    """On an error page for people."""
    text = html.escape(_signature(request))
    page = f"<html><h1>{CANARY}</h1><pre>Authorization: {text}</pre></html>"
    server.say(connection, _answer(403, page.encode(), kind="text/html"))


PLAYS: dict[str, Play] = {
    **{f"{name}, 400": in_words(name, 400) for name in ENCODINGS},
    "plain, 200": in_words("plain", 200),
    "escapes, 200": in_words("escapes", 200),
    "plain, 500": in_words("plain", 500),
    "split": split,
    "in headers": in_headers,
    "in a redirect": in_redirect,
    "in a page": in_page,
}
SILENT = ("in a redirect", "in a page", "plain, 500", "plain, 200", "escapes, 200")
"""Plays whose words are not quoted to anybody by every tool."""


def decoded(text: str) -> Iterator[str]:
    """The text as it is, and as whoever reads it closely would."""
    for _ in range(4):
        yield text
        text = html.unescape(unquote(text)).replace("\\/", "/")
        text = re.sub(r"\\+u00([0-9a-fA-F]{2})", lambda m: chr(int(m.group(1), 16)), text)


def pieces(text: str) -> list[str]:
    """Pieces of the token that the text tells."""
    windows = [part[at : at + WINDOW] for part in PARTS for at in range(len(part) - WINDOW + 1)]
    # What Base64 makes of the user alone is no secret.
    user = b64encode(USER.encode()).decode()[: len(USER)]
    telling = [window for window in windows if window not in user]
    return [each for read in decoded(text) for each in telling if each in read]
