"""Access: what is kept of personal links to the page, so that they can be ended and used up."""

from __future__ import annotations

from typing import Literal

from okr_core.record.body import RecordedBody


class LinksRevoked(
    RecordedBody, decision=True, judges=False, after_close=True, words=("person", "reason")
):
    """All links and sessions that a person had by then are worth nothing any more.

    Attributes:
        person: Id of whose they were.
        reason: Why, such as a lost phone.
    """

    kind: Literal["links_revoked"] = "links_revoked"
    person: str
    reason: str = ""


class LinkUsed(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """A link that opens once was opened; its entry's key is the link's own number.

    Attributes:
        purpose: What it was for.
    """

    kind: Literal["link_used"] = "link_used"
    purpose: str
