"""`okr init`: a workspace that works as it is, with everything else as comments."""

from __future__ import annotations

import re
import secrets
from datetime import date
from pathlib import Path
from string import Template

from okr_cli.files.schema_files import schema_texts
from okr_cli.plan.templates import DOTENV, GITIGNORE, PLAN, WORKSPACE
from okr_cli.shell.acting import actor, clock
from okr_cli.shell.home import PLANS_FOLDER
from okr_cli.shell.options import By, Debug
from okr_cli.shell.output import print_text
from okr_core.basics.base import ID_PATTERN
from okr_core.basics.command import okr
from okr_core.basics.unwritable import unwritable
from okr_core.errors import InputError, RefusalError
from okr_core.files.document import load_plan
from okr_core.files.editor_line import with_editor_line
from okr_core.plan.acting import acting_person
from okr_core.plan.cycle import quarter_of
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import WORKSPACE_FILE
from okr_core.plan.workspace_id import workspace_id_from


def init(
    folder: Path = Path(),
    /,
    *,
    by: By = None,
    debug: Debug = False,  # noqa: ARG001 - main reads it
) -> int:
    """Start a workspace in a folder: okr.yaml, a plan for this quarter, .env.example, .gitignore.

    Existing files are never overwritten: if one is in the way, nothing is written.
    """
    today = clock().date()
    name = folder.resolve().name or "okr"
    id_ = workspace_id_from(name, secrets.token_bytes())
    files = scaffold(name, id_, _person_id(acting_person(actor(by), None)), today)
    _write(folder, files)
    where = "" if folder == Path() else f"cd {folder} && "
    first = okr("checkin", "first-result.number", "25", confidence="6")
    query = okr("try", "acme", "labels = checkout", measure="count")
    plan = next(name for name in files if name.startswith(PLANS_FOLDER))
    print_text(
        "\n".join(
            [
                *(f"wrote {folder / name}" for name in files),
                "",
                "Next:",
                f"  1. Write your goals into {folder / plan}.",
                f"  2. {where}{okr('check')} && {okr('apply')}",
                f"  3. {first}, then {okr('status')}",
                f"Numbers from your tools: {okr('connect jira acme')}, then {query}",
            ]
        )
    )
    return 0


def scaffold(name: str, id_: str, person: str, today: date) -> dict[str, str]:
    """Relative path → text of a new workspace.

    Args:
        name: What the organisation is called until someone corrects it.
        id_: Id of the workspace.
        person: Id of the one person to begin with.
        today: A day of the quarter to plan.
    """
    cycle, starts, ends = quarter_of(today)
    words = {
        "name": _quoted(name),
        "id": f"{id_:<32}# tells it apart in Prefect; never changes",
        "person": person,
        "cycle": cycle,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
    }
    workspace, plan = (Template(each).substitute(words) for each in (WORKSPACE, PLAN))
    return {
        WORKSPACE_FILE: with_editor_line(workspace, "workspace"),
        f"{PLANS_FOLDER}/{cycle}.yaml": with_editor_line(plan, "plan"),
        ".env.example": Template(DOTENV).substitute(words),
        ".gitignore": GITIGNORE,
        **schema_texts(),
    }


def is_example(plan: Plan) -> bool:
    """Whether a plan holds the example of a new workspace and nothing else."""
    cycle, owners = plan.cycle, {objective.owner for objective in plan.objectives}
    words = {
        "person": next(iter(owners), "") or "",
        "cycle": cycle.id,
        "starts": cycle.starts.isoformat(),
        "ends": cycle.ends.isoformat(),
    }
    text = Template(PLAN).substitute(words)
    return len(owners) == 1 and load_plan(text).objectives == plan.objectives


def _write(folder: Path, files: dict[str, str]) -> None:
    taken = sorted(name for name in files if (folder / name).exists())
    if taken:
        raise RefusalError(
            f"{folder / taken[0]} exists already; nothing was written.",
            hint="Choose another folder, or move the file away.",
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the store and tokens will be here
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(folder, error) from error


def _person_id(name: str) -> str:
    if re.fullmatch(ID_PATTERN, name) is None:
        raise InputError(
            f"{name!r} is no person id.",
            hint="Write letters, digits, `-`, `_` and `.`, such as `ada` (`--by` or OKR_PERSON).",
        )
    return name


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
