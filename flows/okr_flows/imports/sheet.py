"""Sheet: what a spreadsheet would make of okr.yaml and a plan, as texts that are not kept yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from okr_core.errors import DocumentError, Finding, InputError
from okr_core.files.document import dump_plan, load_plan
from okr_core.files.plan_edit import edited_plan
from okr_core.files.workspace_edit import WorkspaceText
from okr_core.files.yaml_edit import Path, Value
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.sheets.cells import Book
from okr_core.sheets.mapping import SheetMapping
from okr_core.sheets.merging import Merged, merged
from okr_core.sheets.places import Remark
from okr_core.sheets.questions import Question
from okr_core.sheets.reading import SheetReading, read_sheets
from okr_flows.people.changes import Imported, PersonChange, changes_of

MOST = 20
"""Lines that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class SheetRequest:
    r"""What is imported, and into what.

    Attributes:
        mapping: What people said about the sheet.
        workspace: okr.yaml as it is.
        plan_name: What messages call the plan's file.
        plan_text: The plan as it is, line ends as `\n`; None: there is none, or only an example.
        cycle: The cycle of a plan that is not there yet.
        only: Names of the sheets to read; empty: all that are not hidden.
    """

    book: Book
    mapping: SheetMapping
    workspace: WorkspaceText
    plan_name: str
    plan_text: str | None
    cycle: Cycle
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetImport:
    """What a spreadsheet would make of a workspace and a plan.

    Attributes:
        merged: None while a question is open without whose answer nothing can be said.
        people: What changes about people.
    """

    request: SheetRequest
    reading: SheetReading
    merged: Merged | None = None
    people: tuple[PersonChange, ...] = ()

    @property
    def questions(self) -> list[Question]:
        """What is still to be said."""
        return self.reading.questions

    @property
    def problems(self) -> list[Finding]:
        """Lines that were not understood, in their order."""
        found = [*self.reading.problems, *(self.merged.problems if self.merged else ())]
        return sorted(dict.fromkeys(found), key=lambda each: (each.file, each.line))

    @property
    def remarks(self) -> list[Remark]:
        """What was concluded or left out."""
        reading = [*self.reading.remarks, *self.reading.goals.remarks]
        return list(dict.fromkeys([*reading, *(self.merged.remarks if self.merged else ())]))

    @property
    def tells_goals(self) -> bool:
        """Whether it is about goals at all: a sheet of people alone makes no plan."""
        return bool(self.reading.goals.objectives)

    def workspace_text(self) -> str:
        """okr.yaml with the people, teams and roles of the sheet.

        Raises:
            InputError: It would not be a workspace.
        """
        assert self.merged is not None, "nobody writes what is not decided"
        known = self.request.workspace
        values: dict[Path, Value] = Imported(self.people).values(known.workspace)
        return known.with_values(values | dict(self.merged.values)).text

    def plan_text(self) -> str:
        """The plan with the goals of the sheet.

        Raises:
            InputError: The plan's text cannot be changed in place.
        """
        assert self.merged is not None, "nobody writes what is not decided"
        if self.request.plan_text is None:
            return dump_plan(self.merged.plan)
        return edited_plan(self.request.plan_name, self.request.plan_text, self.merged.plan)


def import_sheet(
    request: SheetRequest, standing: Mapping[str, Decimal] | None = None
) -> SheetImport:
    """What a spreadsheet would make of a workspace and a plan.

    Args:
        request: What is imported, and into what.
        standing: Key result → its value that counts now.

    Raises:
        DocumentError: The plan's text has errors.
        InputError: No table is found, or all lines are of another period.
    """
    plan = _plan(request)
    reading = read_sheets(request.book, request.mapping, plan.cycle.id, request.only)
    if any(not question.optional for question in reading.questions):
        return SheetImport(request, reading)
    _refuse_other_period(request, reading, plan.cycle.id)
    workspace = request.workspace.workspace
    result = merged(reading, plan, workspace, standing)
    people = [
        change
        for name, said in result.people.items()
        for change in changes_of(name, workspace.people.get(name), said)
    ]
    return SheetImport(request, reading, result, tuple(people))


def refuse_unsaid(imported: SheetImport, *, skip: bool) -> None:
    """Refuse what cannot go on without an answer, or with lines that were not understood.

    Args:
        imported: What was read.
        skip: Whether lines that were not understood are left out.

    Raises:
        InputError: An answer is needed; the message says what to pass.
        DocumentError: Lines were not understood; each is named.
    """
    asked = [question for question in imported.questions if not question.optional]
    if asked:
        raise InputError("\n".join(map(_told, asked)), hint="Answer, then import again.")
    problems = imported.problems
    if problems and not skip:
        more = len(problems) - MOST
        rest = f"{more:,} more lines were not understood." if more > 0 else ""
        last = replace(
            problems[0],
            line=0,
            message=rest or "nothing was written.",
            fix="Correct the sheet, or leave these lines out with `--skip`.",
        )
        raise DocumentError([*problems[:MOST], last])


def _told(question: Question) -> str:
    if not question.choices:
        return f"{question.text} No column is left: add one to the sheet."
    answers = "; ".join(
        f"`{question.option.replace('…', choice.answer)}` for {choice.label}"
        for choice in question.choices
    )
    return f"{question.text} Pass {answers}."


def _plan(request: SheetRequest) -> Plan:
    if request.plan_text is None:
        return Plan(cycle=request.cycle)
    return load_plan(request.plan_text, request.plan_name)


def _refuse_other_period(request: SheetRequest, reading: SheetReading, cycle: str) -> None:
    if reading.goals.periods and not reading.goals.objectives:
        others = ", ".join(sorted(reading.goals.periods))
        raise InputError(
            f"{request.book.name}: no line is of cycle `{cycle}`; there are lines of {others}.",
            hint=f"Name the cycle that is meant: `--cycle {min(reading.goals.periods)}`.",
        )
