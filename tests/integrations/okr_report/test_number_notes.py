"""What a reader must know of a number is in every form, for who may see where it is from."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import report_samples
from report_reading import book_of, pdf_text, rows_of, squeezed

from okr_report import Report, ReportInput, as_json, report
from okr_report.audience.audience import KINDS
from okr_report.html import as_html
from okr_report.markdown import markdown
from okr_report.pdf import as_pdf
from okr_report.xlsx import as_xlsx

CANARY = "13 done issues have no canary date"


def _noted(words: tuple[str, ...]) -> ReportInput:
    found = report_samples.running()
    space = found.snapshot.workspace
    assert space is not None
    seen = space.model_copy(update={"audiences": {"board": words}})
    name = next(name for name, told in found.provenance.items() if told.evidence is not None)
    noted = {name: replace(found.provenance[name], note=CANARY)}
    return replace(
        found,
        snapshot=replace(found.snapshot, workspace=seen),
        provenance={**found.provenance, **noted},
    )


def _book(found: Report) -> str:
    return str([row for sheet in book_of(as_xlsx(found)) for row in rows_of(sheet)])


FORMS: dict[str, Callable[[Report], str]] = {
    "html": as_html,
    "pdf": lambda found: squeezed(pdf_text(as_pdf(found).data)),
    "xlsx": _book,
    "md": markdown,
    "json": lambda found: json.dumps(as_json(found)),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_note_is_in_every_form(form: str) -> None:
    found = FORMS[form](report(_noted(tuple(KINDS)), "board"))
    assert (squeezed(CANARY) if form == "pdf" else CANARY) in found


@pytest.mark.parametrize("form", FORMS)
def test_who_may_not_see_where_numbers_come_from_sees_no_note(form: str) -> None:
    words = tuple(each for each in KINDS if each != "evidence")
    found = FORMS[form](report(_noted(words), "board"))
    assert CANARY not in found
    assert squeezed(CANARY) not in found
