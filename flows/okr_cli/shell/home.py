"""Home: where a command works: the workspace folder, the environment with .env, the store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from okr_cli.shell.acting import clock
from okr_cli.shell.dotenv import nearest_workspace, variables_of
from okr_cli.shell.options import CycleAt, Place
from okr_cli.shell.where import called_with
from okr_core.basics.command import okr
from okr_core.errors import InputError
from okr_core.plan.cycle import Cycle
from okr_core.plan.workspace import WORKSPACE_FILE
from okr_flows.run.cycle import locate

if TYPE_CHECKING:
    from okr_store import Store

PLANS_FOLDER = "cycles"
STORE_VARIABLE = "OKR_STORE_URL"
WORKSPACE_VARIABLE = "OKR_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Home:
    """What a command finds around it.

    Attributes:
        folder: Folder with okr.yaml; None where a store's address is all there is.
        env: The process's environment, with what .env adds to it. May hold tokens.
    """

    folder: Path | None
    env: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, place: Place, environ: Mapping[str, str] | None = None) -> Home:
        """Where a command works.

        Raises:
            InputError: `--workspace` names a folder without okr.yaml, or .env cannot be read.
        """
        env = dict(os.environ if environ is None else environ)
        folder = _chosen(place.workspace) if place.workspace else nearest_workspace(Path.cwd())
        called_with(folder if _had_to_be_named(place, env, folder) else None)
        return cls(folder, {**variables_of(folder or Path.cwd()), **env})

    def require_folder(self) -> Path:
        """The workspace folder.

        Raises:
            InputError: There is none here.
        """
        if self.folder is None:
            raise InputError(
                f"no {WORKSPACE_FILE} in {Path.cwd()} or above it.",
                hint="Go to your workspace, name it with `--workspace`, or run "
                f"{okr('init', 'DIR').code}.",
            )
        return self.folder

    @property
    def workspace_file(self) -> Path:
        """The workspace's okr.yaml."""
        return self.require_folder() / WORKSPACE_FILE

    def plan_files(self) -> list[Path]:
        """Plans in the workspace's `cycles` folder, sorted by name."""
        folder = self.require_folder() / PLANS_FOLDER
        return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])

    def store_url(self) -> str:
        """Address of the store: `OKR_STORE_URL`, else what okr.yaml says.

        Raises:
            InputError: Neither is there.
        """
        given = self.env.get(STORE_VARIABLE, "").strip()
        if given:
            return given
        if self.folder is None:
            raise InputError(
                f"no {WORKSPACE_FILE} in {Path.cwd()} or above, and {STORE_VARIABLE} is not set.",
                hint="Go to your workspace, name it with `--workspace`, or set the variable.",
            )
        store = _store_of(self.folder / WORKSPACE_FILE)
        return store if "://" in store else str(self.folder / store)

    def open_store(self, *, create: bool = False) -> Store:
        """The workspace's store, open; a context manager."""
        from okr_store import open_store  # noqa: PLC0415 - SQLAlchemy takes half a second

        return open_store(self.store_url(), create=create)

    @contextmanager
    def open_cycle(
        self, when: CycleAt, label: str = "--as-of"
    ) -> Iterator[tuple[Store, Cycle, datetime]]:
        """The workspace's store, open, with the cycle that is meant and the aware time, in UTC.

        Args:
            when: What was written.
            label: The option that the time was written with.

        Raises:
            InputError: There is no such cycle, or that is no time.
        """
        with self.open_store() as store:
            yield store, *locate(store, when.cycle, when.as_of, clock(), label)

    def shown(self, path: Path) -> str:
        """A path as short as it is clear from here."""
        try:
            return str(path.relative_to(Path.cwd()))
        except ValueError:
            return str(path)


def read_text(path: Path, shown: str = "") -> str:
    """The text of a file.

    Raises:
        InputError: It is missing, unreadable, or not UTF-8.
    """
    name = shown or str(path)
    try:
        with _reading(path, name):
            return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: byte {error.start} is not UTF-8.", hint="Save the file as UTF-8."
        ) from error


def read_bytes(path: Path, most: int) -> bytes:
    """The bytes of a file.

    Args:
        path: The file.
        most: How many it may have.

    Raises:
        InputError: It is missing, unreadable, or larger.
    """
    with _reading(path, str(path)):
        if path.stat().st_size > most:
            raise InputError(
                f"{path}: the file is larger than {most // 2**20} MiB.",
                hint="Split it, or check that this is the right file.",
            )
        return path.read_bytes()


@contextmanager
def _reading(path: Path, name: str) -> Iterator[None]:
    """What goes wrong while a file is read, as the person's mistake that it is."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            # A pipe would be waited for without end.
            raise InputError(f"{name}: this is no regular file.", hint="Name a file.")
        yield
    except FileNotFoundError as error:
        raise InputError(f"{name}: there is no such file.", hint="Check the path.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"{name}: cannot be read ({reason}).", hint="Check the path and its permissions."
        ) from error


def _had_to_be_named(place: Place, env: Mapping[str, str], folder: Path | None) -> bool:
    """Whether a command that is run here next has to name the workspace too."""
    named = place.workspace is not None and WORKSPACE_VARIABLE not in env
    return named and folder != nearest_workspace(Path.cwd())


def _chosen(folder: Path) -> Path:
    if not (folder / WORKSPACE_FILE).is_file():
        raise InputError(
            f"{folder} has no {WORKSPACE_FILE}.",
            hint=f"Name the folder that holds it, or run {okr('init').code}.",
        )
    return folder.resolve()


def _store_of(path: Path) -> str:
    """The `store` of a workspace file, parsed only where the word occurs: YAML is slow."""
    text = read_text(path)
    if "store" not in text:
        return "okr.db"
    from okr_core.files.document import read_document  # noqa: PLC0415

    data = read_document(text, path.name).data
    store = data.get("store") if isinstance(data, dict) else None
    return store if isinstance(store, str) and store else "okr.db"
