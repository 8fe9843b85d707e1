"""What the section finds, in a sentence."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.changes.view import Revision, Term, View


def findings(view: View, locale: Locale) -> dict[str, str]:
    """`changes`: how much was changed, given up and put right."""
    agreed = sum(any(term.agreed for term in each.terms) for each in view.revisions)
    sources = sum(map(_source_error, view.revisions))
    words = sum(all(_only_words(term) for term in each.terms) for each in view.revisions)
    counts = {
        "agreed": agreed,
        "source_error": sources,
        "other": words - sources,
        "retired": len(view.retired),
        "events": len(view.events),
    }
    found = [locale(f"finding_{key}", count=count) for key, count in counts.items() if count]
    return {"changes": locale.among(found) + locale("full_stop")}


def _source_error(revision: Revision) -> bool:
    """Whether it put right where a number is read, and nothing that is scored."""
    sources = all(term.field.partition(".")[0] == "source" for term in revision.terms)
    return revision.reason_class == "metric_error" and sources


def _only_words(term: Term) -> bool:
    """Whether it changes neither what was agreed nor whether something is pursued."""
    return not term.agreed and term.field not in {"state", "state_reason"}
