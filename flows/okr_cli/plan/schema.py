"""`okr schema`: the JSON Schema of a file that people write or a document that commands print."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Annotated

from cyclopts import Parameter

from okr_cli.files.schema_files import schema_drafts
from okr_cli.files.writing import write_all
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, Place
from okr_cli.shell.output import print_json, print_text
from okr_core.errors import InputError

_DOCUMENTS = {
    "answer": "okr_flows.documents.open:AnsweredDocument",
    "apply": "okr_flows.documents.plan:ApplyDocument",
    "audit": "okr_flows.documents.upkeep:AuditDocument",
    "backfill": "okr_flows.backfill.report:BackfillDocument",
    "calendar": "okr_flows.documents.calendar:CalendarDocument",
    "check": "okr_flows.documents.plan:CheckDocument",
    "closed": "okr_flows.documents.score:ClosedDocument",
    "checkin": "okr_flows.documents.words:CheckInsDocument",
    "comment": "okr_flows.documents.words:CommentDocument",
    "help": "okr_flows.documents.words:HelpDocument",
    "decision": "okr_flows.documents.words:DecisionDocument",
    "deploy": "okr_flows.documents.upkeep:DeployDocument",
    "doctor": "okr_flows.documents.upkeep:DoctorDocument",
    "explain": "okr_flows.documents.explain:ExplainDocument",
    "export": "okr_store.export.lines:Line",
    "exported": "okr_flows.documents.export:ExportedDocument",
    "handover": "okr_flows.documents.handover:HandoverDocument",
    "import": "okr_flows.documents.imports:ImportDocument",
    "link": "okr_flows.documents.web:LinkDocument",
    "learning": "okr_flows.documents.words:LearningDocument",
    "next": "okr_flows.documents.next_cycle:NextDocument",
    "open": "okr_flows.documents.open:OpenDocument",
    "people": "okr_flows.documents.tools:PeopleDocument",
    "people-list": "okr_flows.documents.tools:PeopleListDocument",
    "pull": "okr_flows.documents.plan:PullDocument",
    "restated": "okr_flows.documents.score:RestatementDocument",
    "restored": "okr_flows.documents.export:RestoredDocument",
    "revoked": "okr_flows.documents.web:RevokedDocument",
    "revision": "okr_flows.documents.plan:RevisionShownDocument",
    "revisions": "okr_flows.documents.plan:RevisionsDocument",
    "score": "okr_flows.documents.score:ScoreDocument",
    "status": "okr_flows.documents.status:StatusDocument",
    "sync": "okr_flows.sync.report:SyncDocument",
    "sync-plan": "okr_flows.documents.sync:SyncPlanDocument",
    "trend": "okr_flows.documents.score:TrendDocument",
    "try": "okr_flows.documents.tools:TryDocument",
    "upgraded": "okr_flows.documents.export:UpgradedDocument",
    "write-back": "okr_flows.documents.write_back:WriteBackDocument",
}
"""Name → module and type; a module is loaded when its schema is asked for."""
_FILES = ("plan", "workspace")
_REPORT = "report"
NAMES = tuple(sorted([*_DOCUMENTS, *_FILES, _REPORT]))


def schema(
    name: Annotated[str | None, Parameter(help="Which; without one, the names are listed.")] = None,
    /,
    *,
    write: Annotated[
        bool, Parameter(help="Write those of plan and workspace where files name them for editors.")
    ] = False,
    place: Place = HERE,
) -> int:
    """Print the JSON Schema (draft 2020-12) of a file or of what a command prints.

    Without a name, list the names. After an update, `okr schema --write` brings those up to date
    that editors read.
    """
    if write:
        home = Home.of(place)
        drafts = schema_drafts(home.require_folder())
        write_all(drafts)
        told = [f"wrote {home.shown(draft.path)}" for draft in drafts]
        print_text("\n".join(told or ["the schema files are those of this release already."]))
    elif name is None:
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
        from okr_report.report_json import report_schema  # noqa: PLC0415 - loads every section

        return dict(report_schema())
    if name not in _DOCUMENTS:
        raise InputError(f"there is no schema `{name}`.", hint=f"Choose from {', '.join(NAMES)}.")
    from okr_cli.plan.document_schema import document_schema  # noqa: PLC0415 - pydantic's generator

    return document_schema(resolve_name(_DOCUMENTS[name]))
