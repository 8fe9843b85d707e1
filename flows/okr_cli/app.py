"""app: every command by its module and one line of help; the module loads when it is called."""

from __future__ import annotations

from importlib.metadata import version

from cyclopts import App, ArgumentCollection, Group, Parameter

from okr_cli.examples import epilogue
from okr_cli.shell.help_pages import HelpPage

COMPLETION = "--install-completion"
_PLAN = Group("Plan", sort_key=1)
_TOOLS = Group("Your tools", sort_key=2)
_PROGRESS = Group("Progress", sort_key=3)
_TRUST = Group("Trust", sort_key=4)

_COMMANDS: tuple[tuple[str, Group, str], ...] = (
    ("plan.init:init", _PLAN, "Start a workspace: okr.yaml and a first plan."),
    ("plan.check:check", _PLAN, "Check workspace and plan files."),
    ("plan.apply:apply", _PLAN, "Record workspace and plans as new revisions."),
    ("plan.pull:pull", _PLAN, "Write the current revisions as files for people."),
    ("plan.next_:next_", _PLAN, "Draft the next cycle from the goals that go on."),
    ("plan.handover:handover", _PLAN, "Give what is one person's to another, from a day on."),
    ("tools.connect:connect", _TOOLS, "Connect Jira, Notion or a JSON endpoint."),
    ("tools.try_:try_", _TOOLS, "See a number before it goes into a plan."),
    ("progress.status:status", _PROGRESS, "How it goes, what needs you, what is unknown."),
    ("progress.sync:sync", _PROGRESS, "Bring every bound key result up to date."),
    ("progress.backfill:backfill", _PROGRESS, "Give key results their past, once."),
    ("operate.deploy:deploy", _PROGRESS, "Have Prefect read, score and report on schedule."),
    ("operate.deploy:serve", _PROGRESS, "Run what is scheduled on this machine, until Ctrl-C."),
    ("operate.web:web", _PROGRESS, "The page for people without a terminal, and its links."),
    ("score.write_back:write_back", _PROGRESS, "Show scores in Jira and Notion, where items live."),
    ("progress.checkin:checkin", _PROGRESS, "Record a value, a confidence, a note."),
    ("review.calendar:calendar", _PROGRESS, "The dates of a cycle, the next one first."),
    ("progress.comment:comment", _PROGRESS, "Comment on a check-in, or on a goal."),
    ("progress.decide:decide", _PROGRESS, "What waits for a person, and the answer to it."),
    ("score.score:score", _PROGRESS, "The scorecard: recorded, tried out, or over time."),
    ("score.retro:retro", _PROGRESS, "Close an objective's hypothesis, with its evidence."),
    ("score.close:close", _PROGRESS, "Freeze the scores of a cycle that has ended."),
    ("score.close:restate", _PROGRESS, "Put a score of a closed cycle right."),
    ("score.report:report", _PROGRESS, "The report of a cycle: page, PDF, workbook, digest."),
    ("operate.demo:demo", _PROGRESS, "Two quarters on a sandbox: a report, and a playground."),
    ("trust.explain:explain", _TRUST, "Where a number comes from, row by row."),
    ("trust.readings:accept", _TRUST, "Say that a suspect reading is true."),
    ("trust.readings:correct", _TRUST, "Replace or void a wrong reading."),
    ("tools.doctor:doctor", _TRUST, "Check store, connections and people."),
    ("operate.store:export", _TRUST, "Write everything that the store holds."),
    ("operate.store:restore", _TRUST, "Put an export into an empty store."),
    ("plan.schema:schema", _TRUST, "Print the JSON Schema of a file or an output."),
)
_NESTED = (
    ("import", "plan.import_csv:csv_", "A spreadsheet (CSV or XLSX): plan, people, check-ins."),
    ("people", "tools.people_list:list_", "Who is in the workspace, and what they answer for."),
    ("people import", "tools.people:csv_", "People of a CSV file, with their accounts."),
    ("people import", "tools.people:jira_", "Accounts of a Jira site, matched by e-mail."),
    ("people import", "tools.people:notion_", "Accounts of a Notion workspace, matched by e-mail."),
    ("revisions", "plan.revisions:list_", "Number, day, person and reason of each revision."),
    ("revisions", "plan.revisions:show_", "What a revision changed."),
    ("revisions", "plan.revisions:accept_", "Make a proposed revision the current one."),
    ("revisions", "plan.revisions:reject_", "Refuse a proposed revision."),
    ("help", "progress.help_:ask_", "Ask for help on a key result."),
    ("help", "progress.help_:offer_", "Offer help on a key result."),
    ("audit", "trust.audit:verify", "Check that nothing recorded was altered."),
    ("store", "operate.store:upgrade", "Bring an older store to this release's version."),
)


def build_app(called: str = "") -> App:
    """The command line.

    Args:
        called: The command that is called: its own help page shows its docstring, which takes
            importing it; the list of commands shows one line of each, which does not.
    """
    app = App(
        name="okr",
        help="OKR cycles: plans in, readings from your tools, progress with evidence.",
        version=lambda: version("prefect-okr"),
        # No --no-dry-run, no --empty-only; `--only a b` names two.
        default_parameter=Parameter(negative="", consume_multiple=True),
        help_formatter=HelpPage(),
        help_format="plaintext",
        result_action="return_value",
        config=_from_dotenv,
        exit_on_error=False,
        print_error=False,
    )
    for place, group, line in _COMMANDS:
        name = _name(place)
        app.command(
            f"okr_cli.{place}",
            name=name,
            help=None if name == called else line,
            group=group,
            help_epilogue=epilogue(name),
        )
    app.command(
        "okr_cli.operate.completion:install_completion",
        name=COMPLETION,
        help=None if called == COMPLETION else "Let your shell complete commands and options.",
    )
    people = App(name="people", help="People and their accounts in other tools.", group=_TOOLS)
    accounts = App(name="import", help="Bring people and their accounts into okr.yaml.")
    imports = App(name="import", help="Goals from where a team keeps them now.", group=_PLAN)
    revisions = App(name="revisions", help="Revisions of workspace and plans.", group=_PLAN)
    audit = App(name="audit", help="Whether the record was altered.", group=_TRUST)
    store = App(name="store", help="The store itself.", group=_TRUST)
    helping = App(name="help", help="Ask for help, or offer it.", group=_PROGRESS)
    nested = {
        "import": imports,
        "people": people,
        "people import": accounts,
        "revisions": revisions,
        "audit": audit,
        "store": store,
        "help": helping,
    }
    for parent, place, line in _NESTED:
        name = _name(place)
        nested[parent].command(
            f"okr_cli.{place}", name=name, help=line, help_epilogue=epilogue(f"{parent} {name}")
        )
    people.command(accounts)
    for each in (imports, people, revisions, helping, audit, store):
        app.command(each)
    return app


def _from_dotenv(_app: object, _commands: object, arguments: ArgumentCollection) -> None:
    """Options take their variables from the workspace's .env too."""
    from okr_cli.shell.dotenv import fill  # noqa: PLC0415 - the list of commands needs none of it

    fill(arguments)


def _name(place: str) -> str:
    """What a function is called on the command line: `try` and `list` are words of Python's."""
    return place.partition(":")[2].rstrip("_").replace("_", "-")
