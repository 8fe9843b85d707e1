"""Every error of prefect-okr, grouped by what a caller can do about it.

```
OkrError                 what happened, to which object, what to do
├── InputError           exit 2: a file or an argument is wrong; correct it
│   └── DocumentError    exit 2: findings with file, line and path
├── ConfigError          exit 2: a binding, connection or setting is wrong; correct it
├── RefusalError         exit 1: a rule says no; nothing was recorded
├── AccessError          exit 3: a server refuses us; fix the token or share the page
├── RetryableError       exit 3: a server is unreachable or overloaded; try again later
│   ├── BusyError        exit 3: somebody else is at it; nothing was done; try again later
│   └── StoreUnreachableError
│       └── StoreFullError
└── DataError            exit 4: an answer came and cannot be used as a number
```
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal


class OkrError(Exception):
    """Root of all errors: one message that says what happened, to which object, what to do.

    Args:
        message: What happened and to which object, one or two sentences.
        hint: What to do about it; printed behind the message. One that takes long to find, such as
            the closest of many names, is a function: most errors of a large file are never shown.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | Callable[[], str] = "") -> None:
        super().__init__(message)
        self.message = message
        self._hint = hint

    @property
    def hint(self) -> str:
        """What to do about it."""
        if callable(self._hint):
            self._hint = self._hint()
        return self._hint

    @hint.setter
    def hint(self, hint: str) -> None:
        self._hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def __reduce__(self) -> tuple[object, ...]:
        """Keep message and hint when the error crosses a process."""
        return (_rebuild, (type(self), self.message, self.hint))


def _rebuild(kind: type[OkrError], message: str, hint: str) -> OkrError:
    return kind(message, hint=hint)


class InputError(OkrError):
    """A file, a CSV row or an argument is wrong."""

    exit_code = 2


class ConfigError(OkrError):
    """A binding, a connection or a setting is wrong; nothing outside has to change."""

    exit_code = 2


class RefusalError(OkrError):
    """A rule of the cycle says no (a stale base, a missing reason); nothing was recorded."""

    exit_code = 1


class AccessError(OkrError):
    """A server answered and refuses us: wrong token, missing permission, page not shared."""

    exit_code = 3


class RetryableError(OkrError):
    """A server could not be reached or asked us to come back later.

    Args:
        message: See `OkrError`.
        hint: See `OkrError`.
        retry_after: Seconds that the server asked us to wait, where it said so.
    """

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class BusyError(RetryableError):
    """Somebody else is at what was to be done, for longer than it was waited for."""


class StoreUnreachableError(RetryableError):
    """The store cannot be opened, is locked for too long, or does not answer."""


class StoreFullError(StoreUnreachableError):
    """The disk of the store is full: what was to be recorded is not, what is there can be read."""


class DataError(OkrError):
    """An answer came but cannot be used: truncated, null, of the wrong type, empty."""

    exit_code = 4


Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to correct in a file: where, what, how.

    Attributes:
        rule: Stable id such as `unknown-key`.
        severity: `error` stops the command; `warning` and `info` do not.
        file: Name of the file as the user gave it.
        line: 1-based line, 0 where the file as a whole is meant.
        path: Place in the document, such as `objectives.activation.key_results.week1.metric`.
        message: What is wrong, one sentence.
        fix: What to do, one sentence.
    """

    rule: str
    severity: Severity
    file: str
    line: int
    path: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message} {self.fix}".rstrip()


class DocumentError(InputError):
    """A plan or workspace file with findings of severity error."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)

    def __reduce__(self) -> tuple[object, ...]:
        return (DocumentError, (self.findings,))
