"""Suspicion: the answer that evidence gives, observed or waiting for a person.

The rules are those of `okr_core.progress.smells`, the same as for what people type.
"""

from __future__ import annotations

from datetime import datetime

from okr_core.progress.smells import SuspectLimits, Words, smell_of
from okr_core.record.evidence import Evidence, re_add
from okr_sources.answers import Ask, Observed, Suspect


def judge(
    ask: Ask,
    evidence: Evidence,
    observed_at: datetime,
    limits: SuspectLimits | None = None,
    *,
    noun: str = "rows",
    question: str = "Was something renamed?",
) -> Observed | Suspect:
    """The answer that the evidence gives: its re-added value, observed or suspect.

    Args:
        ask: What was asked.
        evidence: What was found.
        observed_at: When it was looked at (aware).
        limits: The binding's; the defaults where left out.
        noun: What the source calls its rows, such as `issues`.
        question: What a person should ask when a selection shrinks.

    Raises:
        DataError: The evidence has no value, such as an average of nothing.
    """
    value = re_add(evidence)
    words = Words(noun, question)
    why = smell_of(ask.metric, value, evidence, ask.previous, limits=limits, words=words)
    if why:
        return Suspect(ask.key_result, value, why, evidence, observed_at)
    return Observed(ask.key_result, value, evidence, observed_at)
