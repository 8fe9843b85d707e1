"""What an import shows: how each column was understood, what was concluded, what would change."""

from __future__ import annotations

from collections.abc import Iterator

from okr_cli.plan.apply import proposal_lines
from okr_cli.shell.figures import count
from okr_cli.shell.layout import left, width_of
from okr_core.basics.command import okr
from okr_core.sheets.cells import letters
from okr_core.sheets.mapping import mapping_text
from okr_core.sheets.merging import SheetCheckIn
from okr_core.sheets.tables import Column, Table
from okr_core.sheets.vocabulary import LEFT_OUT, folded_header
from okr_core.words.figures import way_text
from okr_flows.imports.accepting import AcceptedSheet, SheetProposal
from okr_flows.imports.sheet import SheetImport

_WIDEST = 30


def import_text(proposal: SheetProposal, mapping: str) -> str:
    """Everything that a person accepts.

    Args:
        proposal: What would change.
        mapping: What the file is called that keeps how the sheet is read.
    """
    return "\n".join(_lines(proposal, mapping))


def _lines(proposal: SheetProposal, mapping: str) -> Iterator[str]:
    imported = proposal.imported
    yield f"{imported.request.book.name}: {_summary(imported)}."
    for table in imported.reading.tables:
        yield ""
        yield from _columns(table)
    if any(each.how == "said" for table in imported.reading.tables for each in table.columns):
        yield f"(said) by you, or in {mapping}"
    yield from _goals(proposal)
    yield from _listed("Understood so, or left out", [str(each) for each in imported.remarks])
    yield from _listed("Left out, not understood", [str(each) for each in imported.problems])
    yield ""
    yield from proposal_lines(proposal.proposals, dry_run=True)
    yield from _check_ins(proposal)
    others = imported.merged.others if imported.merged else 0
    if others:
        yield ""
        yield f"{count(others, 'key result')} of the plan not in the sheet; nothing changes there."


def _summary(imported: SheetImport) -> str:
    goals = [each for each in imported.reading.goals.objectives if each.key_results]
    parts = [
        count(sum(len(each.key_results) for each in goals), "key result"),
        f"{count(len(goals), 'objective')}",
    ]
    people = len(imported.reading.people)
    told = f", {count(people, 'person', 'people')}" if people else ""
    return " of ".join(parts) + told


def _columns(table: Table) -> Iterator[str]:
    yield f"Columns of {table.kind}, named on {table.where}:"
    widest = min(max(width_of(each.header) for each in table.columns), _WIDEST)
    for each in table.columns:
        if each.field or each.content != "empty":
            yield f"  {letters(each.index):>2}  {left(each.header, widest)}  {_field(each)}"


def _field(column: Column) -> str:
    if not column.field:
        return "not read" if column.how else "not read: the name is unknown"
    return column.field.replace("_", " ") + (" (said)" if column.how == "said" else "")


def _goals(proposal: SheetProposal) -> Iterator[str]:
    """Each key result as it was understood: direction, unit, scale, who, until when."""
    merged = proposal.imported.merged
    assert merged is not None, "nobody accepts what is not decided"
    for objective in merged.plan.objectives:
        told = [each for each in objective.key_results if each.id in merged.named]
        if told:
            team = f", team {objective.team}" if objective.team else ""
            yield ""
            yield f"{objective.title}{team}"
            for each in told:
                who = merged.plan.role_of(each) or "nobody"
                due = f", due {each.due}" if each.due else ""
                yield f"  {each.title}: {way_text(each.metric)}, {who}{due}"


def _listed(title: str, told: list[str]) -> Iterator[str]:
    if told:
        yield ""
        yield f"{title}:"
        yield from (f"  {each}" for each in told)


def _check_ins(proposal: SheetProposal) -> Iterator[str]:
    said = proposal.check_ins
    if not said:
        return
    yield ""
    cycle = proposal.imported.request.cycle
    default = proposal.occasion.day or cycle.day_of(proposal.occasion.at)
    undated = sum(each.day is None for each in said)
    some = "" if undated == len(said) else f", {undated}"
    told = f"{some} of {default}, since no day is said" if undated else ""
    yield f"{count(len(said), 'check-in')}{told}:"
    for each in said:
        yield f"  {_check_in(each)}"


def _check_in(said: SheetCheckIn) -> str:
    day = f" on {said.day}" if said.day else ""
    sure = "" if said.confidence is None else f", confidence {said.confidence}"
    note = ", with a note" if said.note else ""
    return f"{said.key_result}: {said.value or 'no value'}{day}{sure}{note}"


def told_recorded(accepted: AcceptedSheet, proposal: SheetProposal, mapping: str) -> str:
    """What was recorded, and what comes next."""
    names = [
        f"{'proposed ' if each.proposal.waits else ''}revision {each.number} of "
        f"{each.proposal.name}"
        for each in accepted.applied
    ]
    said = accepted.check_ins.new if accepted.check_ins else 0
    names += [count(said, "check-in")] if said else []
    return (
        f"Recorded: {', '.join(names) or 'nothing new'}. How the sheet is read is in {mapping}.\n"
        f"Next: {okr('status' if proposal.imported.tells_goals else 'check').code}"
    )


def kept_mapping(imported: SheetImport) -> str:
    """How a sheet was read, for the next time."""
    said = imported.request.mapping
    kept = {"goals": dict(said.goals), "people": dict(said.people)}
    for table in imported.reading.tables:
        known = said.of(table.kind)
        for each in table.columns:
            held = each.field or each.content != "empty"
            if held and folded_header(each.header) not in known:
                kept[table.kind][each.header] = each.field or LEFT_OUT
    return mapping_text(said.model_copy(update=kept))
