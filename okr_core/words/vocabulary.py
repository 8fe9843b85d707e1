"""Vocabulary: closed sets of words that both figures and the records of them use."""

from __future__ import annotations

from typing import Literal

Status = Literal["closed", "pending", "missed", "done", "ahead", "on_track", "behind", "at_risk"]
Shown = Status | Literal["stale"]
Basis = Literal["forecast", "reached_due", "confidence", "blind", "none"]
"""What the probability of a hit rests on: see `okr_core.forecast.forecast.Forecast`."""
Method = Literal["last_value", "pace", "theil_sen", "holt"]
"""How a forecast extrapolates: see `okr_core.forecast.methods`."""
GradeName = Literal["red", "yellow", "green"]
