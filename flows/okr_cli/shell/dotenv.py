"""Dotenv: the variables of a workspace's .env, the one place where they are read.

A variable of the environment wins over the file. Options that have a variable (OKR_PERSON,
OKR_WORKSPACE) take it from the file as well: `fill` gives it to them before a command is called.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from okr_core.errors import InputError
from okr_core.plan.workspace import WORKSPACE_FILE

if TYPE_CHECKING:
    from cyclopts import Argument

DOTENV_FILE = ".env"
WORKSPACE_VARIABLE = "OKR_WORKSPACE"


def variables_of(folder: Path) -> dict[str, str]:
    """The variables of a folder's .env; none where there is no such file.

    Raises:
        InputError: It cannot be read.
    """
    path = folder / DOTENV_FILE
    if not path.is_file():
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415 - few folders have one

    try:
        found = dotenv_values(path)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} is not UTF-8.", hint="Save the file as UTF-8."
        ) from error
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}).", hint="Check its permissions."
        ) from error
    return {key: value for key, value in found.items() if value is not None}


def nearest_workspace(start: Path) -> Path | None:
    """The nearest folder upward that has an okr.yaml; None: there is none."""
    for folder in (start, *start.parents):
        if (folder / WORKSPACE_FILE).is_file():
            return folder
    return None


def fill(arguments: Iterable[Argument]) -> None:
    """Give options what a .env says of their variables, where nothing else says it.

    The file is that of the workspace that the command works in. Which one that is can stand in the
    .env of this folder, where no okr.yaml is here or above.

    Raises:
        InputError: A .env cannot be read.
    """
    named = [each for each in arguments if each.parameter.env_var]
    open_ = [each for each in named if not each.tokens]
    if not open_:
        return
    chosen = next((each for each in named if _is_workspace(each) and each.tokens), None)
    here = Path.cwd()
    nearest = nearest_workspace(here)
    if chosen is not None:
        values = variables_of(Path(chosen.tokens[0].value))
    elif nearest is not None:
        values = variables_of(nearest)
        values.pop(WORKSPACE_VARIABLE, None)
    else:
        values = variables_of(here)
        folder = os.environ.get(WORKSPACE_VARIABLE) or values.get(WORKSPACE_VARIABLE)
        values = {**(variables_of(Path(folder)) if folder else {}), **values}
    _give(open_, values)


def _give(arguments: Iterable[Argument], values: dict[str, str]) -> None:
    from cyclopts import Token  # noqa: PLC0415 - slow to load

    for each in arguments:
        for name in each.parameter.env_var or ():
            value = values.get(name, "")
            if value and name not in os.environ:
                each.tokens.append(Token(keyword=name, value=value, source=DOTENV_FILE))
                break


def _is_workspace(argument: Argument) -> bool:
    return WORKSPACE_VARIABLE in (argument.parameter.env_var or ())
