"""`okr checkin`: a person's value, confidence and note; one, or a CSV file of many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from cyclopts import Parameter

from okr_cli.files.files import MAX_BYTES
from okr_cli.shell.acting import VIA, occasion
from okr_cli.shell.asking import Meant, confirmed, if_meant, someone_there
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home, read_bytes
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import print_text, show, tell
from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.basics.wire import filled
from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Occasion
from okr_core.plan.cycle import Cycle, cutoff_of
from okr_core.plan.metrics import Binary
from okr_core.record.check_ins import NOTHING_NEW, NewCheckIn
from okr_core.record.entries import CheckIn
from okr_core.words.figures import value_text
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.checkin.recording import MOST, RecordedCheckIn, RecordedCheckIns
from okr_flows.checkin.table import COLUMNS, TableCheckIns, check_in_book
from okr_flows.documents.words import CheckInDocument, CheckInsDocument

if TYPE_CHECKING:
    from okr_store import Store

Text = Annotated[str, Parameter(show_default=False)]


def checkin(
    key_result: Annotated[
        str | None, Parameter(help="Id or title of the key result; of a milestone: KR/PART.")
    ] = None,
    value: Annotated[
        str | None,
        Parameter(help="A number; a grade's word; done. Left out: confidence or note alone."),
    ] = None,
    /,
    *,
    confidence: Annotated[
        str | None, Parameter(help="How sure that the target will be reached, 0 to 10.")
    ] = None,
    note: Annotated[str, Parameter(help="What happened, what is next.")] = "",
    reason: Annotated[str, Parameter(help="Why a value by hand, where a source is bound.")] = "",
    until: Annotated[
        str | None, Parameter(help="Last day that a value by hand holds, where a source is bound.")
    ] = None,
    nothing_new: Annotated[
        bool, Parameter(help="What stands is as it was: that is an answer too.")
    ] = False,
    blocker: Annotated[
        str, Parameter(help="What keeps it from going on; open until somebody lifts it.")
    ] = "",
    from_: Annotated[
        Path | None,
        Parameter(name="--from", help="CSV or XLSX: key_result,at,value,confidence,note,by."),
    ] = None,
    skip: Annotated[
        bool, Parameter(help="Leave out the lines of the file that are not understood.")
    ] = False,
    yes: Annotated[
        bool, Parameter(name=("--yes", "-y"), help="Accept what the file says without being asked.")
    ] = False,
    meant: Meant = False,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Record a check-in, or all rows of a file: all of them or none.

    Without a key result and a file it asks what is due for you, one by one, and records each
    answer at once; stop whenever you like.

    The same words of the same person for the same day or minute are recorded once, however often
    they are said. Other words are kept beside them, and the last recorded ones count; another
    value for the same time is a correction: `okr correct`. A value far outside of what the key
    result is about is asked back.
    """
    _refuse_both(key_result, value, from_)
    with Home.of(place).open_cycle(when) as (store, cycle, at):
        if key_result is None and from_ is None:
            _refuse_nameless(confidence, note, reason, until, blocker, nothing_new=nothing_new)
            from okr_cli.progress.checkin_walk import walk  # noqa: PLC0415 - the store

            print_text(walk(store, cycle, at, by, meant=meant))
            return 0
        named = when.as_of is not None
        acting = occasion(cycle, at, by, "csv" if from_ else VIA, named=named)
        acting = replace(acting, day=when.day)
        if from_ is not None:
            done = _from_file(store, cycle.id, from_, acting, Accepting(skip, yes, meant))
        else:
            text = CheckInText(
                key_result or "",
                value=_value(value, nothing_new=nothing_new),
                confidence=confidence or "",
                note=note,
                reason=reason,
                until=until or "",
                blocker=blocker,
            )
            done = if_meant(
                lambda sure: check_in(store, cycle.id, text, replace(acting, meant=sure)),
                meant=meant,
            )
    for line in (*_beside(done), *_too_late(done, cycle)):
        tell(line)
    said = tuple(map(_document, done.check_ins))
    show(format_, CheckInsDocument(cycle=cycle.id, check_ins=said), _sentence(done))
    return 0


def _value(value: str | None, *, nothing_new: bool) -> str:
    if nothing_new and value is not None:
        raise InputError("a value is something new.", hint="Leave out --nothing-new, or the value.")
    return NOTHING_NEW if nothing_new else value or ""


class Accepting(NamedTuple):
    """What a person says beforehand about a file.

    Attributes:
        skip: Lines that are not understood are left out.
        yes: What it says is accepted without being asked.
        meant: Values that are hard to believe are meant.
    """

    skip: bool
    yes: bool
    meant: bool


