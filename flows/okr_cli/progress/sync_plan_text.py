"""What a sync would ask, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okr_cli.shell.figures import count
from okr_cli.shell.layout import MAX_WIDTH, hang
from okr_flows.sync.plan import SyncPlan
from okr_sources.answers import Fetch, RequestPlan


def plan_text(plan: SyncPlan, requests: Sequence[RequestPlan]) -> str:
    """What a sync would ask: queries, pages expected, key results served."""
    lines: list[str] = []
    for request in requests:
        lines.append(f"{request.connection}: {_expected(request)}")
        for fetch in request.fetches:
            lines += _fetch_lines(fetch)
    if plan.existing:
        lines.append(f"{count(len(plan.existing), 'key result')} recorded already.")
    refused = [*plan.refused, *(answer for request in requests for answer in request.refused)]
    for answer in refused:
        text = f"{answer.key_result} cannot be asked for: {answer.reason} {answer.hint}"
        lines += hang(text, "  ", MAX_WIDTH)
    return "\n".join(lines or ["no key result is bound to a source; nothing to ask."])


def _expected(request: RequestPlan) -> str:
    pages = sum(fetch.pages or 1 for fetch in request.fetches)
    least = "at least " if any(fetch.pages is None for fetch in request.fetches) else ""
    served = len({key for fetch in request.fetches for key in fetch.serves})
    queries = count(len(request.fetches), "query", "queries")
    return f"{queries}, {least}{count(pages, 'request')} for {count(served, 'key result')}"


def _fetch_lines(fetch: Fetch) -> Iterator[str]:
    pages = "≥ 1 page" if fetch.pages is None else count(fetch.pages, "page")
    fields = f" with {', '.join(fetch.fields)}" if fetch.fields else " with ids alone"
    yield from hang(f"{fetch.query}", "  ", MAX_WIDTH)
    detail = f"{pages} of {fetch.endpoint}{fields} → {', '.join(fetch.serves)}"
    yield from hang(detail, "      ", MAX_WIDTH)
