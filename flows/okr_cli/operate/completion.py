"""`okr --install-completion`: the shell completes commands and options."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from okr_cli.shell.output import print_text
from okr_core.basics.unwritable import unwritable
from okr_core.errors import InputError


def install_completion(
    *,
    shell: Annotated[
        Literal["bash", "zsh", "fish", "powershell"] | None,
        Parameter(help="Which shell [default: the one this runs in]."),
    ] = None,
) -> int:
    """Let the shell complete commands and options of okr, from the next one that is opened.

    Writes a script where that shell looks for one, and for bash and zsh a line into its start-up
    file. After an update run it again.
    """
    from cyclopts.completion.detect import ShellDetectionError  # noqa: PLC0415 - only asked for here

    from okr_cli.app import build_app  # noqa: PLC0415 - the app names this module

    try:
        path = build_app().install_completion(shell=shell)
    except ShellDetectionError as error:
        raise InputError("the shell is not known.", hint="Name it with `--shell`.") from error
    except OSError as error:
        raise unwritable(error.filename or "the script", error) from error
    print_text(f"wrote {path}; it completes the words of okr in the next shell that you open.")
    return 0
