"""Ownership: whose value a field of a tool holds, and therefore what a write may do to it.

Three values decide: what the tool holds, what it should hold, and what we last wrote there. What
differs from what we wrote is a person's, and stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from okr_core.basics.command import okr
from okr_core.errors import OkrError
from okr_core.record.failure import Failure
from okr_core.record.write_back import held_there, is_named, value_digest

Verdict = Literal["same", "changed", "conflict", "unavailable"]
"""`same`: nothing to write. `changed`: written, or would be. `conflict`: a person owns it."""

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of an item in its tool.

    Attributes:
        field: What is written, such as `score`.
        label: What the tool calls the field.
        holds: What it holds as text; None: it is empty.
        wanted: What it should hold; None: nothing.
        follows: Whether it tells when the other fields changed: it is written with them only.
        old: `holds` as people read it, where that is not the text itself.
        new: The same of `wanted`.
    """

    field: str
    label: str
    holds: str | None
    wanted: str | None
    follows: bool = False
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes, or became, of one field.

    Attributes:
        digest: Of the value that the field then holds, where that is ours; else empty.
        value: The text to write, where it is `changed`; None clears the field.
        failure: Why it is not written, and what to do about that.
    """

    field: str
    label: str
    verdict: Verdict
    old: str | None = None
    new: str | None = None
    digest: str = ""
    value: str | None = None
    failure: Failure | None = None


def settle(
    item: str,
    place: str,
    cells: Iterable[Cell],
    own: Mapping[str, Collection[str]],
    taken: Collection[str] = (),
) -> tuple[Settled, ...]:
    """What becomes of each field: written where nobody else owns it and it differs.

    Args:
        item: Id of the item, for hints.
        place: Where it lives: a value that was written elsewhere is not ours here.
        cells: Its fields.
        own: Field → digests of what we wrote, here or elsewhere, or were about to write when a run
            was killed.
        taken: Fields that a person handed over: written whatever they hold.

    >>> cells = [Cell("score", "Score", holds="0.4", wanted="0.7")]
    >>> ours = {"score": [value_digest("GROW-12", "0.4")]}
    >>> [each.verdict for each in settle("nps", "GROW-12", cells, ours)]
    ['changed']
    >>> [each.verdict for each in settle("nps", "GROW-12", cells, {})]
    ['conflict']
    """
    listed = list(cells)
    leading = [cell for cell in listed if not cell.follows]
    settlement = _Settlement(item, place, own, taken)
    found = {cell.field: settlement.settled(cell) for cell in leading}
    for cell in listed:
        if cell.follows:
            moved = not leading or cell.field in taken or settlement.moves(cell, found.values())
            found[cell.field] = settlement.settled(cell) if moved else settlement.kept(cell)
    return tuple(found[cell.field] for cell in listed)


def refused(field: str, label: str, error: OkrError) -> Settled:
    """A field that cannot be written, and what to do about it."""
    return Settled(field, label, "unavailable", failure=Failure.of(error))


@dataclass(frozen=True, slots=True)
class _Settlement:
    item: str
    place: str
    own: Mapping[str, Collection[str]]
    taken: Collection[str]

    def settled(self, cell: Cell) -> Settled:
        own = self._own(cell)
        if cell.holds == cell.wanted:
            return self.kept(cell) if cell.wanted is None else self._same(cell)
        if cell.field in self.taken or self._ours(cell, own):
            return self._changed(cell)
        if cell.wanted is None and not own:
            return self.kept(cell)
        return self._conflict(cell)

    def moves(self, cell: Cell, others: Iterable[Settled]) -> bool:
        """Whether a cell that follows others is written with them, or for the first time."""
        verdicts = {each.verdict for each in others}
        first = cell.holds is None and not self._own(cell)
        return "changed" in verdicts or (first and "same" in verdicts)

    def kept(self, cell: Cell) -> Settled:
        """Nothing to say about it; it stays ours if it was."""
        ours = is_named(self.place, cell.holds, self._own(cell))
        held = value_digest(self.place, cell.holds) if ours else ""
        old = _shown(cell.old, cell.holds)
        return Settled(cell.field, cell.label, "same", old, old, held)

    def _own(self, cell: Cell) -> Collection[str]:
        """Digests of what we wrote into the field, if it is here that we did."""
        own = self.own.get(cell.field, NOTHING)
        return own if held_there(self.place, own) else NOTHING

    def _ours(self, cell: Cell, own: Collection[str]) -> bool:
        if not own:
            return cell.holds is None
        return is_named(self.place, cell.holds, own)

    def _same(self, cell: Cell) -> Settled:
        old = _shown(cell.old, cell.holds)
        found = value_digest(self.place, cell.wanted)
        return Settled(cell.field, cell.label, "same", old, old, found)

    def _changed(self, cell: Cell) -> Settled:
        return Settled(
            cell.field,
            cell.label,
            "changed",
            _shown(cell.old, cell.holds),
            _shown(cell.new, cell.wanted),
            value_digest(self.place, cell.wanted),
            cell.wanted,
        )

    def _conflict(self, cell: Cell) -> Settled:
        emptied = cell.holds is None
        what = "somebody emptied it" if emptied else "it holds what okr did not write"
        return Settled(
            cell.field,
            cell.label,
            "conflict",
            _shown(cell.old, cell.holds),
            _shown(cell.new, cell.wanted),
            failure=Failure(
                f"{what}: a person owns it.",
                f"To hand it over: {okr('write-back', take=f'{self.item}.{cell.field}').code}.",
            ),
        )


def _shown(words: str | None, text: str | None) -> str | None:
    return text if words is None else words
