"""Mapping: how people said that a sheet is to be read; kept as a file and used the next time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from okr_core.basics.base import FrozenModel, Number, shortened
from okr_core.basics.closest import closest
from okr_core.basics.command import okr
from okr_core.errors import DocumentError, InputError
from okr_core.files.findings import findings_of
from okr_core.files.yaml_edit import flow
from okr_core.files.yaml_tree import read_document
from okr_core.sheets.questions import Question
from okr_core.sheets.vocabulary import FIELDS, LEFT_OUT, Kind, folded_header

Days = Literal["dmy", "mdy"]
_HEAD = (
    f"# How {okr('import csv').code} reads this sheet: correct it here and import again. "
    "- leaves out.\n"
)


def _field_of(kind: Kind, field: str) -> str:
    if field == LEFT_OUT or field in FIELDS[kind]:
        return field
    near = closest(field, FIELDS[kind])
    meant = f"Closest: {near}. " if near else ""
    raise ValueError(
        f"{shortened(field)} is nothing that a column can be. {meant}Choose from "
        f"{', '.join(FIELDS[kind])}, or {LEFT_OUT} to leave it out."
    )


_Goals = Annotated[str, AfterValidator(lambda field: _field_of("goals", field))]
_People = Annotated[str, AfterValidator(lambda field: _field_of("people", field))]


class SheetMapping(FrozenModel):
    """What was said about a sheet.

    Attributes:
        goals: Name of a column in a table of goals → what it is, `-` if it is left out.
        people: The same for tables of people.
        decimal: Which mark is a decimal one.
        days: Whether 4/5/2026 is in May (`dmy`) or in April (`mdy`).
        start: Where all key results begin whose start is empty; None: nobody said so.
    """

    goals: dict[str, _Goals] = Field(default_factory=dict)
    people: dict[str, _People] = Field(default_factory=dict)
    decimal: Literal[".", ","] | None = None
    days: Days | None = None
    start: Number | None = None

    def of(self, kind: Kind) -> dict[str, str]:
        """Folded name of a column → what it is."""
        named = self.goals if kind == "goals" else self.people
        return {folded_header(header): field for header, field in named.items()}

    def answered(self, question: Question, answer: str) -> SheetMapping:
        """The mapping with the answer to a question."""
        kind, _, field = question.about.partition(".")
        if not field:
            value = Decimal(answer) if kind == "start" else answer
            return self.model_copy(update={kind: value})
        named = dict(self.goals if kind == "goals" else self.people)
        named |= dict.fromkeys(question.others, LEFT_OUT)
        return self.model_copy(update={kind: named | {answer: field}})

    def with_answers(self, said: Mapping[str, str]) -> SheetMapping:
        """The mapping with texts for `decimal`, `days` and `start`.

        Raises:
            InputError: One is none of what it can be.
        """
        try:
            found = SheetMapping.model_validate(dict(said))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            reason = first["msg"].removeprefix("Value error, ")
            raise InputError(f"--{first['loc'][0]}: {reason}") from None
        return self.model_copy(update={name: getattr(found, name) for name in said})

    def with_columns(self, given: Mapping[str, str]) -> SheetMapping:
        """The mapping with what columns are; a field that both kinds of tables know is of both.

        Raises:
            InputError: A field is none.
        """
        goals, people = dict(self.goals), dict(self.people)
        for header, field in given.items():
            kinds: list[Kind] = [kind for kind in FIELDS if field in (LEFT_OUT, *FIELDS[kind])]
            if not kinds:
                try:
                    _field_of("goals", field)
                except ValueError as error:
                    raise InputError(f"column `{header}`: {error}") from None
            goals |= {header: field} if "goals" in kinds else {}
            people |= {header: field} if "people" in kinds else {}
        return self.model_copy(update={"goals": goals, "people": people})


def read_mapping(text: str, name: str) -> SheetMapping:
    """The mapping of a file.

    Raises:
        DocumentError: It has errors; each is named with its line.
    """
    document = read_document(text, name)
    try:
        return SheetMapping.model_validate(document.data)
    except ValidationError as error:
        raise DocumentError(findings_of(error, document, SheetMapping)) from error


def mapping_text(mapping: SheetMapping) -> str:
    """The mapping as a file that people can correct."""
    lines = [_HEAD]
    for kind, named in (("goals", mapping.goals), ("people", mapping.people)):
        if named:
            lines.append(f"{kind}:\n")
            lines += [f"  {flow(header)}: {flow(field)}\n" for header, field in named.items()]
    if mapping.decimal:
        lines.append(f'decimal: "{mapping.decimal}"\n')
    if mapping.days:
        lines.append(f"days: {mapping.days}\n")
    if mapping.start is not None:
        lines.append(f"start: {flow(mapping.start)}\n")
    return "".join(lines)
