"""Sealed: what is answered blind, which nobody reads before its round is opened.

The answer is no field of the body that stands in the entry's row: the store keeps it apart, as it
keeps people's words, and gives it out only once an entry says that the round is opened. Until then
a reader sees that somebody answered, and when, with an empty answer.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from okr_core.record.body import RecordedBody


class Sealed(RecordedBody, decision=False, judges=False, after_close=False, words=("answer",)):
    """A person's blind answer; the last of a person before the round is opened counts.

    Attributes:
        round: What it answers, and which time, such as `estimate:activation:1`.
        answer: What was said; empty until the round is opened, and where it was erased.
    """

    kind: Literal["sealed"] = "sealed"
    round: str = Field(min_length=1)
    answer: str = ""


class Unsealed(RecordedBody, decision=True, judges=False, after_close=True, words=("reason",)):
    """A round is opened: from now on its answers can be read, and no other counts.

    Attributes:
        round: Which.
        reason: Why then, where it is not as agreed.
    """

    kind: Literal["unsealed"] = "unsealed"
    round: str = Field(min_length=1)
    reason: str = ""


class SealedExport(RecordedBody, decision=True, judges=False, after_close=True, words=("reason",)):
    """A person has sealed answers exported with everything else, before their round is opened.

    Attributes:
        rounds: Which rounds were not opened then.
        reason: Why.
    """

    kind: Literal["sealed_export"] = "sealed_export"
    rounds: tuple[str, ...]
    reason: str = ""
