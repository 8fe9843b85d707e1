"""Failures: what an error of the engine means: what happened, where, and what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, IntegrityError

from okr_core.errors import ConfigError, OkrError, StoreFullError, StoreUnreachableError
from okr_store.address import Address


@dataclass(frozen=True, slots=True)
class _Meaning:
    error: type[OkrError]
    message: str
    hint: str


_BUSY = _Meaning(
    StoreUnreachableError,
    "another process has been writing to it for too long.",
    "Let it finish, then run this again.",
)
_FULL = _Meaning(StoreFullError, "its disk is full.", "Free some space, then try again.")
_UNWRITABLE = _Meaning(
    StoreFullError,
    "its disk is full or cannot be written to.",
    "Free some space or look at the disk, then try again.",
)
_FAILING = _Meaning(
    ConfigError,
    "its disk cannot be read.",
    "Look at the disk; keep a copy of the store and restore the last backup.",
)
_READ_ONLY = _Meaning(
    ConfigError, "it can be read but not written.", "Grant write access, to its folder too."
)
_FORBIDDEN = _Meaning(
    ConfigError, "access is refused.", "Grant this user access to it, or name another store."
)
_CORRUPT = _Meaning(ConfigError, "it is damaged.", "Keep a copy of it and restore the last backup.")
_DAMAGES = ("Could not decode to UTF-8", "no such table", "no such column", "is not a table")
"""What SQLite says of text that is none, and of what every store has; it has no codes for them."""

_SQLITE = {
    "SQLITE_IOERR_SHMSIZE": _FULL,
    "SQLITE_IOERR_WRITE": _UNWRITABLE,
    "SQLITE_IOERR_FSYNC": _UNWRITABLE,
    "SQLITE_IOERR_SHORT_READ": _CORRUPT,
    "SQLITE_IOERR_CORRUPTFS": _CORRUPT,
    "SQLITE_IOERR": _FAILING,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _FORBIDDEN,
    "SQLITE_AUTH": _FORBIDDEN,
    "SQLITE_CORRUPT": _CORRUPT,
    "SQLITE_CANTOPEN": _FORBIDDEN,
    "SQLITE_NOTADB": _Meaning(
        ConfigError, "it is no database.", "Name another file, or move this one away."
    ),
}
_POSTGRES = {
    "55P03": _BUSY,
    "40P01": _BUSY,
    "53100": _FULL,
    "58030": _FAILING,
    "XX001": _CORRUPT,
    "XX002": _CORRUPT,
    "42P01": _CORRUPT,  # no such table
    "42703": _CORRUPT,  # no such column
    "25006": _READ_ONLY,
    "42501": _FORBIDDEN,
}
_POSTGRES_CONNECTING = {
    "password authentication failed": _Meaning(
        ConfigError, "user or password is wrong.", "Correct the store's URL."
    ),
    "no password supplied": _Meaning(
        ConfigError, "it asks for a password.", "Add one to the store's URL."
    ),
    "does not exist": _Meaning(
        ConfigError,
        "the database or the user does not exist on that server.",
        "Create it (`createdb`), or correct the store's URL.",
    ),
}
_UNREACHABLE = _Meaning(
    StoreUnreachableError,
    "it does not answer.",
    "Check that it runs and that its address is right, then try again.",
)


class UnreadableError(ValueError):
    """What a row holds is not what its column takes: neither a time nor a number."""


@contextmanager
def told(address: Address, where: Callable[[], str] = str) -> Iterator[None]:
    """Turn what the engine raises into an `OkrError` that names the store without its password.

    A broken constraint passes through: it is a bug of ours, not of the surroundings.

    Args:
        address: Where the store is.
        where: Finds what is damaged, such as a row; empty where it finds nothing.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _told(_meaning_of(error.orig), address, where) from error
    except sqlite3.Error as error:  # of a statement that goes past SQLAlchemy
        raise _told(_meaning_of(error), address, where) from error
    except UnreadableError as error:
        raise _told(_CORRUPT, address, where) from error
    except OSError as error:
        raise _of_file(error, address) from error


def is_full(error: DBAPIError) -> bool:
    """Whether an error says that a disk has no room."""
    return _meaning_of(error.orig) is _FULL


def _told(meaning: _Meaning, address: Address, where: Callable[[], str]) -> OkrError:
    found = where() if meaning is _CORRUPT else ""
    message = f"{meaning.message.rstrip('.')}: {found}." if found else meaning.message
    return meaning.error(f"store `{address}`: {message}", hint=meaning.hint)


def _meaning_of(original: BaseException | None) -> _Meaning:
    if isinstance(original, sqlite3.Error):
        # Extended codes read SQLITE_READONLY_DIRECTORY, SQLITE_IOERR_READ, …
        whole = getattr(original, "sqlite_errorname", "")
        kind = "_".join(whole.split("_")[:2])
        said = str(original)
        other = _CORRUPT if any(each in said for each in _DAMAGES) else _UNREACHABLE
        return _SQLITE.get(whole) or _SQLITE.get(kind) or other
    state = getattr(original, "sqlstate", None)
    if state:
        return _POSTGRES.get(state, _UNREACHABLE)
    text = str(original)
    found = (meaning for part, meaning in _POSTGRES_CONNECTING.items() if part in text)
    return next(found, _UNREACHABLE)


def _of_file(error: OSError, address: Address) -> OkrError:
    meaning = _FULL if error.errno == errno.ENOSPC else _FORBIDDEN
    return meaning.error(f"store `{address}`: {meaning.message}", hint=meaning.hint)
