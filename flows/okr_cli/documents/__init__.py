"""Documents: the shape of everything that `--format json` prints, one type per document.

Ratios are numbers rounded half-even to 6 places, measured values decimal strings, times ISO 8601
in UTC. A document's `schema` names it and its version; `okr schema NAME` prints its JSON Schema.
"""

from okr_cli.documents.backfill import BackfillDocument, BackfilledDocument, PastDayDocument
from okr_cli.documents.explain import (
    EvidenceDocument,
    ExplainDocument,
    FailedReadingDocument,
    ReadingDocument,
    RowDocument,
)
from okr_cli.documents.plan import (
    AppliedDocument,
    ApplyDocument,
    ChangeDocument,
    CheckDocument,
    FindingDocument,
    PullDocument,
    PulledDocument,
    RevisionDocument,
    RevisionsDocument,
    RevisionShownDocument,
)
from okr_cli.documents.status import (
    KeyResultDocument,
    ObjectiveDocument,
    StatusDocument,
    StatusWord,
    SuspectDocument,
    TroubleDocument,
)
from okr_cli.documents.sync import (
    FetchDocument,
    RefusedDocument,
    SyncDocument,
    SyncedDocument,
    SyncPlanDocument,
)
from okr_cli.documents.tools import (
    ExcludedDocument,
    PeopleDocument,
    PersonChangeDocument,
    TryDocument,
    UnmatchedDocument,
)
from okr_cli.documents.upkeep import (
    AuditDocument,
    DeployDocument,
    DeployedDocument,
    DiagnosisDocument,
    DoctorDocument,
)
from okr_cli.documents.words import CheckInDocument, CheckInsDocument, DecisionDocument

__all__ = [
    "AppliedDocument",
    "ApplyDocument",
    "AuditDocument",
    "BackfillDocument",
    "BackfilledDocument",
    "ChangeDocument",
    "CheckDocument",
    "CheckInDocument",
    "CheckInsDocument",
    "DecisionDocument",
    "DeployDocument",
    "DeployedDocument",
    "DiagnosisDocument",
    "DoctorDocument",
    "EvidenceDocument",
    "ExcludedDocument",
    "ExplainDocument",
    "FailedReadingDocument",
    "FetchDocument",
    "FindingDocument",
    "KeyResultDocument",
    "ObjectiveDocument",
    "PastDayDocument",
    "PeopleDocument",
    "PersonChangeDocument",
    "PullDocument",
    "PulledDocument",
    "ReadingDocument",
    "RefusedDocument",
    "RevisionDocument",
    "RevisionShownDocument",
    "RevisionsDocument",
    "RowDocument",
    "StatusDocument",
    "StatusWord",
    "SuspectDocument",
    "SyncDocument",
    "SyncPlanDocument",
    "SyncedDocument",
    "TroubleDocument",
    "TryDocument",
    "UnmatchedDocument",
]
