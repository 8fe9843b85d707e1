"""Messages: what a run tells a route, and who was told; pure, knows no Prefect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_flows.notify.notices import TOLD, html_of, is_html


@dataclass(frozen=True, slots=True)
class Message:
    """What one route is told.

    Attributes:
        route: Team or circle.
        about: Names the news: a route is told the same news once.
        subject: Of a mail.
        text: For a chat.
        html: For mail; empty: the text.
    """

    route: str
    about: str
    subject: str
    text: str
    html: str = ""

    def for_block(self, block: str, link: str = "") -> str:
        """What a block sends.

        Args:
            block: Its name with its type: some send HTML.
            link: Address under which there is more; HTML of its own has one.

        >>> Message("growth", "sync", "A sync", "fell to <1").for_block("slack-webhook/growth")
        'fell to <1'
        """
        text = "\n".join(filter(None, (self.text, link)))
        if not is_html(block):
            return text
        return self.html or html_of(text)


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told.

    Attributes:
        routes: Those that were told now.
        before: Those that another run had told the same.
        failed: Route → why it could not be told.
    """

    routes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, message: str) -> str:
        """The message of a run's state: who was told of it, or that somebody could not be.

        One that begins with `TOLD` says that nobody else needs to tell.

        >>> Told(("growth", "ops")).sentence("1 of 2 key results observed")
        'Told growth, ops: 1 of 2 key results observed'
        >>> Told(before=("growth",)).sentence("1 of 2 key results observed")
        'Told before: 1 of 2 key results observed'
        >>> Told(failed={"growth": "Not reached."}).sentence("1 of 2 key results observed")
        '1 of 2 key results observed; could not tell growth: Not reached.'
        """
        if self.failed:
            lines = (f"could not tell {route}: {why}" for route, why in self.failed.items())
            return "; ".join([message, *lines])
        if self.routes:
            return f"{TOLD}{', '.join(self.routes)}: {message}"
        return f"{TOLD}before: {message}" if self.before else message