def _from_file(
    store: Store, cycle: str, file: Path, acting: Occasion, accepting: Accepting
) -> RecordedCheckIns:
    """Record a file; a person at a terminal sees first what is new, and accepts it or not."""
    from okr_sheets import read_book  # noqa: PLC0415 - only for files

    book = read_book(str(file), read_bytes(file, MAX_BYTES), COLUMNS)

    def understood(sure: bool) -> tuple[TableCheckIns, list[bool]]:
        said = replace(acting, meant=sure)
        read = check_in_book(store, cycle, book, said, skip=accepting.skip)
        return read, read.new(store)

    read, new = if_meant(understood, meant=accepting.meant)
    for remark in book.remarks:
        tell(f"{file}: {remark}.")
    for left_out in read.left_out:
        tell(f"left out: {left_out}")
    if any(new) and someone_there() and not accepting.yes:
        for line in _new_lines(read, new):
            tell(line)
        if not confirmed(f"Record {count(sum(new), 'check-in')}?"):
            raise RefusalError("nothing was recorded.")
    return read.record(store)


def _new_lines(read: TableCheckIns, new: Sequence[bool]) -> Iterator[str]:
    """What a file would add, a line each; the first of many."""
    several = list(compress(zip(read.lines, read.check_ins, strict=True), new))
    for line, said in several[:MOST]:
        words = _words(said, said.words) or "noted"
        yield f"  line {line}: {said.name} {words}, by {said.by}, {said.when[:10]}"
    if len(several) > MOST:
        yield f"  … and {len(several) - MOST:,} more."


def _document(recorded: RecordedCheckIn) -> CheckInDocument:
    """A check-in as it is in the store."""
    return filled(
        CheckInDocument,
        recorded.entry,
        part=recorded.check_in.part,
        value=recorded.body.value,
        confidence=recorded.body.confidence,
        nothing_new=recorded.body.nothing_new,
        note=recorded.body.note,
        said_at=recorded.body.said_at or recorded.entry.at,
        acted_for=recorded.acted_for,
        blocker=recorded.check_in.blocker,
        earlier=not recorded.new,
    )


def _beside(done: RecordedCheckIns) -> Iterator[str]:
    """What people said in other words for the same time: it stays, and one of them counts."""
    others = [each for each in done.check_ins if each.last is not None]
    for each in others[:MOST]:
        name, by, last = each.check_in.name, each.entry.by, _words(each.check_in, each.last)
        if each.new:
            yield f"{name}: {by} had said {last} for that time; both stay, the last one counts."
        else:
            yield (
                f"{name}: {by} said {last} for that time afterwards, which counts. To say this "
                'once more, add a note: `--note "…"`.'
            )
    if len(others) > MOST:
        yield f"{len(others) - MOST:,} more were said in other words for the same time."


def _too_late(done: RecordedCheckIns, cycle: Cycle) -> Iterator[str]:
    """That what is said after the cut-off does not score: it is recorded and shown."""
    cutoff = cutoff_of(cycle)
    late = [
        each.check_in.name
        for each in done.check_ins
        if each.new and each.body.value is not None and (each.check_in.said_at or cutoff) > cutoff
    ]
    if late:
        more = f" and {len(late) - MOST:,} more" if len(late) > MOST else ""
        yield (
            f"{', '.join(late[:MOST])}{more}: said after the cut-off of {cycle.id} "
            f"({minute_text(cutoff, cycle.zone)}): shown, not scored."
        )


def _words(check_in: NewCheckIn, body: CheckIn | None) -> str:
    assert body is not None
    metric = Binary() if check_in.part else check_in.key_result.metric
    value = [] if body.value is None else [value_text(metric, body.value)]
    value += [NOTHING_NEW] if body.nothing_new else []
    sure = [] if body.confidence is None else [f"confidence {body.confidence}"]
    return ", ".join([*value, *sure, *(["another note"] if body.note else [])])


def _refuse_both(key_result: str | None, value: str | None, from_: Path | None) -> None:
    if from_ is not None and (key_result or value):
        raise InputError(
            "a check-in needs either a key result or a file.",
            hint=f"Write {okr('checkin', 'KR', 'VALUE').code} or "
            f"{okr('checkin', '--from', 'FILE.csv').code}.",
        )


def _refuse_nameless(*said: str | None, nothing_new: bool) -> None:
    """What is said is said of a key result; only who says nothing is asked what is due."""
    if nothing_new or any(said):
        raise InputError(
            "which key result is it about?",
            hint=f"Name it, as in {okr('checkin', 'KR', 'VALUE').code}; "
            f"{okr('checkin').code} alone asks what is due.",
        )


def _sentence(done: RecordedCheckIns) -> str:
    if len(done.check_ins) == 1 and done.new:
        one, absent = done.check_ins[0].check_in, done.check_ins[0].acted_for
        metric = Binary() if one.part else one.key_result.metric
        value = f" {value_text(metric, one.value)}" if one.value is not None else ""
        value += f" {NOTHING_NEW}" if one.nothing_new else ""
        sure = f", confidence {one.confidence} of 10" if one.confidence is not None else ""
        whose = f" for {absent}" if absent else ""
        blocked = "; blocked" if one.blocker else ""
        return f"{one.name}:{value or ' noted'}{sure}, by {one.by}{whose}{blocked}."
    there = len(done.check_ins) - done.new
    known = f"; {there} recorded earlier" if there else ""
    return f"{count(done.new, 'check-in')} recorded{known}."
