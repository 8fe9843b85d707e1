"""The playground: the workspace that the demo leaves, and the sandbox that brings it to life."""

from __future__ import annotations

import errno
import json
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from okr_cli.files.dotenv_edit import IGNORED, with_ignored, with_variables
from okr_cli.files.writing import WorkspaceFile, write_text
from okr_cli.operate.demo_doors import MAIL, Doors
from okr_cli.shell.home import Home
from okr_core.basics.command import okr
from okr_core.errors import ConfigError, RefusalError
from okr_flows.people.keys import VARIABLE, new_secret
from okr_sandbox import Sandbox
from okr_sandbox.demo import Quarter, World, build_world

MARKER = ".okr-demo"
"""File that says a folder was made by the demo and may be made anew."""
PORT = 4270
"""Where the sandbox is, unless something else is there when the demo is made."""
CONNECTIONS = ("tracker", "wiki")
_MADE = f"{okr('demo').code}, which replaces this folder"
_TOKENS = """\
# Who you are for okr:
OKR_PERSON=ada
# What opens the sandbox, and nothing else:
"""
_WIDTH = 58


@dataclass(frozen=True, slots=True)
class Playground:
    """A workspace with two quarters.

    Attributes:
        home: Its folder.
        running: The quarter that is not over.
        weeks: How many weeks of it had passed when it was made.
    """

    home: Path
    running: Quarter
    weeks: int

    @classmethod
    def today(cls, home: Path, now: datetime) -> Playground:
        """One whose running quarter is some weeks old."""
        running = Quarter.running_on(now.date())
        return cls(home, running, running.weeks_by(now))

    @classmethod
    def found(cls, home: Path) -> Playground | None:
        """The one that a demo has left whole in a folder."""
        try:
            made = json.loads((home / MARKER).read_text(encoding="utf-8"))
            return cls(home, Quarter(date.fromisoformat(made["running"])), int(made["weeks"]))
        except (OSError, ValueError, KeyError):
            return None

    def keep(self) -> None:
        """Leave in the folder what brings it to life again."""
        made = {"made_by": _MADE, "running": str(self.running.starts), "weeks": self.weeks}
        (self.home / MARKER).write_text(f"{json.dumps(made)}\n", encoding="utf-8")

    def world(self) -> World:
        """What its tools hold; the same whenever it is brought to life."""
        return build_world(self.running, self.weeks)

    def new_sandbox(self, port: int | None) -> Sandbox:
        """Its tools when it is made.

        Args:
            port: Where; None: on the usual port, or any that is free.

        Raises:
            RefusalError: Something else is there.
        """
        if port is not None:
            return self._bound(port, f"port {port} is taken.", "Name another with `--port`.")
        try:
            return Sandbox(self.world().company, port=PORT)
        except OSError:  # another playground is up
            return Sandbox(self.world().company)

    def sandbox(self) -> Sandbox:
        """Its tools, on the port that its okr.yaml names, by this machine's clock.

        Raises:
            RefusalError: Something else is on that port.
            ConfigError: okr.yaml names no port of this machine, or two.
        """
        port = self._port()
        return self._bound(
            port,
            f"port {port}, where okr.yaml says that Jira and Notion are, is taken.",
            f"End what uses it, such as another {okr('demo --serve').code}. Or write another port "
            f"into both connections of {self.shown / 'okr.yaml'}, start again, and run "
            f"{okr('apply', reason='another port').code} there.",
        )

    def _bound(self, port: int, taken: str, hint: str) -> Sandbox:
        try:
            return Sandbox(self.world().company, port=port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise RefusalError(taken, hint=hint) from error

    def _port(self) -> int:
        connections = WorkspaceFile.of(Home(self.home, {})).workspace.connections
        urls = [connections[name].url or "" for name in CONNECTIONS if name in connections]
        places = {(urlsplit(url).hostname, urlsplit(url).port) for url in urls}
        if len(urls) == len(CONNECTIONS) and len(places) == 1:
            host, port = places.pop()
            if host == "127.0.0.1" and port:
                return port
        raise ConfigError(
            f"{self.shown / 'okr.yaml'} does not say where the sandbox is: `tracker` and `wiki` "
            "are not on one port of 127.0.0.1.",
            hint=f"Put them back, or make the playground anew with {okr('demo').code}.",
        )

    def doors(self) -> Doors | None:
        """Its page and its mail server, where its okr.yaml names both."""
        workspace = WorkspaceFile.of(Home(self.home, {})).workspace
        page = urlsplit(workspace.web.url or "").port
        return Doors(page, workspace.mail.port) if page and workspace.mail else None

    def write_tokens(self, sandbox: Sandbox) -> dict[str, str]:
        """Write .env, which only its owner can read; what it says."""
        tokens = {
            VARIABLE: new_secret(),
            "OKR_TRACKER_USER": sandbox.jira_user,
            "OKR_TRACKER_TOKEN": sandbox.jira_token,
            "OKR_WIKI_TOKEN": sandbox.notion_token,
        }
        text = with_variables(_TOKENS, tokens)
        write_text(self.home / IGNORED, text, private=True)
        write_text(self.home / ".gitignore", f"{with_ignored('')}{MAIL}/\n")
        return tokens

    @property
    def shown(self) -> Path:
        """Its folder as short as it is clear from here."""
        return _from_here(self.home)

    def guide(self, report: Path) -> str:
        """Where things are, and what to try next.

        Args:
            report: The page that the closed quarter's report is.
        """
        places = [
            (_from_here(report), f"the report of {self.running.before.id}, which is closed"),
            (self.shown / "okr.yaml", "people, roles, connections"),
            (self.shown / "cycles", f"both plans; {self.running.id} is running"),
            (self.shown / MAIL, "letters that went out, with personal links"),
            (self.shown / ".env", "tokens of the sandbox, and what signs links"),
        ]
        wide = max(len(str(path)) for path, _ in places)
        return "\n".join(
            [
                "Where things are:",
                *(f"  {path!s:<{wide}}  {what}" for path, what in places),
                "",
                f"Try next; {okr('demo --serve').code} needs a terminal of its own:",
                *(f"  {command}" for command in self.way()),
                *(f"  {command:<{_WIDTH}}{f'# {what}' if what else ''}" for command, what in TRIES),
            ]
        )

    def way(self) -> list[str]:
        """How a shell gets to where the commands work."""
        steps = [] if self.home == Path.cwd() else [f"cd {self.shown}"]
        activate = Path(sys.prefix) / "bin" / "activate"
        if shutil.which("okr") is None and activate.is_file():
            steps.insert(0, f". {_from_here(activate)}")
        return [" && ".join(steps)] if steps else []


TRIES = (
    ("okr demo --serve", "until Ctrl-C"),
    ("okr web link ben", "open it in a browser: Ben's page"),
    ("okr sync", "one smells"),
    ("okr checkin reference.talks 8.2 --confidence 6 --by ben", "never said"),
    ("okr backfill --only bugs.open", "its past"),
    ("okr score --set bugs.open=5", "what if?"),
)
"""Commands to try next, and what for."""


def is_over(playground: Playground, now: datetime) -> bool:
    """Whether the running quarter has ended meanwhile."""
    return now.astimezone(UTC).date() > playground.running.ends


def _from_here(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
