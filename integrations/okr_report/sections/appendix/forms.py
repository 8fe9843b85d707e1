"""How the section is shown in each form: how numbers are made, how old the data are, versions."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale, number
from okr_report.reports import Header
from okr_report.sections.appendix.view import SourceAge, Sync, Version, View
from okr_report.xlsx.workbook import ReportWorkbook, fit

_COLUMNS = ("source", "key_results_from", "oldest", "newest")
_WIDTH = 100
"""Characters of its one column."""


def page(view: View, locale: Locale) -> dict[str, object]:
    """`formulas`: of the metric kinds in the plan; kinds that share one share a line."""
    return {"formulas": list(dict.fromkeys(locale(f"formula_{kind}") for kind in view.kinds))}


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:
    """The appendix, on a page of its own."""
    return {
        "own_page": True,
        "method_heading": locale("method_heading"),
        "method": list(_method(view, locale)),
        "data_heading": locale("data_heading"),
        "head": [locale(name) for name in _COLUMNS],
        "sources": [_source(each, locale) for each in view.sources],
        "syncs": [_sync(each, locale) for each in view.syncs],
        "versions_heading": locale("versions_heading"),
        "revision": _revision(locale, header),
        "versions": [_version(each, locale) for each in view.versions],
    }


def _source(age: SourceAge, locale: Locale) -> list[str]:
    source = locale("manual") if age.source == "manual" else age.source
    return [source, str(age.key_results), locale.day(age.oldest), locale.day(age.newest)]


def _revision(locale: Locale, header: Header) -> str:
    day, zone = locale.moment(header.as_of), header.timezone
    return locale("plan_revision", revision=header.revision, day=day, zone=zone)


def _method(view: View, locale: Locale) -> Iterator[str]:
    yield from (locale(f"formula_{kind}") for kind in view.kinds)
    yield locale("rollup")
    if view.standing:
        yield _status_rule(view, locale)
    if view.scored:
        retired = locale("score_retired", count=view.retired) if view.retired else ""
        yield f"{locale('score_rule')} {retired}".rstrip()
        yield locale("brier_rule")
    if view.forecast:
        yield locale("forecast_rule")


def _status_rule(view: View, locale: Locale) -> str:
    status = view.policies.status
    return locale(
        "status_rule",
        ahead=number(status.ahead),
        on_track=number(status.on_track),
        behind=number(status.behind),
        grace=view.policies.staleness.grace_days,
    )


def _sync(sync: Sync, locale: Locale) -> str:
    day = locale.moment(sync.at)
    if sync.failed:
        return locale("sync_failed", connection=sync.connection, day=day, failed=sync.failed)
    return locale(
        "sync",
        connection=sync.connection,
        day=day,
        observed=sync.observed,
        suspect=sync.suspect,
        unavailable=sync.unavailable,
    )


def _version(version: Version, locale: Locale) -> list[str]:
    how = locale("version_closed" if version.version == 1 else "version_restated")
    by = f", {version.by.name}" if version.by else ""
    told = f"{how} · {locale.day(version.at)}{by}"
    return [locale("version", version=version.version), told, version.reason]


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """The same sentences as in print."""
    page = workbook.page(locale("sheet_method"))
    page.set_column(0, 0, _WIDTH)
    sources = [" · ".join(_source(each, locale)) for each in view.sources]
    versions = [" · ".join(filter(None, _version(each, locale))) for each in view.versions]
    groups = (
        ("method_heading", [*_method(view, locale)]),
        ("data_heading", sources),
        ("", [_sync(each, locale) for each in view.syncs]),
        ("versions_heading", [_revision(locale, workbook.header), *versions]),
    )
    number = 0
    for heading, lines in groups:
        if heading and lines:
            page.write_string(number, 0, locale(heading), workbook.format(bold=True))
            number += 1
        for line in lines:
            workbook.write(page, number, 0, line, "long")
            fit(page, number, [(line, _WIDTH)])
            number += 1
