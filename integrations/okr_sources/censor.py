"""Censor: texts without the secrets that signed a request, since servers repeat what they get.

A secret is found in these forms: as it is, in hexadecimal, in Base64 (alone or behind a user, as
Basic authentication does) and in Base64 of that, percent-encoded, with the escapes of JSON or HTML,
several of these on top of each other, in other case, and in pieces. It is not found in other
encodings, backwards, or with characters in between: no server repeats it so by mistake.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import TypeVar, cast

from okr_core.errors import OkrError
from okr_core.record.evidence import Evidence
from okr_sources.answers import Answer, Suspect, Unavailable
from okr_sources.source import Check

HIDDEN = "…"
PIECE = 8
"""Characters by which a piece of a secret is recognised; fewer tell too little of one."""
SPLIT = 16
"""Characters of a secret from which on its pieces are looked for; shorter ones only as a whole."""
LEAST = 6
"""Characters that a secret has at least: texts are full of shorter ones."""
_HEX = 16
"""Digits by which a piece of a secret in hexadecimal is recognised: ids are full of fewer."""
_MARK = 20
"""Characters of a mark: longer ones are not found any faster."""
_LEVELS = 4
"""Encodings on top of each other that are looked through."""
# One pattern per first character: such a pattern is looked for as fast as the character.
_ESCAPES = (
    re.compile(r"%[0-9A-Fa-f]{2}"),
    re.compile(r"\\\\*(?:u00[2-7][0-9A-Fa-f]|x[2-7][0-9A-Fa-f]|/)"),
    re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});?"),
)
_ESCAPE = re.compile("|".join(pattern.pattern for pattern in _ESCAPES))
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

Places = Sequence[int]
A = TypeVar("A", bound=Answer)


class Censor:
    """Takes secrets out of texts; shows nothing of them itself.

    Args:
        secrets: Such as `Credentials.secrets`; empty ones hide nothing.

    >>> Censor(["s3cret T0ken"]).text("no s3cret T0ken here, nor s3cret+T0ken, nor s3cret%20T0ken")
    'no … here, nor …, nor …'
    """

    __slots__ = ("_escapes", "_marks", "_pieces")

    def __init__(self, secrets: Iterable[str]) -> None:
        given = [secret for secret in secrets if secret]
        pieces: dict[int, set[str]] = {}
        hexes = {*_in_hex(given)}
        for form in {*_forms_of(given), *_in_base64(given), *_twice_in_base64(given), *hexes}:
            piece = _HEX if form in hexes else PIECE
            size = len(form) if len(form) < max(SPLIT, piece) else piece
            if len(form) >= LEAST:
                lowered = form.translate(_LOWER)
                found = pieces.setdefault(size, set())
                found.update(lowered[at : at + size] for at in range(len(form) - size + 1))
        self._pieces = tuple(pieces.items())
        self._escapes = (_percent("".join(_alone(given))), *_ESCAPES[1:])
        marks = {mark for form in _forms_of(given) for mark in _marks_of(form)}
        # Each mark costs a look through the whole text: rare forms have one.
        for form in (*hexes, *map(_base64_text, _base64s(given))):
            marks.update([*_marks_of(form)][:1])
        self._marks = tuple({mark.translate(_LOWER).encode() for mark in marks})

    def text(self, text: str) -> str:
        """The text with `…` for each secret and each piece of one."""
        if not self._pieces or not text:
            return text
        spans = [span for level in _read_through(text) for span in self._found(*level)]
        return _without(text, sorted(spans)) if spans else text

    def sees(self, text: str) -> bool:
        """Whether a text may hold a secret, in any case: quick, for texts of many megabytes.

        Of a secret that was cut in two, the whole half is seen; smaller pieces are what `text`
        takes out of the shorter texts that come of it.
        """
        if not self._marks:
            return False
        for _ in range(_LEVELS):
            # Of bytes only ASCII changes its case, and much faster than of text.
            lowered = text.encode("utf-8", "surrogatepass").lower()
            if any(mark in lowered for mark in self._marks):
                return True
            read = text
            for escape in self._escapes:
                read = escape.sub(_meant, read)
            if read == text:
                return False
            text = read
        return True  # so many encodings have one purpose: it is looked at closely

    def answer(self, answer: A) -> A:
        """The answer without secrets in any of its texts, those of its evidence too."""
        return cast("A", self._answer(answer))

    def _answer(self, answer: Answer) -> Answer:
        if isinstance(answer, Unavailable):
            return replace(answer, reason=self.text(answer.reason), hint=self.text(answer.hint))
        evidence = self.evidence(answer.evidence)
        if evidence is not answer.evidence:
            answer = replace(answer, evidence=evidence)
        return replace(answer, why=self.text(answer.why)) if isinstance(answer, Suspect) else answer

    def check(self, check: Check) -> Check:
        """A line of `okr doctor` without secrets."""
        text = self.text
        return Check(text(check.subject), check.outcome, text(check.message), text(check.hint))

    def error(self, error: OkrError) -> OkrError:
        """The same error, its texts without secrets."""
        error.message, error.hint = self.text(error.message), self.text(error.hint)
        error.args = (error.message,)
        return error

    def evidence(self, evidence: Evidence) -> Evidence:
        """The evidence without secrets in any of its texts; itself where there are none."""
        rows, text = evidence.rows, self.text
        said = [evidence.query, evidence.measure, evidence.link, evidence.reconstructed]
        said += [*evidence.notes, *evidence.assumptions, *evidence.missing]
        if rows:
            ids, _, _, labels = zip(*rows, strict=True)
            said += [*ids, *filter(None, labels)]
        if not self.sees("\n".join(said)):
            return evidence
        return replace(
            evidence,
            query=text(evidence.query),
            measure=text(evidence.measure),
            link=text(evidence.link),
            notes=tuple(map(text, evidence.notes)),
            reconstructed=text(evidence.reconstructed),
            assumptions=tuple(map(text, evidence.assumptions)),
            missing=tuple(map(text, evidence.missing)),
            rows=tuple(row._replace(id=text(row.id), label=text(row.label)) for row in rows),
        )

    def _found(self, text: str, starts: Places, ends: Places) -> Iterator[tuple[int, int]]:
        """Where pieces stand, as places in the text as it came."""
        lowered = text.translate(_LOWER)
        for size, pieces in self._pieces:
            for at in range(len(lowered) - size + 1):
                if lowered[at : at + size] in pieces:
                    yield starts[at], ends[at + size - 1]


def _read_through(text: str) -> Iterator[tuple[str, Places, Places]]:
    """The text, the same with its escapes read, and so on; and where each character came from."""
    starts: Places = range(len(text))
    ends: Places = range(1, len(text) + 1)
    for _ in range(_LEVELS):
        yield text, starts, ends
        parts: list[str] = []
        begun: list[int] = []
        ended: list[int] = []
        at = 0
        for match in _ESCAPE.finditer(text):
            begin, end = match.span()
            meant = _meant(match)
            parts += [text[at:begin], meant]
            begun += [*starts[at:begin], *[starts[begin]] * len(meant)]
            ended += [*ends[at:begin], *[ends[end - 1]] * len(meant)]
            at = end
        if not at:
            return
        parts.append(text[at:])
        text, starts, ends = "".join(parts), [*begun, *starts[at:]], [*ended, *ends[at:]]


def _meant(match: re.Match[str]) -> str:
    """What an escape stands for; itself where that is no plain character."""
    said = match.group()
    if said[0] == "&":
        return html.unescape(said)
    if said[0] == "%":
        code = int(said[1:], 16)
        return chr(code) if code < 128 else said
    told = said.lstrip("\\")
    return told if told == "/" else chr(int(told[1:], 16))


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for begin, end in spans:
        if begin > at or not parts:
            parts += [text[at:begin], HIDDEN]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _forms_of(secrets: Sequence[str]) -> Iterator[str]:
    """Secrets as they are signed with and repeated: as they are, in JSON, and in Base64."""
    yield from _base64s(secrets)
    for secret in _alone(secrets):
        yield from (secret, secret.replace(" ", "+"), json.dumps(secret)[1:-1])


def _alone(secrets: Sequence[str]) -> list[str]:
    """Without `user:token`, which travels in Base64 alone: a user by himself is no secret."""
    return [s for s in secrets if not any(s.endswith(f":{other}") for other in secrets)]


def _in_base64(secrets: Sequence[str]) -> Iterator[str]:
    """What Base64 makes of secrets, wherever they stand in what is encoded, in both alphabets."""
    for secret in _alone(secrets):
        for before in range(3):
            encoded = _base64(bytes(before) + secret.encode())
            core = encoded[ceil(before * 8 / 6) : (before + len(secret)) * 8 // 6]
            yield from (core, core.replace("+", "-").replace("/", "_"))


def _in_hex(secrets: Sequence[str]) -> Iterator[str]:
    """The bytes of secrets in hexadecimal."""
    yield from (secret.encode().hex() for secret in _alone(secrets))


def _twice_in_base64(secrets: Sequence[str]) -> Iterator[str]:
    """What Base64 makes of secrets that are in Base64 already, alone or behind a user."""
    yield from _in_base64(_base64s(secrets))


def _base64s(secrets: Sequence[str]) -> list[str]:
    return [_base64(secret.encode()) for secret in secrets]


def _base64_text(text: str) -> str:
    return _base64(text.encode())


def _percent(characters: str) -> re.Pattern[str]:
    """Percent-encoded characters that matter: what Notion's ids are full of does not slow us."""
    # Escapes on top of each other are spelt with these.
    characters += "0123456789abcdefABCDEFxu#;+/=%&\\"
    codes = {f"{ord(each):02x}" for each in characters if ord(each) < 128}
    spelt = ("".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in code) for code in codes)
    return re.compile(f"%(?:{'|'.join(sorted(spelt))})")


def _marks_of(form: str) -> Iterator[str]:
    """By what a form is noticed: of one in two pieces, either half is whole in one of them."""
    if len(form) >= SPLIT:
        half = len(form) // 2
        yield from (form[:half][:_MARK], form[half:][:_MARK])
    elif len(form) >= LEAST:
        yield form


def _base64(content: bytes) -> str:
    return b64encode(content).decode().rstrip("=")
