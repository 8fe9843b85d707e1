"""A visit: somebody opens the link of a letter and checks in by the page, as a browser would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import httpx

_LINK = re.compile(r"https?://\S+/l/\S+")
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_SECONDS = 60


def link_in(letter: Path) -> str:
    """The personal link of a letter.

    Raises:
        RuntimeError: It has none.
    """
    part = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",))
    found = _LINK.search(str(part.get_content()) if part else "")
    if found is None:
        raise RuntimeError(f"{letter.name} holds no personal link")
    return found[0]


def check_in_by(link: str, key_result: str, fields: Mapping[str, str]) -> None:
    """Open a personal link, press its button, fill a key result's fields in and send them.

    Args:
        link: As it came by mail.
        key_result: Id.
        fields: Field of the form → what is written into it.

    Raises:
        RuntimeError: The page refused one of these steps.
    """
    address, _, token = link.partition("/l/")
    with httpx.Client(base_url=address, timeout=_SECONDS, follow_redirects=True) as browser:
        _shown(browser.get(link))
        _shown(browser.post("/l", data={"token": token}))
        form = _hidden(_shown(browser.get(f"/goal/{key_result}")))
        form |= {f"k|{key_result}|{field}": text for field, text in fields.items()}
        _shown(browser.post("/me", data=form))


def _hidden(page: str) -> dict[str, str]:
    return {unescape(name): unescape(value) for name, value in _HIDDEN.findall(page)}


def _shown(answer: httpx.Response) -> str:
    if not answer.is_success:
        raise RuntimeError(f"the page answered {answer.status_code} to {answer.request.method}")
    return answer.text
