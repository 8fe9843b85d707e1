"""Options that commands share: where the workspace is, which cycle and time, in which format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from okr_core.errors import InputError
from okr_core.plan.when import When

Debug = Annotated[bool, Parameter(name="--debug", help="Show the traceback of an error.")]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Place:
    """Where the command works.

    Attributes:
        workspace: Folder with okr.yaml; None: the nearest one upward from here.
        debug: Show the traceback of an error.
    """

    workspace: Annotated[
        Path | None,
        Parameter(
            name=("--workspace", "-w"),
            env_var="OKR_WORKSPACE",
            help="Folder with okr.yaml [default: the nearest one upward].",
        ),
    ] = None
    debug: Debug = False


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class CycleAt:
    """Which cycle, seen from when.

    Attributes:
        cycle: Id of the cycle; None: the one that contains the time.
        as_of: A local day or minute of the cycle's zone; None: now.
    """

    cycle: Annotated[
        str | None, Parameter(name="--cycle", help="Cycle id [default: the cycle of --as-of].")
    ] = None
    as_of: Annotated[
        str | None,
        Parameter(
            name="--as-of",
            help="Day or minute in the cycle's zone, YYYY-MM-DD[THH:MM], or a minute with Z or an "
            "offset; a day means its end, today means now.",
        ),
    ] = None

    @property
    def day(self) -> date | None:
        """The day where only a day is named, without a time of day."""
        return When.parse(self.as_of).only_day


HERE = Place()
NOW = CycleAt()

Format = Annotated[
    Literal["text", "json"], Parameter(name="--format", help="For people, or for programs.")
]
By = Annotated[
    str | None,
    Parameter(
        name="--by",
        env_var="OKR_PERSON",
        help="Person id of who acts [default: this computer's user].",
    ),
]


def pairs_of(texts: Iterable[str], option: str, form: str) -> dict[str, str]:
    """Name → value of options such as `--set KR=VALUE`.

    Args:
        texts: As they were typed.
        option: What the option is called in a complaint.
        form: What to write, such as `KR=VALUE`.

    Raises:
        InputError: One has no `=`, no name or no value, or a name is given twice.

    >>> pairs_of(["nps=40", "launch/beta=done"], "--set", "KR=VALUE")
    {'nps': '40', 'launch/beta': 'done'}
    """
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign and value):
            raise InputError(f"{option} `{text}` is not of the form {form}.", hint=f"Write {form}.")
        if name in found:
            raise InputError(f"{option} names `{name}` twice.", hint="Give each once.")
        found[name] = value
    return found
