"""Unwritable: what the system says of a file that it does not write, and what to do. Pure."""

from __future__ import annotations

import errno

from okr_core.errors import InputError

FREE_SPACE = "Free some space, then run it again."
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No room: on the disk, of a person, or for one file."""


def unwritable(path: object, error: OSError, done: str = "") -> InputError:
    """That a file or folder cannot be written to, and what to do.

    Args:
        path: The file or folder as messages call it, or its path.
        error: What the system said.
        done: What became of the rest, such as `nothing was saved`.
    """
    after = f"; {done}." if done else "."
    if error.errno in _FULL:
        return InputError(f"{path} cannot be written: the disk is full{after}", hint=FREE_SPACE)
    reason = error.strerror or type(error).__name__
    return InputError(
        f"{path} cannot be written ({reason}){after}", hint="Check the folder and its permissions."
    )
