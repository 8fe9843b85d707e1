"""Exports: a store as lines, put back, and taken apart again, for tests of both."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from engines import new_database

from okr_store.export.export import export_store
from okr_store.export.restore import Restored, restore_store

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


class Shelf:
    """Stores without rows, as many as a test needs, on either engine."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self._folder = folder
        self._request = request
        self._made = 0

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """URL of another store without rows; gone afterwards."""
        if engine == "postgresql":
            template = self._request.getfixturevalue("postgres_template")
            server = self._request.getfixturevalue("postgres_server")
            with new_database(server, f" TEMPLATE {template}") as url:
                yield url
            return
        self._made += 1
        path = self._folder / f"shelf{self._made}.db"
        shutil.copy(self._request.getfixturevalue("sqlite_template"), path)
        yield str(path)
        path.unlink()


@pytest.fixture
def shelf(tmp_path: Path, request: pytest.FixtureRequest) -> Shelf:
    """Empty stores of either engine."""
    return Shelf(tmp_path, request)


def exported(url: str, cycles: Sequence[str] | None = None) -> bytes:
    """The export of a store."""
    return b"".join(export_store(url, cycles))


def restored(url: str, export: bytes, *, verify: bool = True, patience: float = 30) -> Restored:
    """Restore an export that messages call `okr.jsonl`."""
    file = io.BytesIO(export)
    return restore_store(url, file, "okr.jsonl", verify=verify, patience=patience)


def rows_of(export: bytes, table: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    documents = map(json.loads, export.splitlines())
    return [each["row"] for each in documents if each.get("table") == table]


def signed(lines: Sequence[bytes]) -> bytes:
    """Lines with a header that counts them and an end that fits, as a forger would write them.

    Args:
        lines: Of rows, with or without the header and the end of the export they come from.
    """
    rows = [line for line in lines if line.startswith(b'{"table":')]
    header: dict[str, Any] = json.loads(lines[0])
    counts: Mapping[str, int] = {
        name: sum(json.loads(row)["table"] == name for row in rows) for name in header["rows"]
    }
    body = [json.dumps({**header, "rows": counts}).encode() + b"\n", *rows]
    digest = hashlib.sha256(b"".join(body)).hexdigest()
    links = [json.loads(row)["row"] for row in rows if row.startswith(b'{"table":"chain"')]
    heads = {link["scope"]: link["hash"] for link in sorted(links, key=lambda link: link["seq"])}
    end = {"lines": len(body), "rows": counts, "sha256": f"sha256:{digest}", "heads": heads}
    return b"".join([*body, json.dumps({"end": end}, separators=(",", ":")).encode() + b"\n"])
