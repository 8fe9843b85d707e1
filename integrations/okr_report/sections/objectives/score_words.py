"""Score words: what people did to a score, as far as the audience may see who and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from okr_core.score.scores import Score
from okr_report.locale import Locale, score_text


def score_words(score: Score, locale: Locale) -> Iterator[str]:
    """A sentence for an override, and one for a restatement."""
    if score.override:
        set_by = score.override
        yield locale(
            "override",
            score=score_text(set_by.score),
            told=_told(set_by.by, set_by.at, set_by.reason, locale),
            computed=score_text(score.figures.computed),
        )
    if score.restated:
        word = score.restated
        yield locale(
            "restated",
            old=score_text(word.old),
            new=score_text(word.new),
            version=word.version,
            told=_told(word.by, word.at, word.reason, locale),
        )


def _told(by: str, at: datetime, reason: str, locale: Locale) -> str:
    """Who, when and why; a reason or person that is not said leaves no gap."""
    day = locale.day(at)
    who = locale("last_word", who=by, day=day) if by else day
    return locale("with_reason", what=who, reason=reason.rstrip(".")) if reason else who
