"""Declared: what shows each field of each record; what is not declared here is hidden.

A row is `rule: fields | rule: fields`. A rule is a word of `KINDS`, a name of `okr_report.audience.
rules`, several of them with `+`, `always`, or `never`; the field `*` is the record as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from okr_core.plan import mail, metrics, plan, reminder_policy, web, workspace
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.calendar_policy import CalendarPolicy, OwnDaysOff, WorkingHours
from okr_core.plan.cycle import Cycle
from okr_core.plan.retirement import Retirement
from okr_core.plan.revision import Proposal
from okr_core.plan.settling import FirstAgreed
from okr_core.progress.bands import Verdict
from okr_core.progress.progress import Progress
from okr_core.progress.status import Guard, Standing
from okr_core.progress.trends import Trend, TrendLine
from okr_core.record import access, entries, reminders, score_records, sealed, ticks, voices
from okr_core.record.evidence import Evidence, Row
from okr_core.record.failure import Failure
from okr_core.record.write_back import (
    DigestRecord,
    NoticeRecord,
    ReportPage,
    WriteBackRecord,
)
from okr_core.score import scores
from okr_core.score.second_person import SelfApproved
from okr_core.snapshot import Snapshot
from okr_report.report_input import Provenance, ReportInput

RECORD = "*"
_ITEM = (
    "about: id | always: title weight state | changes: state_reason | evidence: mirror | "
    "people: owner | role: role | "
)
_DECLARED: Mapping[type, str] = {
    # The plan
    PlanVersion: "always: number at plan reason_class | people: by approved_by | notes: reason",
    plan.Plan: "always: cycle objectives",
    Cycle: "always: id starts ends timezone parent cutoff grace_days | people: owner",
    plan.Objective: f"{_ITEM} always: why hypothesis ambition origin team key_results | "
    "items: contributes_to counts | lineage: carried_from",
    plan.KeyResult: f"{_ITEM} always: metric result starts due pace cadence guard | "
    "binding: source | role: contributors | people: worth",
    plan.Hypothesis: "always: belief because leading by",
    plan.Pace: "always: curve steps",
    plan.Worth: "always: points points_per_unit money_per_unit currency basis | people: priced_by",
    metrics.Increase: "always: kind unit baseline target",
    metrics.Decrease: "always: kind unit baseline target",
    metrics.Curve: "always: kind unit baseline target points",
    metrics.Grade: "always: kind unit baseline commit target stretch zones",
    metrics.AtLeast: "always: kind unit judge goal baseline bound",
    metrics.AtMost: "always: kind unit judge goal baseline bound",
    metrics.Within: "always: kind unit judge goal baseline low high",
    metrics.Milestones: "always: kind unit parts",
    metrics.Part: "always: id title weight due",
    metrics.Binary: "always: kind unit",
    metrics.BaselineFinding: "always: kind unit",
    # People and roles
    workspace.Workspace: "always: organization timezone teams roles policies | people: people | "
    "never: id country subdivision store connections routes audiences mail web",
    workspace.Team: "always: name",
    workspace.Role: "always: purpose domains accountabilities circle | people: held_by",
    workspace.Holding: "always: person share from_ until",
    # A report needs no address, account or absence.
    workspace.Person: "always: name from_ until | never: email timezone country subdivision "
    "accounts layer absences",
    workspace.Policies: "always: status staleness settling_days second_person close help_days | "
    "never: calendar reminders",
    reminder_policy.ReminderPolicy: "never: *",
    mail.Mail: "never: *",
    workspace.StatusPolicy: "always: ahead on_track behind",
    workspace.StalenessPolicy: "always: weekly biweekly monthly grace_days",
    workspace.Accounts: "never: *",
    workspace.Absence: "never: *",
    CalendarPolicy: "never: *",
    OwnDaysOff: "never: *",
    WorkingHours: "never: *",
    workspace.Connection: "never: *",
    web.Web: "never: *",
    # What was measured, and how it stands
    # Why a reading is suspect names queries and rows; why it corrects is a person's word.
    entries.Reading: "always: at value key_result part sequence id state as_of observed_at "
    "supersedes until revision | source: source | evidence: evidence | evidence+notes: reason | "
    "people: by",
    Provenance: "evidence+progress: * | always: reading evidence note",
    Evidence: "evidence: * | always: kind connection query measure formula scale complete link "
    "requests rows notes reconstructed assumptions missing",
    Row: "evidence: * | always: id value weight label",
    # That a source could not be read; its words name fields and queries.
    Failure: "always: at | evidence: reason hint",
    Standing: "about: id | always: kind | progress: current expected stale observed_at pending "
    "suspect reading paced verdict broken_at unreported ended fell_short counted guards "
    "left_out | "
    "progress+items: worst | progress+scores: outcome | progress+retired: progress | "
    "ended: status | confidence: confidence",
    Guard: "about: id | always: broken_at",
    Verdict: "always: progress value at broken_at",
    Progress: "always: raw clamped coverage reason",
    Trend: "always: times | progress+items: items | progress: teams",
    TrendLine: "about: id | always: kind progress expected values | week-by-week: confidence",
    # What was said
    entries.Entry: "about: key_result | always: at cycle via id | said: body | "
    "people+speaker: by | never: key",
    entries.CheckIn: "always: kind said_at nothing_new | confidence: confidence | notes: note | "
    "progress: value",
    entries.HypothesisClosed: "always: kind outcome | notes: evidence note",
    entries.Decided: "always: kind asked answer | notes: note",
    voices.Comment: "notes: * | always: kind about text",
    voices.Blocker: "always: kind | notes: text",
    voices.BlockerLifted: "always: kind about | notes: note",
    voices.Help: "always: kind way | notes: text",
    voices.HelpAnswer: "always: kind about answer | notes: note",
    # What was answered blind is for the decision that it is about, which has its own rules.
    sealed.Sealed: "never: *",
    sealed.Unsealed: "never: *",
    sealed.SealedExport: "never: *",
    entries.Override: "scores: * | always: kind score proposed | notes: reason",
    entries.Acceptance: "changes: * | always: kind reading | notes: note",
    entries.Correction: "changes: * | always: kind reading own | progress: value | notes: reason",
    entries.Resolution: "changes: * | always: kind reading | notes: reason",
    entries.Exclusion: "changes: * | always: kind proposed | notes: reason",
    entries.Approval: "scores: * | always: kind about outcome | notes: note",
    entries.ScopeChange: "changes: * | always: kind | notes: reason",
    entries.SyncRecord: "evidence: * | concerned: connection | whole: failed | never: counts | "
    "always: kind observed_at requests unavailable | items: observed suspect",
    entries.UnavailableAnswer: "about: key_result | always: reason hint",
    entries.RevisionDecision: "never: *",
    WriteBackRecord: "never: *",
    ReportPage: "never: *",
    DigestRecord: "never: *",
    NoticeRecord: "never: *",
    reminders.ReminderRecord: "never: *",
    reminders.Covered: "never: *",
    ticks.TickRecord: "never: *",
    access.LinksRevoked: "never: *",
    access.LinkUsed: "never: *",
    # Scores and forecasts
    score_records.Scored: "always: kind revision rules | scores+items: lines | never: teams | "
    "forecasts+items: forecasts | progress+items: status",
    score_records.ScoreLine: "always: computed effective current time_weighted as_agreed coverage "
    "grade success post_mortem reading",
    score_records.ForecastRecord: "basis: basis hit | "
    "always: method p10 p50 p90 error readings reason",
    score_records.Closing: "always: kind revision retired rules | scores+items: lines | "
    "never: teams | notes+whole: reason",
    score_records.Restatement: "scores: * | always: kind version old new proposed | notes: reason",
    scores.Scorecard: "scores: * | always: cycle as_of revision teams retired version averages "
    "first cutoff | items: scores",
    scores.Score: "about: id | always: kind figures coverage grade ambition due final success "
    "post_mortem override retired reason restated guard silent unreported counted last_said added "
    "excluded agreed_success self_approved remeasured mended | progress: reading late suspect "
    "said_late unheard",
    scores.Figures: "always: computed effective current time_weighted as_agreed",
    scores.Mended: "always: before at | people: by | notes: reason",
    SelfApproved: "always: decision at about | people: by",
    scores.Excluded: "always: at | people: by | notes: reason",
    FirstAgreed: "always: day days late afterwards",
    scores.Overridden: "always: score at | people: by | notes: reason",
    scores.Restated: "always: version old new at | people: by | notes: reason",
    scores.Late: "always: at value",
    scores.SaidLate: "always: at corrects",
    scores.Unheard: "always: at value part",
    Retirement: "always: how at reason early",
    # A report
    Snapshot: "always: as_of workspace agreed_policies days_off | changes: versions changed | "
    "progress+items: readings | items: entries carried | changes+whole: proposed | "
    "changes+people+whole: opened_by | never: one",
    Proposal: "always: reference of_plan at explained stale roles | people: by | notes: reason",
    ReportInput: "always: snapshot organization earlier sees | "
    "evidence+progress+items: provenance | never: audiences",
}


@cache
def declared_of(kind: type) -> Mapping[str, str]:
    """Field, or `RECORD` → its rule; empty for a type that is not declared.

    Raises:
        ValueError: A field is declared twice.
    """
    rows = (row.partition(":") for row in _DECLARED.get(kind, "").split("|") if row.strip())
    pairs = [(field, rule.strip()) for rule, _, fields in rows for field in fields.split()]
    if len(dict(pairs)) < len(pairs):
        raise ValueError(f"{kind.__name__} declares a field twice. Keep one rule of it.")
    return dict(pairs)
