"""JQL as tokens, with the line and character that Jira's error messages name."""

import re
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["word", "string", "operator", "(", ")", ",", "end"]

_PATTERN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<open>["'])
    | (?P<operator>!=|!~|>=|<=|=|~|>|<)
    | (?P<logic>&&?|\|\|?|!)
    | (?P<mark>[(),])
    | (?P<word>(?:cf\[\d+\]|[^\s=!<>~(),"'|&\[\]])+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LOGIC = {"&": "AND", "|": "OR", "!": "NOT"}
_MARKS: dict[str, TokenKind] = {"(": "(", ")": ")", ",": ","}


class JqlError(Exception):
    """A query that Jira refuses; the text is the message that Jira gives."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` of a string is without its quotes and escapes."""

    kind: TokenKind
    text: str
    line: int
    character: int

    @property
    def where(self) -> str:
        """Its place, as Jira's messages name it."""
        return f"(line {self.line}, character {self.character})"

    def is_word(self, *words: str) -> bool:
        """True for one of these keywords, in any case; a quoted string never is one."""
        return self.kind == "word" and self.text.upper() in words


def tokens(jql: str) -> list[Token]:
    """The query's tokens, closed by one of kind ``end``.

    Raises:
        JqlError: a string without its closing quote, or a character that JQL reserves.
    """
    found: list[Token] = []
    at = 0
    while at < len(jql):
        match = _PATTERN.match(jql, at)
        line, character = _place(jql, at)
        if match is None:
            raise JqlError(
                f"Error in the JQL Query: The character '{jql[at]}' is a reserved JQL character. "
                "You must enclose it in a string or use the escape "
                f"'\\u{ord(jql[at]):04x}' instead. (line {line}, character {character})"
            )
        if match.lastgroup == "open":
            raise JqlError(
                f"Error in the JQL Query: The quoted string '{jql[at + 1 :]}' has not been "
                f"completed. (line {line}, character {character})"
            )
        if match.lastgroup != "space":
            found.append(_token(match, line, character))
        at = match.end()
    return [*found, Token("end", "", *_place(jql, len(jql)))]


def _token(match: re.Match[str], line: int, character: int) -> Token:
    text = match.group()
    if match.lastgroup == "string":
        return Token("string", re.sub(r"\\(.)", r"\1", text[1:-1]), line, character)
    if match.lastgroup == "operator":
        return Token("operator", text, line, character)
    if match.lastgroup == "logic":
        return Token("word", _LOGIC[text[0]], line, character)
    return Token(_MARKS.get(text, "word"), text, line, character)


def _place(jql: str, at: int) -> tuple[int, int]:
    before = jql[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
