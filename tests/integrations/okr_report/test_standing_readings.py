"""The reading behind a standing says no more to an audience than the readings themselves."""

from report_canaries import canaries

from okr_report.audience.audience import audience_named
from okr_report.audience.redaction import redacted


def test_the_reading_that_counts_names_nobody_and_no_source_to_those_who_may_not_see_them() -> None:
    report_input = canaries()
    told = report_input.snapshot.standings["ours.a"].reading
    assert told is not None
    assert "canary" in told.by
    assert "canary" in told.source
    space = report_input.snapshot.workspace
    assert space is not None
    narrow = audience_named("n", report_input.snapshot, {"n": ("team:mine", "progress")})
    seen = redacted(report_input, narrow).snapshot.standings["ours.a"].reading
    assert seen is not None
    assert "canary" not in repr(seen)
    assert seen.value == told.value
