"""Pairs: options of the form NAME=VALUE."""

from __future__ import annotations

from collections.abc import Iterable

from okr_core.errors import InputError


def pairs_of(texts: Iterable[str], option: str, form: str) -> dict[str, str]:
    """Name → value of options such as `--set KR=VALUE`.

    Args:
        texts: As they were typed.
        option: What the option is called in a complaint.
        form: What to write, such as `KR=VALUE`.

    Raises:
        InputError: One has no `=`, no name or no value, or a name is given twice.

    >>> pairs_of(["nps=40", "launch/beta=done"], "--set", "KR=VALUE")
    {'nps': '40', 'launch/beta': 'done'}
    """
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign and value):
            raise InputError(f"{option} `{text}` is not of the form {form}.", hint=f"Write {form}.")
        if name in found:
            raise InputError(f"{option} names `{name}` twice.", hint="Give each once.")
        found[name] = value
    return found
