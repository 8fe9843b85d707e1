"""Workspace id: what tells workspaces apart that share a Prefect server; never changes."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator

from okr_core.basics.base import shortened

MAX_LENGTH = 40
_NAME_LENGTH = 24
_LETTERS = 4
_WRITTEN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _valid_id(text: str) -> str:
    if len(text) > MAX_LENGTH or _WRITTEN.fullmatch(text) is None:
        raise ValueError(
            f"{shortened(text)} is no workspace id. Write at most {MAX_LENGTH} lower-case letters "
            "and digits with single dashes between them, such as acme-kqzm."
        )
    return text


WorkspaceId = Annotated[str, AfterValidator(_valid_id)]
"""Lower-case letters and digits, single dashes between them, at most 40 characters."""


def workspace_id_from(organization: str, seed: bytes) -> str:
    """The id of a workspace that nobody named: its organisation, and four letters of the seed.

    >>> workspace_id_from("Café Acme & Co.", b"1")
    'cafe-acme-co-dewl'
    >>> workspace_id_from("客户成功", b"1")
    'okr-dewl'
    """
    ascii_text = unicodedata.normalize("NFKD", organization).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower())[:_NAME_LENGTH].strip("-") or "okr"
    letters = "".join(chr(ord("a") + byte % 26) for byte in sha256(seed).digest()[:_LETTERS])
    return f"{name}-{letters}"
