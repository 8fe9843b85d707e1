"""`okr import csv`: a spreadsheet becomes a plan, people, teams and first check-ins."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from okr_cli.files.files import MAX_BYTES
from okr_cli.files.schema_files import schema_drafts
from okr_cli.files.writing import WorkspaceFile, write_all, write_text
from okr_cli.plan.apply import applied_document, store_or_nothing, write_applied
from okr_cli.plan.import_text import import_text, kept_mapping, told_recorded
from okr_cli.plan.init import is_example
from okr_cli.shell.acting import actor, clock
from okr_cli.shell.asking import Meant, chosen, confirmed, if_meant, someone_there
from okr_cli.shell.home import PLANS_FOLDER, Home, read_bytes, read_text
from okr_cli.shell.options import HERE, By, Format, Place, pairs_of
from okr_cli.shell.output import print_json, print_text, tell
from okr_core.basics.unwritable import unwritable
from okr_core.errors import DocumentError, InputError, RefusalError
from okr_core.files.document import base_of, load_plan
from okr_core.plan.cycle import Cycle, quarter_of
from okr_core.plan.plan import Plan
from okr_core.plan.revision import ReasonClass
from okr_core.plan.when import When, nearest_cycle
from okr_core.sheets.mapping import SheetMapping, read_mapping
from okr_core.sheets.questions import Question
from okr_core.sheets.vocabulary import known_names
from okr_flows.documents.imports import (
    ImportDocument,
    RemarkDocument,
    SheetCheckInDocument,
    TableDocument,
)
from okr_flows.formulate.proposal import NothingYet
from okr_flows.imports.accepting import (
    AcceptedSheet,
    SheetProposal,
    accept_sheet,
    propose_sheet,
    standing_values,
)
from okr_flows.imports.sheet import SheetImport, SheetRequest, import_sheet, refuse_unsaid

if TYPE_CHECKING:
    from okr_store import Store

MAPPINGS_FOLDER = "sheets"
"""Where it is kept how sheets are read."""
_QUARTER = re.compile(r"(\d{4})-q([1-4])")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Answers:
    """What a person says about a sheet beforehand; the next import remembers it.

    Attributes:
        column: What columns are.
        decimal: The decimal mark.
        days: What stands first in days such as 4/5/2026.
        start: Where key results begin whose start is empty.
    """

    column: Annotated[
        tuple[str, ...],
        Parameter(
            name="--column",
            show_default=False,
            help='What a column is: "NAME=target", "NAME=-" leaves it out.',
        ),
    ] = ()
    decimal: Annotated[
        Literal[".", ","] | None, Parameter(help="The decimal mark, where numbers do not tell.")
    ] = None
    days: Annotated[
        Literal["dmy", "mdy"] | None,
        Parameter(help="Whether 4/5/2026 is in May (dmy) or in April (mdy)."),
    ] = None
    start: Annotated[
        str | None, Parameter(help="Where key results begin whose start is empty, such as 0.")
    ] = None

    def added_to(self, mapping: SheetMapping) -> SheetMapping:
        """The mapping with these answers.

        Raises:
            InputError: One is none.
        """
        mapping = mapping.with_columns(pairs_of(self.column, "--column", "NAME=FIELD"))
        said = {"decimal": self.decimal, "days": self.days, "start": self.start}
        return mapping.with_answers({name: text for name, text in said.items() if text is not None})


NOTHING_SAID = Answers()


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Why:
    """Why a plan changes, where that has to be said.

    Attributes:
        reason: In a sentence.
        reason_class: Of which kind.
    """

    reason: Annotated[str, Parameter(help="Why, in a sentence.")] = ""
    reason_class: Annotated[
        ReasonClass | None,
        Parameter(help="Needed where a target, due day, weight or ambition changes mid-cycle."),
    ] = None


NO_REASON = Why()


def csv_(
    file: Annotated[Path, Parameter(help="CSV or XLSX file.")],
    /,
    *,
    cycle: Annotated[
        str | None,
        Parameter(help="Cycle that the goals are of, such as 2027-q1 [default: today's]."),
    ] = None,
    sheet: Annotated[
        tuple[str, ...],
        Parameter(help="Sheets of a workbook [default: all that show].", show_default=False),
    ] = (),
    answers: Answers = NOTHING_SAID,
    skip: Annotated[
        bool, Parameter(help="Leave out the lines that are not understood; they are listed.")
    ] = False,
    yes: Annotated[
        bool, Parameter(name=("--yes", "-y"), help="Accept what is shown without being asked.")
    ] = False,
    dry_run: Annotated[bool, Parameter(help="Show what would change; record nothing.")] = False,
    meant: Meant = False,
    why: Why = NO_REASON,
    as_of: Annotated[
        str | None,
        Parameter(
            name="--as-of",
            help="Since when it holds, and of when values without a day are, "
            "YYYY-MM-DD[THH:MM] [default: now].",
        ),
    ] = None,
    by: By = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Build or update a plan, people, teams and first check-ins from a spreadsheet.

    Columns are found by their names in English, German or Chinese, with objective, key result,
    owner, start, target and current value; tables of people are found too. How everything was
    understood is shown, with what would change; what is unclear is asked on a terminal, kept in
    sheets/ and used the next time. Nothing is recorded until you accept it, or say --yes.

    For example: okr import csv okrs.xlsx
    """
    home = Home.of(place)
    home.require_folder()
    when = When.parse(as_of)
    desk = _Desk.of(home, file, cycle, when, answers.added_to)
    with ExitStack() as opened:
        store = store_or_nothing(home, opened)
        imported = _answered(desk, store, sheet)
        _refuse_unread(imported, skip=skip)

        def proposed(meant: bool) -> SheetProposal:
            return propose_sheet(
                store or NothingYet(),
                store,
                imported,
                actor=actor(by),
                now=clock(),
                env=home.env,
                when=when,
                meant=meant,
                reason=why.reason,
                reason_class=why.reason_class or "",
            )

        proposal = if_meant(proposed, meant=meant)
        shown = import_text(proposal, desk.mapping_name)
        asked = not (yes or dry_run) and proposal.changes and someone_there()
        if asked:
            tell(shown)
        accepted = None
        if proposal.changes and (yes or (asked and confirmed("Record this?"))) and not dry_run:
            store = opened.enter_context(home.open_store(create=True)) if store is None else store
            accepted = accept_sheet(store, proposal)
            desk.write(accepted, imported)
    _show(proposal, desk, accepted, "" if asked else shown, format_)
    if accepted is None and proposal.changes and not dry_run:
        raise RefusalError("nothing was recorded.", hint="Accept what is shown with `--yes`.")
    return 0


