"""Beginning: what a run looks at before it does anything."""

from __future__ import annotations

from okr_flows.run.ending import Refused, left_to_newer, refused
from okr_flows.run.late_run import overtaken
from okr_flows.run.parameters import misfit


def not_begun(**parameters: object) -> Refused | None:
    """The end of a run that is not to begin; None: it is.

    Args:
        parameters: Name → what the flow was given.
    """
    if wrong := misfit(**parameters):
        return refused(wrong)
    if newer := overtaken():
        return left_to_newer(newer)
    return None
