"""`okr schema`: the JSON Schema of a file that people write or a document that commands print."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from okr_cli import documents
from okr_cli.documents import export, score, words, write_back
from okr_cli.shell.output import print_json, print_text
from okr_core.errors import InputError

_DOCUMENTS: dict[str, Any] = {
    "apply": documents.ApplyDocument,
    "audit": documents.AuditDocument,
    "backfill": documents.BackfillDocument,
    "check": documents.CheckDocument,
    "closed": score.ClosedDocument,
    "checkin": documents.CheckInsDocument,
    "decision": documents.DecisionDocument,
    "deploy": documents.DeployDocument,
    "doctor": documents.DoctorDocument,
    "explain": documents.ExplainDocument,
    "export": export.ExportLine,
    "exported": export.ExportedDocument,
    "learning": words.LearningDocument,
    "people": documents.PeopleDocument,
    "pull": documents.PullDocument,
    "restated": score.RestatementDocument,
    "restored": export.RestoredDocument,
    "revision": documents.RevisionShownDocument,
    "revisions": documents.RevisionsDocument,
    "score": score.ScoreDocument,
    "status": documents.StatusDocument,
    "sync": documents.SyncDocument,
    "sync-plan": documents.SyncPlanDocument,
    "trend": score.TrendDocument,
    "try": documents.TryDocument,
    "upgraded": export.UpgradedDocument,
    "write-back": write_back.WriteBackDocument,
}
_FILES = ("plan", "workspace")
_REPORT = "report"
NAMES = tuple(sorted([*_DOCUMENTS, *_FILES, _REPORT]))


def schema(
    name: Annotated[str | None, Parameter(help="Which; without one, the names are listed.")] = None,
    /,
) -> int:
    """Print the JSON Schema (draft 2020-12) of a file or of what a command prints.

    Without a name, list the names.
    """
    if name is None:
        print_text("\n".join(NAMES))
    else:
        print_json(schema_of(name))
    return 0


def schema_of(name: str) -> dict[str, object]:
    """The JSON Schema of that name.

    Raises:
        InputError: There is no schema of that name.
    """
    if name in _FILES:
        from okr_core.files import schemas  # noqa: PLC0415

        return dict(schemas.schema_of("plan" if name == "plan" else "workspace"))
    if name == _REPORT:
        from okr_report.shape import report_schema  # noqa: PLC0415 - loads every section

        return dict(report_schema())
    if name not in _DOCUMENTS:
        raise InputError(f"there is no schema `{name}`.", hint=f"Choose from {', '.join(NAMES)}.")
    from pydantic import TypeAdapter  # noqa: PLC0415

    body = _closed(TypeAdapter(_DOCUMENTS[name]).json_schema(mode="serialization"))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body}


def _closed(body: dict[str, object]) -> dict[str, object]:
    """Our documents have no other keys than those described; a typed dict leaves that open."""
    definitions = body.get("$defs", {})
    for part in (body, *(definitions.values() if isinstance(definitions, dict) else ())):
        if part.get("type") == "object" and "properties" in part:
            part.setdefault("additionalProperties", False)
    return body
