"""Mail: letters to one person each, and the company's own mail server that takes them.

Whether a letter was taken is told in four words, and no other: `Session.send` returns (it was),
`NotSentError` (it was not, and may be tried again), `RefusedError` (it never will be),
`UnsureError` (nobody knows, so it is never sent again).
"""

from okr_mail.errors import NotSentError, RefusedError, UnsureError
from okr_mail.letter import Letter
from okr_mail.session import PASSWORD_VARIABLE, Session

__all__ = [
    "PASSWORD_VARIABLE",
    "Letter",
    "NotSentError",
    "RefusedError",
    "Session",
    "UnsureError",
]
