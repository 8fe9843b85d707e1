"""Schema files: the JSON Schemas that the files of a workspace name, so that editors know them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from okr_cli.files.writing import Draft
from okr_core.files.editor_line import SCHEMA_FILES


def schema_texts() -> Mapping[str, str]:
    """Path in a workspace's folder → the schema of this release."""
    from okr_core.files.schemas import schema_of  # noqa: PLC0415 - pydantic's generator

    schemas = {SCHEMA_FILES[kind]: schema_of(kind) for kind in ("plan", "workspace")}
    return {
        path: json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for path, schema in schemas.items()
    }


def schema_drafts(folder: Path) -> list[Draft]:
    """The schema files of a folder that are not there, or are those of another release."""
    drafts = [Draft(folder / name, text) for name, text in schema_texts().items()]
    return [draft for draft in drafts if _held(draft.path) != draft.text]


def _held(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
