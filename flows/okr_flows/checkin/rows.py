"""Check-ins from the rows of a tool: what is new is recorded, what cannot be understood is listed.

A row is said when it was changed last. Read again it says nothing new: the same words of the same
person for the same time are recorded once, and a row that was changed in other places than what it
says still says what it said. Changed words are said anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.basics.exact import decimal_text
from okr_core.errors import InputError, OkrError, RefusalError
from okr_core.plan.acting import Actor, Occasion
from okr_core.plan.names import account_holders, ids_named
from okr_core.plan.plan import Plan
from okr_core.record.check_ins import NewCheckIn, named, row_of
from okr_core.record.entries import CheckIn
from okr_flows.checkin.check_ins import CheckInText, read_check_in
from okr_flows.checkin.doubt import UnbelievedError
from okr_flows.checkin.recording import RecordedCheckIns, record_check_ins
from okr_flows.checkin.rows_recorded import MisreadRow, RowsRecorded, Wrong
from okr_flows.run.cycle import InForce, in_force
from okr_sources.rows_said import SaidRow
from okr_sources.source import Account

if TYPE_CHECKING:
    from okr_store import Store

NAMED_IN_ROW = "import"
"""How a person was known whom only the row names; where they made it, and changed it last, the tool
vouches for them."""
_MINUTE = timedelta(minutes=1)
_LAST_SECOND = timedelta(seconds=59)
"""Of the minute in which a row was changed: tools tell no seconds."""
OVERLAP = timedelta(minutes=5)
"""Tools find what was just written a little later: what is as new as that is read once more."""


def record_rows(
    store: Store, cycle: str, kind: str, rows: Sequence[SaidRow], now: datetime
) -> RowsRecorded:
    """Record what rows say, each by itself: one that cannot be understood stops no other.

    Those that say it already, say nothing yet, or are of another cycle's days change nothing.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        kind: Kind of tool that they are in.
        rows: Oldest change first.
        now: The time (aware): what is said later waits for the next time.
    """
    heard = [row for row in rows if row.edited <= now]
    if not heard:
        return RowsRecorded()
    known = in_force(store, cycle)
    first, end = known.plan.cycle.start_of(known.plan.cycle.starts), known.plan.cycle.end_with_grace
    reader = _Reader(store, known, kind, now)
    news, misread = 0, list[MisreadRow]()
    for row in heard:
        if row.blank or not first <= row.edited < end:
            continue
        try:
            news += reader.record(row)
        except _MisreadError as error:
            misread.append(MisreadRow(row.link, error.wrong, error.message, error.hint, row.edited))
    until = min((each.edited for each in misread), default=_known_until(heard, now))
    return RowsRecorded(news, tuple(misread), until)


def _known_until(rows: Sequence[SaidRow], now: datetime) -> datetime:
    """Before which nothing can come to light any more."""
    last = max(row.edited for row in rows)
    return last + _MINUTE if now - last >= OVERLAP else last - OVERLAP


class _MisreadError(OkrError):
    """A row that cannot be recorded."""

    def __init__(self, wrong: Wrong, error: OkrError) -> None:
        super().__init__(error.message, hint=error.hint)
        self.wrong: Wrong = wrong


class _Reader:
    """Understands rows by a plan and its people, and records them one after the other."""

    def __init__(self, store: Store, known: InForce, kind: str, now: datetime) -> None:
        self._store = store
        self._known = known
        self._kind = kind
        self._now = now
        self._names = _names(known.plan)
        self._others: list[Plan] | None = None
        said = store.entries(known.plan.cycle.id, kinds=("check_in",))
        self._last = {row_of(entry): entry for entry in said}

    def record(self, row: SaidRow) -> int:
        """Record a row; how many check-ins are new.

        Raises:
            _MisreadError: It cannot be.
        """
        if row.failure is not None:
            raise _MisreadError("row", InputError(row.failure.reason, hint=row.failure.hint))
        key_result = self._key_result(row)
        if not key_result:
            return 0
        person = self._person(row.author)
        text = CheckInText(
            key_result, row.value, row.confidence, row.note, at=row.edited.isoformat(), by=person
        )
        via = self._kind if row.own else NAMED_IN_ROW
        zone = self._known.plan.cycle.zone
        # Said when the row was changed, however much later it is read.
        occasion = Occasion(row.edited, row.edited, Actor(via, person), zone)
        try:
            said = read_check_in(self._known, text, occasion)
        except InputError as error:
            raise _MisreadError("value", error) from None
        if self._unchanged(said, row):
            return 0
        return self._record(replace(said, row=row.id), occasion)

    def _record(self, said: NewCheckIn, occasion: Occasion) -> int:
        try:
            done = self._recorded(said, occasion)
        except UnbelievedError as error:
            cycle, value = self._known.plan.cycle.id, decimal_text(said.value or Decimal(0))
            meant = okr("checkin", said.name, value, "--sure", by=said.by, cycle=cycle)
            hint = f"Correct the row; if it is right: {meant.code}."
            raise _MisreadError("value", InputError(error.message, hint=hint)) from None
        except RefusalError as error:
            raise _MisreadError("said already", error) from None
        self._last[said.row] = done.check_ins[0].entry
        return done.new

    def _recorded(self, said: NewCheckIn, occasion: Occasion) -> RecordedCheckIns:
        try:
            return record_check_ins(self._store, self._known, [said], occasion)
        except UnbelievedError:
            raise
        except RefusalError:
            last, later = self._last.get(said.row), said.at + _LAST_SECOND
            if last is None or last.at not in {said.at, later} or later > self._now:
                raise
            # The same row in the same minute: they changed their mind.
            return record_check_ins(self._store, self._known, [replace(said, at=later)], occasion)

    def _unchanged(self, said: NewCheckIn, row: SaidRow) -> bool:
        """Whether it says what was recorded of it: something else of the row was changed."""
        last = self._last.get(row.id)
        if last is None or not isinstance(last.body, CheckIn):
            return False
        before = last.body.value, last.body.confidence, last.body.note
        same = before == (said.value, said.confidence, said.note)
        return same and (named(last)[0], last.by) == (said.name, said.by)

    def _key_result(self, row: SaidRow) -> str:
        """Id of what a row is about; empty where it is another cycle's.

        Raises:
            _MisreadError: It names nothing, nothing that there is, or several.
        """
        name = row.key_result.strip()
        if not name:
            error = InputError("the row names no key result.", hint="Fill it in.")
            raise _MisreadError("key result", error)
        plan, cycle = self._known.plan, self._known.plan.cycle.id
        found = _meant(name, plan.key_results_by_id, self._names)
        if len(found) < 2 and self._is_elsewhere(name, row, known=bool(found)):
            return ""
        if len(found) == 1:
            return found[0]
        which = ", ".join(f"`{each}`" for each in found)
        error = InputError(
            f"{len(found)} key results are called so: {which}."
            if found
            else f"cycle `{cycle}` has no key result `{name}`, by id or by title.",
            hint=f"Write the id: {okr('status --ids', cycle=cycle).code} lists them.",
        )
        raise _MisreadError("key result", error)

    def _is_elsewhere(self, name: str, row: SaidRow, *, known: bool) -> bool:
        """Whether another cycle has a key result of that id or title, and the row is of its days.

        Args:
            name: What the row names.
            row: What was written after this cycle's end may be of the next one's.
            known: Whether this cycle has it too.
        """
        own = self._known.plan.cycle
        if known and own.day_of(row.edited) <= own.ends:
            return False
        if self._others is None:
            ids = (each for each in self._store.cycles() if each != own.id)
            revisions = (self._store.revision("plan", each) for each in ids)
            self._others = [revision.plan() for revision in revisions if revision is not None]
        return any(
            _meant(name, plan.key_results_by_id, _names(plan))
            for plan in self._others
            if not known or plan.cycle.starts <= plan.cycle.day_of(row.edited) <= plan.cycle.ends
        )

    def _person(self, account: Account | None) -> str:
        """Id of the person with an account: by the account, the address, or the name.

        Raises:
            _MisreadError: Nobody is named, or nobody or several of the workspace.
        """
        workspace = self._known.workspace
        if account is None:
            raise _MisreadError("person", InputError("the row names nobody.", hint="Name one."))
        people = workspace.people if workspace else {}
        found = account_holders(people, self._kind, account.id, account.email, account.name)
        if len(found) == 1:
            return found[0]
        who = account.name or account.email or f"account {account.id}"
        many = "several people of okr.yaml are" if found else "nobody in okr.yaml is"
        imported = okr("people", "import", self._kind, "CONNECTION")
        error = InputError(
            f"{many} {who}.",
            hint=f"Write `accounts: {{{self._kind}: {account.id}}}` below the person, or run "
            f"{imported.code}.",
        )
        raise _MisreadError("person", error)


def _names(plan: Plan) -> list[tuple[str, str]]:
    return [(kr.id, name) for kr in plan.active_key_results for name in (kr.id, kr.title)]


def _meant(name: str, ids: Collection[str], names: Iterable[tuple[str, str]]) -> list[str]:
    """Ids of the key results, or `KR/PART`, that a row may mean."""
    if name.partition("/")[0] in ids:
        return [name]
    return list(dict.fromkeys(ids_named(name, names)))
