"""Synonyms: words that people type for commands that are called otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SYNONYMS: Mapping[str, str] = {
    "add": "okr checkin KR VALUE",
    "backup": "okr export",
    "commit": "okr apply",
    "create": "okr init DIR",
    "dates": "okr calendar",
    "diff": "okr apply --dry-run",
    "edit": "okr pull",
    "fetch": "okr sync",
    "history": "okr revisions list",
    "ics": "okr calendar --ics FILE",
    "install": "okr deploy",
    "leave": "okr handover PERSON PERSON --leaves",
    "lint": "okr check",
    "list": "okr status",
    "log": "okr revisions list",
    "login": "okr connect KIND NAME",
    "ls": "okr status",
    "new": "okr init DIR",
    "overview": "okr status",
    "progress": "okr status",
    "push": "okr apply",
    "refresh": "okr sync",
    "reviews": "okr calendar",
    "revert": "okr pull --revision N",
    "rollback": "okr pull --revision N",
    "rollover": "okr next CYCLE",
    "save": "okr apply",
    "set": "okr checkin KR VALUE",
    "show": "okr status",
    "start": "okr init DIR",
    "team": "okr status --team TEAM",
    "test": "okr try CONNECTION QUERY",
    "undo": "okr correct KR",
    "update": "okr checkin KR VALUE",
    "validate": "okr check",
    "verify": "okr audit verify",
    "users": "okr people list",
    "whoami": "okr people list",
    "why": "okr explain KR",
}
"""Word → what does it."""


def synonym_told(tokens: Sequence[str]) -> str:
    """What command somebody may mean by the first word; empty where it is none of these."""
    meant = SYNONYMS.get(tokens[0].lower(), "") if tokens else ""
    return f"`{tokens[0]}` is no command. You may mean `{meant}`." if meant else ""
