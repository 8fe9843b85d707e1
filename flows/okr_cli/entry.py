"""main: run one command, and turn what goes wrong into one message and an exit code.

Exit codes: 0 fine · 1 findings or refusal · 2 usage, bad input or a damaged store · 3 a source, a
server or the store is unreachable, or its disk is full · 4 done, but some key results are
unavailable or suspect · 70 a mistake of ours · 130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from okr_cli.shell.where import one_call
from okr_core.basics.command import okr
from okr_core.errors import DocumentError, OkrError

INTERNAL_ERROR = 70
"""EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
_RARE = (200_000, 50, 50)
"""Garbage is looked for rarely: a command makes much that lives until its end."""

log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run `okr` with these arguments (default: the process's) and return its exit code."""
    tokens = list(sys.argv[1:] if argv is None else argv)
    _tolerant_streams()
    with one_call():
        return _ended(tokens)


def _ended(tokens: list[str]) -> int:
    debug = "--debug" in tokens
    try:
        return _run(tokens)
    except OkrError as error:
        return _refuse(error, debug=debug)
    except (BrokenPipeError, SystemExit) as stopped:
        # rich, which prints help pages, makes an exit of a reader that left.
        if BrokenPipeError not in {type(stopped), type(stopped.__context__)}:
            raise
        return _reader_left()
    except OSError as error:
        return _no_room(error) if error.errno == errno.ENOSPC else _own_mistake(error, debug=debug)
    except KeyboardInterrupt:
        _say("interrupted; what was recorded stays, and running the command again is safe.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback for users
        return _own_mistake(error, debug=debug)


def _run(tokens: list[str]) -> int:
    gc.set_threshold(*_RARE)
    from cyclopts import CycloptsError  # noqa: PLC0415 - slow to load, and main must catch its errors

    from okr_cli.app import build_app  # noqa: PLC0415

    if not all(map(str.isascii, tokens)):
        from okr_cli.tokens import refuse_bytes  # noqa: PLC0415 - rare

        refuse_bytes(tokens)
    app = build_app(tokens[0] if tokens else "")
    try:
        result = app(tokens)
    except CycloptsError as error:
        told = _told(tokens, error, known=bool(tokens) and tokens[0] in app)
        _say(f"{told} See {okr(*_command_of(error), '--help').code}.")
        return 2
    return result if isinstance(result, int) else 0


def _told(tokens: list[str], error: Exception, *, known: bool) -> str:
    """What is wrong with a command line.

    Args:
        tokens: Its words.
        error: What the parser says.
        known: Whether the first word is a command.
    """
    # Loaded only where something is wrong.
    from okr_cli.synonyms import synonym_told  # noqa: PLC0415
    from okr_cli.tokens import blanks_told, dashes_told  # noqa: PLC0415

    if not known and (synonym := synonym_told(tokens)):
        return synonym
    return dashes_told(tokens) or blanks_told(tokens) or _first_upper(str(error).strip())


def _command_of(error: object) -> tuple[str, ...]:
    return tuple(getattr(error, "command_chain", None) or ())


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _refuse(error: OkrError, *, debug: bool) -> int:
    if isinstance(error, DocumentError):
        for finding in error.findings:
            _say(str(finding))
    else:
        _say(str(error))
    if debug:
        log.error("the error in full", exc_info=error)
    return error.exit_code


def _own_mistake(error: Exception, *, debug: bool) -> int:
    if debug:
        log.error("the error in full", exc_info=error)
    _say(
        f"okr made a mistake ({type(error).__name__}: {error}). "
        + ("Please report it with the lines above." if debug else "`--debug` shows where.")
    )
    return INTERNAL_ERROR


def _reader_left() -> int:
    # `okr status | head`: the interpreter would complain while it flushes at exit.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _no_room(error: OSError) -> int:
    where = error.filename or "standard output"
    _say(f"{where} cannot be written: the disk is full. Free some space, then run it again.")
    _reader_left()
    return 2


def _tolerant_streams() -> None:
    """A console that cannot show `→` gets a question mark, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _say(message: str) -> None:
    from okr_cli.shell.output import tell  # noqa: PLC0415 - only where something is wrong

    tell(message)
