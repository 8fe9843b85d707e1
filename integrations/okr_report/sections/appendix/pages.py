"""What the section prints: method, how old the data are, versions."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.reports import Header
from okr_report.sections.appendix.view import Sync, Version, View
from okr_report.voice import Voice, number

_COLUMNS = ("source", "key_results_from", "oldest", "newest")


def pages(view: View, voice: Voice, header: Header) -> dict[str, object]:
    """The appendix, on a page of its own."""
    moment = voice.moment(header.as_of)
    return {
        "own_page": True,
        "method_heading": voice("method_heading"),
        "method": list(_method(view, voice)),
        "data_heading": voice("data_heading"),
        "head": [voice(name) for name in _COLUMNS],
        "sources": [
            [
                voice("manual") if each.source == "manual" else each.source,
                str(each.key_results),
                voice.day(each.oldest),
                voice.day(each.newest),
            ]
            for each in view.sources
        ],
        "syncs": [_sync(each, voice) for each in view.syncs],
        "versions_heading": voice("versions_heading"),
        "revision": voice(
            "plan_revision", revision=header.revision, day=moment, zone=header.timezone
        ),
        "versions": [_version(each, voice) for each in view.versions],
    }


def _method(view: View, voice: Voice) -> Iterator[str]:
    yield from (voice(f"formula_{kind}") for kind in view.kinds)
    yield voice("rollup")
    if view.standing:
        yield _status_rule(view, voice)
    if view.scored:
        retired = voice("score_retired", count=view.retired) if view.retired else ""
        yield f"{voice('score_rule')} {retired}".rstrip()
        yield voice("brier_rule")
    if view.forecast:
        yield voice("forecast_rule")


def _status_rule(view: View, voice: Voice) -> str:
    status = view.policies.status
    return voice(
        "status_rule",
        ahead=number(status.ahead),
        on_track=number(status.on_track),
        behind=number(status.behind),
        grace=view.policies.staleness.grace_days,
    )


def _sync(sync: Sync, voice: Voice) -> str:
    day = voice.moment(sync.at)
    if sync.failed:
        return voice("sync_failed", connection=sync.connection, day=day, failed=sync.failed)
    return voice(
        "sync",
        connection=sync.connection,
        day=day,
        observed=sync.observed,
        suspect=sync.suspect,
        unavailable=sync.unavailable,
    )


def _version(version: Version, voice: Voice) -> list[str]:
    how = voice("version_closed" if version.version == 1 else "version_restated")
    by = f", {version.by.name}" if version.by else ""
    told = f"{how} · {voice.day(version.at)}{by}"
    return [voice("version", version=version.version), told, version.reason]
