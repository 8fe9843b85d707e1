"""A table of check-ins is recorded whole or not at all; bad rows are named by their lines."""

from __future__ import annotations

import pytest
from applied_store import ADA, CYCLE, NOW, apply_all

from okr_core.errors import DocumentError, InputError
from okr_core.plan.acting import Actor, Occasion
from okr_flows.checkin.check_ins import RecordedCheckIns
from okr_flows.checkin.table import check_in_table
from okr_store import Store

HEAD = "key_result,at,value,confidence,note,by\n"


def bring(store: Store, text: str, actor: Actor = ADA) -> RecordedCheckIns:
    return check_in_table(store, CYCLE, "checkins.csv", text, Occasion(NOW, NOW, actor))


def values(store: Store) -> dict[str, str]:
    readings = store.readings(CYCLE, as_of=None)
    return {f"{each.key_result}/{each.part}": str(each.value) for each in readings}


def test_all_rows_are_recorded_once(store: Store) -> None:
    apply_all(store)
    text = (
        HEAD
        + "activation.week1,2025-10-09,33,6,first week,ada\n\n"
        + "activation.week1,2025-10-16T17:00,35.5,,,bo\n"
        + 'activation.launch/beta,2025-10-16,yes,8,"five teams, all happy",\n'
    )
    done = bring(store, text)
    assert (done.new, [each.by for each in done.check_ins]) == (3, ["ada", "bo", "ada"])
    assert values(store) == {"activation.week1/": "35.5", "activation.launch/beta": "1"}
    assert bring(store, text).new == 0


def test_one_bad_row_keeps_all_out_and_every_bad_row_is_named(store: Store) -> None:
    apply_all(store)
    rows = [
        "activation.week1,2025-10-09,33,6,,ada",
        "activation.wek1,2025-10-09,33,6,,ada",
        "activation.week1,2025-10-10,much,6,,ada",
        "activation.week1,2126-12-24,33,6,,ada",
        "activation.week1,soon,33,6,,ada",
        "activation.week1,2025-10-12,33,12,,ada",
        "activation.week1,2025-10-13,33,6,,adda",
        "activation.week1,2025-10-09,34,6,,ada",
        "answers.bound,2025-10-09,34,6,,ada",
        ",2025-10-09,34,6,,ada",
        "answers.time,2025-09-30,3,,,",
    ]
    with pytest.raises(DocumentError) as refused:
        bring(store, HEAD + "\n".join(rows))
    assert [finding.line for finding in refused.value.findings] == list(range(3, 13))
    assert {finding.file for finding in refused.value.findings} == {"checkins.csv"}
    assert "said twice for that time (also on line 2)" in str(refused.value)
    assert "checkins.csv:12: cycle `2025-q4` takes no entries before 2025-10-01" in str(
        refused.value
    )
    assert values(store) == {}


@pytest.mark.parametrize("text", ["", HEAD])
def test_a_table_without_rows_is_refused_with_its_columns(applied: Store, text: str) -> None:
    with pytest.raises(InputError, match=r"checkins\.csv: there is no row") as refused:
        bring(applied, text)
    assert "key_result,at,value,confidence,note,by" in refused.value.hint


def test_a_table_that_names_everyone_can_be_brought_by_anyone(applied: Store) -> None:
    cron = Actor("csv", None, "cron")
    assert bring(applied, HEAD + "activation.week1,2025-10-20,38,7,,ada\n", cron).new == 1
    (entry,) = applied.entries(CYCLE, kinds=("check_in",))
    assert (entry.by, entry.via) == ("ada", "csv")
    with pytest.raises(InputError, match="`cron`, the user of this computer,"):
        bring(applied, HEAD + "activation.week1,2025-10-21,39,7,,\n", cron)
