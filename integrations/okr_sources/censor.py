"""Censor: texts without the secrets that signed a request, since servers repeat what they get."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus


class Censor:
    """Takes secrets out of texts; shows nothing of them itself.

    Cut a text only after it was censored: half a token is not recognised.

    Args:
        secrets: Such as `Credentials.secrets`; empty ones hide nothing.

    >>> Censor(["s3cret T0ken"]).text("no s3cret T0ken here, nor s3cret+T0ken")
    'no … here, nor …'
    """

    __slots__ = ("_forms",)

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if secret for form in _forms_of(secret)}
        # The longest first: a short form may be a part of a long one.
        self._forms = sorted(forms, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text with `…` for each secret, in whichever form it is repeated."""
        for form in self._forms:
            text = text.replace(form, "…")
        return text


def _forms_of(secret: str) -> Iterator[str]:
    """A secret as it travels: as it is, percent-encoded, in Base64."""
    yield from (secret, quote(secret, safe=""), quote_plus(secret))
    yield b64encode(secret.encode()).decode()
