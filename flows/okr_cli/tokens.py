"""Tokens: what can be wrong with the words of a command line before it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from okr_core.basics.command import okr
from okr_core.errors import InputError

_FRONT = re.compile(r"[-\N{MINUS SIGN}]?\d{1,3}", re.ASCII)
_THOUSANDS = re.compile(r"\d{3}(?:\.\d+)?", re.ASCII)
_DASHED = re.compile(r"-\.?[\d\s]")
"""A number below zero, or a text that begins like an item of a list."""


def refuse_bytes(tokens: Sequence[str]) -> None:
    """Refuse bytes that are no UTF-8: they can be no word or number, only a file's name.

    Raises:
        InputError: A token holds some; the message names its option and the command.
    """
    for place, token in enumerate(tokens):
        if token.isascii() or _is_text(token) or Path(token).exists():
            continue
        option, sign, _ = token.partition("=")
        before = tokens[place - 1] if place else ""
        if sign and option.startswith("--"):
            what = f"`{option}`"
        else:
            what = f"`{before}`" if before.startswith("-") else "an argument"
        command = " ".join(each for each in tokens[:2] if _is_text(each))
        raise InputError(
            f"{what} of {okr(command).code} holds bytes that are no UTF-8.",
            hint="Type it once more, or set the terminal to UTF-8.",
        )


def dashes_told(tokens: Sequence[str]) -> str:
    """What a dash did to a command line that could not be read; empty if it did nothing."""
    if "--" in tokens:
        behind = [each for each in tokens[tokens.index("--") + 1 :] if each.startswith("--")]
        if behind:
            return (
                f"`{behind[0]}` stands behind `--`, where nothing is an option. Write options "
                "before it."
            )
    for token in tokens:
        if _DASHED.match(token) and not _is_number(token):
            return (
                f"{token!r} begins with a dash and is taken for an option. Write a number without "
                "its unit, and a text with an equals sign: `--note='- done'`."
            )
    return ""


def blanks_told(tokens: Sequence[str]) -> str:
    """What a blank within a number did to a command line; empty if there was none."""
    for one, other in pairwise(tokens):
        if _FRONT.fullmatch(one) and _THOUSANDS.fullmatch(other):
            return f"`{one} {other}` is two words. Write {one}{other}, or put it into quotes."
    return ""


def _is_text(token: str) -> bool:
    try:
        token.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(token: str) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True
