"""Three values decide what a write may do: what is there, what should be, what we wrote last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from okr_core.record.write_back import value_digest
from okr_sources.write_back.ownership import Cell, Settled, settle

PLACE = "GROW-1"
TEXTS = st.one_of(st.none(), st.sampled_from(["0.4", "0.7", "on track", ""]))


def cell(
    holds: str | None, wanted: str | None, field: str = "score", *, follows: bool = False
) -> Cell:
    return Cell(field, field.title(), holds, wanted, follows)


def one(holds: str | None, wanted: str | None, *ours: str | None, taken: bool = False) -> Settled:
    own = {"score": [value_digest(PLACE, text) for text in ours]} if ours else {}
    taking = ["score"] if taken else []
    (settled,) = settle("nps", PLACE, [cell(holds, wanted)], own, taking)
    return settled


def test_an_empty_field_that_nobody_wrote_is_written() -> None:
    assert one(None, "0.7").verdict == "changed"


def test_a_filled_field_that_nobody_of_us_wrote_stays() -> None:
    assert one("0.4", "0.7").verdict == "conflict"


def test_a_field_that_holds_what_we_wrote_is_written() -> None:
    assert one("0.4", "0.7", "0.4").verdict == "changed"


def test_a_field_that_a_person_changed_or_emptied_stays() -> None:
    assert one("0.9", "0.7", "0.4").verdict == "conflict"
    assert one(None, "0.7", "0.4").verdict == "conflict"


def test_a_field_that_we_emptied_is_written_again() -> None:
    assert one(None, "0.7", None).verdict == "changed"


def test_nothing_is_wanted_so_ours_is_cleared_and_a_persons_left_alone() -> None:
    assert one("0.4", None, "0.4").verdict == "changed"
    assert one("0.4", None).verdict == "same"
    assert one("0.4", None).digest == ""


def test_a_field_that_was_handed_over_is_written_whatever_it_holds() -> None:
    assert one("0.9", "0.7", "0.4", taken=True).verdict == "changed"
    assert one("0.9", None, taken=True).verdict == "changed"


def test_what_was_written_in_another_place_is_not_ours_here() -> None:
    own = {"score": [value_digest("GROW-9", "0.4")]}
    (settled,) = settle("nps", PLACE, [cell("0.4", "0.7")], own)
    assert settled.verdict == "conflict"


@given(holds=TEXTS, wanted=TEXTS, ours=st.lists(TEXTS, max_size=2), taken=st.booleans())
def test_a_persons_value_is_touched_only_if_handed_over(
    holds: str | None, wanted: str | None, ours: list[str | None], taken: bool
) -> None:
    settled = one(holds, wanted, *ours, taken=taken)
    persons = holds not in ours and (holds is not None or bool(ours))
    if settled.verdict == "changed":
        assert taken or not persons
    if settled.verdict == "same" and settled.digest:
        assert holds == wanted or holds in ours


@given(holds=TEXTS, wanted=TEXTS, ours=st.lists(TEXTS, max_size=2))
def test_after_a_write_there_is_nothing_left_to_write(
    holds: str | None, wanted: str | None, ours: list[str | None]
) -> None:
    first = one(holds, wanted, *ours)
    after = wanted if first.verdict == "changed" else holds
    known = [value_digest(PLACE, text) for text in ours]
    own = {"score": [first.digest] if first.digest else known}
    (second,) = settle("nps", PLACE, [cell(after, wanted)], own)
    assert second.verdict != "changed"


def followed(date: str | None, *cells: Cell, own: tuple[str, ...] = ()) -> str:
    day = cell(date, "2026-11-09", "date", follows=True)
    ours = {"date": [value_digest(PLACE, text) for text in own]} if own else {}
    return settle("nps", PLACE, [*cells, day], ours)[-1].verdict


def test_the_day_is_written_with_the_other_fields_only() -> None:
    same, fresh, persons = cell("0.7", "0.7"), cell(None, "0.7"), cell("0.4", "0.7")
    assert followed("2026-11-02", same, own=("2026-11-02",)) == "same"
    assert followed("2026-11-02", fresh, own=("2026-11-02",)) == "changed"
    assert followed(None, same) == "changed"
    assert followed(None, persons) == "same"
    assert followed("2026-11-02", fresh) == "conflict"


def test_a_day_alone_is_written_each_time() -> None:
    assert followed("2026-11-02", own=("2026-11-02",)) == "changed"


def test_a_day_that_stays_remains_ours() -> None:
    day = cell("2026-11-02", "2026-11-09", "date", follows=True)
    own = {"date": [value_digest(PLACE, "2026-11-02")]}
    settled = settle("nps", PLACE, [cell("0.7", "0.7"), day], own)[-1]
    assert settled.digest == value_digest(PLACE, "2026-11-02")
