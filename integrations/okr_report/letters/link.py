"""Link: what a person is mailed who asked for their personal link."""

from __future__ import annotations

from html import escape
from zoneinfo import ZoneInfo

from okr_report.letters.frame import Written, framed, linked, small, words
from okr_report.locale import Language


def link_mail(
    name: str, organization: str, link: str, zone: ZoneInfo, language: Language = "en"
) -> Written:
    """The mail with a personal link.

    Args:
        name: What the person is called.
        organization: Whose page it opens.
        link: Opens the page as this person.
        zone: Of the workspace.
        language: Of the mail.
    """
    word = words(language, zone)
    hello, said, end = word("hello", name=name), word("link_opens"), word("link_unasked")
    return Written(
        word("link_subject", organization=organization),
        f"{hello}\n\n{said}\n{link}\n\n{end}",
        framed(language, [f"<p>{escape(hello)}</p>", linked(said, link), *small([end])]),
    )
