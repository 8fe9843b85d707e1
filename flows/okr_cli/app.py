"""app: every command by name and one line of help; its module loads when it is called."""

from __future__ import annotations

from importlib.metadata import version

from cyclopts import App, Group

_PLAN = Group("Plan", sort_key=1)
_PROGRESS = Group("Progress", sort_key=2)
_TRUST = Group("Trust", sort_key=3)


def _version() -> str:
    return version("prefect-okr")


app = App(
    name="okr",
    help="OKR cycles: plans in, readings from your tools, progress with evidence.",
    version=_version,
    help_formatter="plain",
    help_format="plaintext",
    result_action="return_value",
    exit_on_error=False,
    print_error=False,
)

_COMMANDS: tuple[tuple[str, str, Group, str], ...] = (
    ("init", "okr_cli.init:init", _PLAN, "Start a workspace: okr.yaml and a first plan."),
    ("check", "okr_cli.check:check", _PLAN, "Check workspace and plan files."),
    ("apply", "okr_cli.apply:apply", _PLAN, "Record workspace and plans as new revisions."),
    ("pull", "okr_cli.pull:pull", _PLAN, "Write the current revisions as files for people."),
    ("status", "okr_cli.status:status", _PROGRESS, "How it goes, what needs you, what is unknown."),
    ("sync", "okr_cli.sync:sync", _PROGRESS, "Bring every bound key result up to date."),
    ("checkin", "okr_cli.checkin:checkin", _PROGRESS, "Record a value, a confidence, a note."),
    ("explain", "okr_cli.explain:explain", _TRUST, "Where a number comes from, row by row."),
    ("accept", "okr_cli.accept:accept", _TRUST, "Say that a suspect reading is true."),
    ("correct", "okr_cli.correct:correct", _TRUST, "Replace or void a wrong reading."),
    ("doctor", "okr_cli.doctor:doctor", _TRUST, "Check store, connections and people."),
    ("schema", "okr_cli.schema:schema", _TRUST, "Print the JSON Schema of a file or an output."),
    ("demo", "okr_cli.demo:demo", _PROGRESS, "A whole quarter on a sandbox, in one command."),
)
for _name, _path, _group, _help in _COMMANDS:
    app.command(_path, name=_name, help=_help, group=_group)

_revisions = App(name="revisions", help="Revisions of workspace and plans.", group=_PLAN)
_REVISION_COMMANDS = (
    ("list", "Number, day, person and reason of each revision."),
    ("show", "What a revision changed."),
    ("accept", "Make a proposed revision the current one."),
    ("reject", "Refuse a proposed revision."),
)
for _name, _help in _REVISION_COMMANDS:
    _revisions.command(f"okr_cli.revisions:{_name}_", name=_name, help=_help)
app.command(_revisions)

_audit = App(name="audit", help="Proof that the record was not altered.", group=_TRUST)
_audit.command("okr_cli.audit:verify", name="verify", help="Check the hash chain of the store.")
app.command(_audit)
