"""Digests of routes: who is sent what, once a week; and forms and files of a report."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from report_cycles import AS_OF, CYCLE, PRICE, SECRET_NAME, SECRET_NOTE, WORKSPACE, fill

from okr_core.errors import InputError
from okr_core.record.entries import Entry
from okr_core.record.write_back import DigestRecord
from okr_flows.report.digests import digests, unsent, week_of
from okr_flows.report.forms import form_names, replace_file, write_report
from okr_flows.report.report_input import read_report_input
from okr_report import report
from okr_store import Store


def test_what_an_earlier_release_sent_this_week_is_not_sent_again(store: Store) -> None:
    fill(store)
    several = list(digests(read_report_input(store, CYCLE, AS_OF)))
    sent = DigestRecord(route="growth", week="2026-W47")
    store.add_entries(CYCLE, [Entry(at=AS_OF, body=sent, cycle=CYCLE, via="report")])
    assert [each.route for each in unsent(store, CYCLE, "2026-W47", several)] == ["platform"]
    assert len(unsent(store, CYCLE, "2026-W48", several)) == 2


def test_a_team_is_told_of_its_own_objectives_and_a_circle_of_all(store: Store) -> None:
    fill(store, workspace=WORKSPACE.replace("routes: {", "routes: {board: board-chat, "))
    sent = {each.route: each for each in digests(read_report_input(store, CYCLE, AS_OF))}
    assert list(sent) == ["board", "growth", "platform"]
    assert "activation.talks" in sent["board"].text
    assert "bugs.age" in sent["board"].text
    assert "bugs.age" not in sent["growth"].text + sent["growth"].html
    assert "activation" not in sent["platform"].text + sent["platform"].html
    for each in sent.values():
        for hidden in (SECRET_NAME, SECRET_NOTE, PRICE, "Bo Lind"):
            assert hidden not in each.text + each.html


def test_a_digest_names_who_is_asked_where_the_audience_of_its_route_may_see_people(
    store: Store,
) -> None:
    routes = WORKSPACE.replace("routes: {", "routes: {board: board-chat, leads: leads-chat, ")
    granted = "audiences:\n  leads: [progress, people]\n  board: [progress]\n"
    fill(store, workspace=f"{routes}\n{granted}")
    found = read_report_input(store, CYCLE, AS_OF)
    sent = {each.route: each for each in digests(found, where="https://wiki.example/okr")}
    asked = [line for line in sent["leads"].text.splitlines() if line.startswith("•")]
    assert any(line.endswith(" – Bo Lind") for line in asked), asked
    assert "Bo Lind" in sent["leads"].html
    assert "https://wiki.example/okr" in sent["leads"].text
    for route in ("board", "growth", "platform"):
        assert "Bo Lind" not in sent[route].text + sent[route].html
    assert SECRET_NOTE not in sent["leads"].text + sent["leads"].html


def test_the_week_is_that_of_the_cycles_zone(store: Store) -> None:
    fill(store)
    sunday = AS_OF + timedelta(days=2, hours=11)  # 23:00 UTC
    assert week_of(read_report_input(store, CYCLE, sunday)) == "2026-W47"
    assert week_of(read_report_input(store, CYCLE, sunday + timedelta(hours=1))) == "2026-W48"


def test_forms_are_named_in_any_order_and_case() -> None:
    assert form_names("PDF, html,pdf") == ("pdf", "html")
    with pytest.raises(InputError, match="`ppt` is no form"):
        form_names("html,ppt")


def test_a_file_that_cannot_be_replaced_stays_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(OSError, match="there"):
        replace_file(tmp_path / "there", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_new_report_and_its_folder_are_for_their_owner_alone(
    store: Store, tmp_path: Path
) -> None:
    fill(store)
    written = write_report(report(read_report_input(store, CYCLE, AS_OF)), "md", tmp_path / "new")
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(written.path.parent.stat().st_mode) == 0o700


def test_a_report_that_is_replaced_keeps_the_permissions_that_it_was_given(tmp_path: Path) -> None:
    shared = tmp_path / "shared.html"
    replace_file(shared, b"old")
    shared.chmod(0o640)
    replace_file(shared, b"new")
    assert (shared.read_bytes(), stat.S_IMODE(shared.stat().st_mode)) == (b"new", 0o640)