@dataclass(frozen=True, slots=True)
class _Desk:
    """Files that an import reads and writes."""

    home: Home
    workspace: WorkspaceFile
    plan_path: Path
    plan_end: str
    mapping_path: Path
    request: SheetRequest

    @classmethod
    def of(
        cls,
        home: Home,
        file: Path,
        cycle: str | None,
        when: When,
        answered: Callable[[SheetMapping], SheetMapping],
    ) -> _Desk:
        """The files of a workspace, and the sheet.

        Raises:
            InputError: The sheet cannot be read, or the cycle is unknown.
        """
        from okr_sheets import read_book  # noqa: PLC0415 - only this command reads sheets

        workspace = WorkspaceFile.of(home)
        folder = home.require_folder() / MAPPINGS_FOLDER
        mapping_path = folder / f"{_stem(file)}.yaml"
        mapping = SheetMapping()
        if mapping_path.is_file():
            shown = home.shown(mapping_path)
            mapping = read_mapping(read_text(mapping_path, shown), shown)
        mapping = answered(mapping)
        names = {*known_names(), *mapping.goals, *mapping.people}
        book = read_book(str(file), read_bytes(file, MAX_BYTES), names)
        path, text, cycle_ = _plan(home, workspace, cycle, when)
        end = "\r\n" if path.is_file() and b"\r\n" in path.read_bytes() else "\n"
        request = SheetRequest(book, mapping, workspace.written, home.shown(path), text, cycle_)
        return cls(home, workspace, path, end, mapping_path, request)

    @property
    def mapping_name(self) -> str:
        """What messages call the file of the mapping."""
        return self.home.shown(self.mapping_path)

    def write(self, accepted: AcceptedSheet, imported: SheetImport) -> None:
        """Write what was recorded into the files, and how the sheet is read."""
        places = {
            self.request.workspace.name: (self.workspace.path, self.workspace.line_end),
            self.request.plan_name: (self.plan_path, self.plan_end),
        }
        for applied in accepted.applied:
            write_applied(applied, *places[applied.proposal.document.name])
        try:
            write_text(self.mapping_path, kept_mapping(imported))
            write_all(schema_drafts(self.home.require_folder()))
        except OSError as error:
            tell(str(unwritable(self.mapping_name, error, "the rest is recorded")))


