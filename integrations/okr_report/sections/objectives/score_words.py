"""Score words: what people did to a score, as far as the audience may see who and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from okr_core.score.scores import Score
from okr_report.voice import Voice, score_text


def score_words(score: Score, voice: Voice) -> Iterator[str]:
    """A sentence for an override, and one for a restatement."""
    if score.override:
        set_by = score.override
        yield voice(
            "override",
            score=score_text(set_by.score),
            told=_told(set_by.by, set_by.at, set_by.reason, voice),
            computed=score_text(score.figures.computed),
        )
    if score.restated:
        word = score.restated
        yield voice(
            "restated",
            old=score_text(word.old),
            new=score_text(word.new),
            version=word.version,
            told=_told(word.by, word.at, word.reason, voice),
        )


def _told(by: str, at: datetime, reason: str, voice: Voice) -> str:
    """Who, when and why; a reason or person that is not said leaves no gap."""
    day = voice.day(at)
    who = voice("last_word", who=by, day=day) if by else day
    return voice("with_reason", what=who, reason=reason.rstrip(".")) if reason else who
