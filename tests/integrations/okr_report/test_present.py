"""How a cycle stands, as an audience may see it: by the rules of the report."""

from __future__ import annotations

from dataclasses import replace

import pytest
import report_canaries
import report_samples

from okr_core.snapshot import Snapshot
from okr_report.audience.audience import Audience, audience_named
from okr_report.audience.present import seen_present, seen_versions, sight_of, with_version
from okr_report.audience.redaction import redacted
from okr_report.report_input import ReportInput


def present(whole: Snapshot) -> Snapshot:
    """The same cycle as it is read where only how it stands is asked."""
    newest = max(whole.versions, key=lambda version: version.number)
    one = replace(newest, plan=whole.plan)
    found = replace(whole, versions=(), one=one)
    vars(found).update(standings=whole.standings, figures=whole.figures)
    return found


@pytest.fixture(scope="module")
def report_input() -> ReportInput:
    return report_canaries.canaries(closed=False)


@pytest.mark.parametrize("name", ["team:mine", "person:canary-person", "all-but-note"])
def test_it_shows_what_the_report_shows(report_input: ReportInput, name: str) -> None:
    known = present(report_input.snapshot)
    audience = audience_named(name, with_version(known))
    shown = seen_present(known, audience)
    reported = redacted(report_input, audience).snapshot
    assert shown.standings == reported.standings
    assert shown.plan.objectives_by_id.keys() <= reported.plan.objectives_by_id.keys()
    assert shown.workspace == reported.workspace or shown.workspace is not None


@pytest.mark.parametrize("mark", ["note", "person", "evidence", "change"])
def test_no_canary_is_shown_without_its_word(report_input: ReportInput, mark: str) -> None:
    known = present(report_input.snapshot)
    audience = audience_named(f"all-but-{mark}", with_version(known))
    assert f"canary-{mark}" not in repr(seen_present(known, audience))
    assert f"canary-{mark}" in repr(known), "the control: where it may be, it is found"


def test_the_company_sees_everything_at_no_cost() -> None:
    known = present(report_samples.running().snapshot)
    assert seen_present(known, Audience("company")) is known


def test_versions_are_for_those_who_may_see_changes(report_input: ReportInput) -> None:
    known = present(report_input.snapshot)
    versions = report_input.snapshot.versions
    assert seen_versions(known, versions, Audience("x", frozenset({"progress"}))) == ()
    mine = audience_named("team:mine", with_version(known))
    shown = seen_versions(known, versions, mine)
    assert 0 < len(shown) < len(versions)
    assert "canary-theirs" not in repr(shown)
    assert sight_of(mine, known).items