def _answered(desk: _Desk, store: Store | None, sheets: tuple[str, ...]) -> SheetImport:
    """What the sheet says, once the person at the terminal has answered what is open."""
    request = replace(desk.request, only=sheets)
    standing = standing_values(store, request.cycle.id, clock())
    passed: set[str] = set()
    while True:
        imported = import_sheet(request, standing)
        left = [each for each in imported.questions if each.about not in passed and each.choices]
        if not left or not someone_there():
            return imported
        answer = _asked(left[0])
        if answer is None:
            passed.add(left[0].about)
        else:
            request = replace(request, mapping=request.mapping.answered(left[0], answer))


def _asked(question: Question) -> str | None:
    place = chosen(question.text, [choice.label for choice in question.choices])
    return None if place is None else question.choices[place].answer


def _refuse_unread(imported: SheetImport, *, skip: bool) -> None:
    """Refuse lines that were not understood, unless the person leaves them out."""
    try:
        refuse_unsaid(imported, skip=skip)
    except DocumentError as error:
        if not someone_there():
            raise
        tell(str(error))
        if not confirmed("Leave these lines out?"):
            raise RefusalError("nothing was recorded.") from None


def _show(
    proposal: SheetProposal,
    desk: _Desk,
    accepted: AcceptedSheet | None,
    shown: str,
    format_: str,
) -> None:
    if format_ == "json":
        print_json(_document(proposal, desk, written=accepted is not None))
        return
    parts = [shown, told_recorded(accepted, proposal, desk.mapping_name) if accepted else ""]
    text = "\n\n".join(filter(None, parts))
    if text:
        print_text(text)


def _document(proposal: SheetProposal, desk: _Desk, *, written: bool) -> ImportDocument:
    imported = proposal.imported
    return ImportDocument(
        source=imported.request.book.name,
        written=written,
        cycle=desk.request.cycle.id,
        mapping=desk.mapping_name,
        tables=tuple(map(TableDocument.of, imported.reading.tables)),
        remarks=tuple(
            RemarkDocument(cell=str(each.place or ""), text=each.text) for each in imported.remarks
        ),
        left_out=tuple(imported.problems),
        files=tuple(map(applied_document, proposal.proposals)),
        check_ins=tuple(map(SheetCheckInDocument.of, proposal.check_ins)),
    )


def _stem(file: Path) -> str:
    return re.sub(r"[^\w.-]+", "-", file.stem).strip("-.") or "sheet"


def _plan(
    home: Home, workspace: WorkspaceFile, cycle: str | None, when: When
) -> tuple[Path, str | None, Cycle]:
    """Where the plan is, its text (None: there is none, or an example), and its cycle."""
    plans = {path: read_text(path, home.shown(path)) for path in home.plan_files()}
    read = {path: load_plan(text, home.shown(path)) for path, text in plans.items()}
    path = _meant(read, cycle, when, clock())
    if path is None:
        new = _new_cycle(cycle, workspace.workspace.timezone, when)
        return home.require_folder() / PLANS_FOLDER / f"{new.id}.yaml", None, new
    text, plan = plans[path], read[path]
    if base_of(text) is None and is_example(plan):
        return path, None, plan.cycle
    return path, text, plan.cycle


def _meant(plans: dict[Path, Plan], cycle: str | None, when: When, now: datetime) -> Path | None:
    """The file of the cycle that is named, or else of the one that is on."""
    by_id = {plan.cycle.id: path for path, plan in plans.items()}
    if cycle is not None or not plans:
        return by_id.get(cycle or "")
    found = nearest_cycle([plan.cycle for plan in plans.values()], when, now)
    day = when.local_day(found, now)
    return by_id[found.id] if found.starts <= day <= found.ends else None


def _new_cycle(cycle: str | None, timezone: str, when: When) -> Cycle:
    found = _QUARTER.fullmatch(cycle) if cycle else None
    if cycle and not found:
        raise InputError(
            f"there is no plan of cycle `{cycle}`.",
            hint=f"Write {PLANS_FOLDER}/{cycle}.yaml with its first line, such as `cycle: {{id: "
            f"{cycle}, starts: 2027-01-01, ends: 2027-06-30}}`, or name a quarter: 2027-q1.",
        )
    day = when.day or clock().date()
    if found:
        day = day.replace(year=int(found[1]), month=3 * int(found[2]), day=1)
    id_, starts, ends = quarter_of(day)
    return Cycle(id=id_, starts=starts, ends=ends, timezone=timezone)
