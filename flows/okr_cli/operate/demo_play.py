"""Playing the demo: both quarters from their first day, or the playground brought to life again."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from pathlib import Path

from okr_cli.files.schema_files import schema_drafts
from okr_cli.files.writing import write_all
from okr_cli.operate.demo_doors import Doors
from okr_cli.operate.demo_playground import Playground, is_over
from okr_cli.operate.demo_quarter import ClosedQuarter, prefect_server
from okr_cli.operate.demo_running import RunningQuarter
from okr_cli.operate.demo_stage import Stage
from okr_cli.shell.acting import clock
from okr_cli.shell.output import tell
from okr_core.basics.command import okr
from okr_core.files.editor_line import with_editor_line
from okr_sandbox import Sandbox
from okr_sandbox.demo import CLOSED_PLAN, RUNNING_PLAN, text
from okr_store import open_store


def play(playground: Playground, sandbox: Sandbox, doors: Doors, *, serve: bool) -> None:
    """Play both quarters and leave the playground.

    Args:
        playground: What is to be left; its folder is empty.
        sandbox: Its tools.
        doors: Its page and its mail server.
        serve: Whether it stays up until somebody ends it.

    Raises:
        RetryableError: Prefect's server did not come up.
    """
    began = time.monotonic()
    sandbox.clock.set(playground.running.before.evening_to_the_end(0))
    plan = write_workspace(playground, sandbox, doors)
    with prefect_server(serve=serve) as ui:
        stage = Stage(playground.home, sandbox, ui)
        closed = ClosedQuarter(stage, playground.running.before)
        running = RunningQuarter(stage, playground.running, playground.weeks, plan, doors)
        closed.play()
        running.begin()
        closed.close()
        running.play()
        playground.keep()
        closed.show()
        running.show()
        tell(f"\n{playground.guide(Path(closed.report))}")
        tell(f"\nDone in {time.monotonic() - began:.0f} s.")
        if serve:
            wait(playground, doors)


def keep_up(playground: Playground) -> None:
    """Serve Prefect beside the sandbox of a playground, until somebody ends it.

    Raises:
        RetryableError: Prefect's server did not come up.
    """
    with prefect_server(serve=True):
        if is_over(playground, clock()):
            tell(
                f"{playground.running.id} has ended since this was made: name it with --cycle, or "
                f"make the playground anew with {okr('demo').code}."
            )
        wait(playground, playground.doors())


def wait(playground: Playground, doors: Doors | None) -> None:
    """Keep everything up until the person has seen enough, the page and the mail server too.

    Raises:
        RefusalError: Something else is on a port of theirs.
    """
    with ExitStack() as stack:
        if doors is not None:
            store = stack.enter_context(open_store(str(playground.home / "okr.db")))
            stack.enter_context(doors.mailbox(playground.home))
            stack.enter_context(doors.page_of(playground.home, store, clock))
            tell(f"  page       {doors.url}, by a link of {okr('web', 'link', 'PERSON').code}")
        tell("All of it is up. Work in another terminal; Ctrl-C ends it here.")
        while True:
            time.sleep(3600)


def write_workspace(playground: Playground, sandbox: Sandbox, doors: Doors) -> str:
    """Write the workspace as it was on its first day; the text of the running quarter's plan."""
    home, running = playground.home, playground.running
    urls = {"jira_url": sandbox.jira_url, "notion_url": sandbox.notion_url}
    places = {**playground.world().places, **urls, **doors.places}
    write_all(schema_drafts(home))
    workspace = with_editor_line(text("okr.yaml", places), "workspace")
    (home / "okr.yaml").write_text(workspace, encoding="utf-8")
    closed = home / "cycles" / f"{running.before.id}.yaml"
    plan = with_editor_line(text(CLOSED_PLAN, places, running), "plan")
    closed.write_text(plan, encoding="utf-8")
    os.environ.update(playground.write_tokens(sandbox))
    return with_editor_line(text(RUNNING_PLAN, places, running), "plan")
