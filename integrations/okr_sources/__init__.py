"""What a tool's package needs to supply key results: one import for whoever adds a tool.

Derive from `SimpleSession` where one request answers a query, else from `BaseSession`; the
protocols behind them are `Source` and `Session`. `okr_sources.testing` has the contract as tests.
Importing this package imports neither prefect nor httpx.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
    from okr_core.plan.workspace import Connection
    from okr_core.progress.smells import Previous, SuspectLimits
    from okr_core.record.evidence import ONE, Evidence, Formula, Row
    from okr_sources.answers import (
        Answer,
        Ask,
        Fetch,
        Observed,
        RequestPlan,
        Suspect,
        Unavailable,
    )
    from okr_sources.binding import Binding, Remark, binding_of
    from okr_sources.blocks import load_credentials, load_named
    from okr_sources.censor import Censor
    from okr_sources.checks import clock_check, expiry_check
    from okr_sources.credentials import base_url, variable
    from okr_sources.errors import ThrottledError, UnauthorizedError, UnreachableError
    from okr_sources.gate.gate import Gate, Reply
    from okr_sources.numbers import exact
    from okr_sources.past import PastAnswer, PastAsk, PastSession
    from okr_sources.rows_said import CheckInFields, Hearing, RowsAsk, SaidRow
    from okr_sources.send.headers import retry_after, server_time
    from okr_sources.send.refusal import Refusal, error_of, is_passing, passing
    from okr_sources.send.steps import Steps, Task, task
    from okr_sources.session import BaseSession, Send
    from okr_sources.simple import SimpleSession, SimpleSource, number_of
    from okr_sources.source import (
        Account,
        Check,
        Credentials,
        Excludable,
        Labels,
        Memory,
        People,
        Session,
        Source,
        query_digest,
        source_named,
    )
    from okr_sources.suspicion import judge
    from okr_sources.write_back.ownership import Cell, Settled, settle
    from okr_sources.write_back.write_back import (
        Compared,
        Mirror,
        Outcome,
        Target,
        WriteBackFields,
        Writing,
    )

__all__ = [
    "ONE",
    "AccessError",
    "Account",
    "Answer",
    "Ask",
    "BaseSession",
    "Binding",
    "Cell",
    "Censor",
    "Check",
    "CheckInFields",
    "Compared",
    "ConfigError",
    "Connection",
    "Credentials",
    "DataError",
    "Evidence",
    "Excludable",
    "Fetch",
    "Formula",
    "Gate",
    "Hearing",
    "Labels",
    "Memory",
    "Mirror",
    "Observed",
    "OkrError",
    "Outcome",
    "PastAnswer",
    "PastAsk",
    "PastSession",
    "People",
    "Previous",
    "Refusal",
    "Remark",
    "Reply",
    "RequestPlan",
    "RetryableError",
    "Row",
    "RowsAsk",
    "SaidRow",
    "Send",
    "Session",
    "Settled",
    "SimpleSession",
    "SimpleSource",
    "Source",
    "Steps",
    "Suspect",
    "SuspectLimits",
    "Target",
    "Task",
    "ThrottledError",
    "UnauthorizedError",
    "Unavailable",
    "UnreachableError",
    "WriteBackFields",
    "Writing",
    "base_url",
    "binding_of",
    "clock_check",
    "error_of",
    "exact",
    "expiry_check",
    "is_passing",
    "judge",
    "load_credentials",
    "load_named",
    "number_of",
    "passing",
    "query_digest",
    "retry_after",
    "server_time",
    "settle",
    "source_named",
    "task",
    "variable",
]

# Each name loads its module when it is asked for: `okr --help` needs none of them.
_HOMES = {
    "okr_core.errors": ("AccessError", "ConfigError", "DataError", "OkrError", "RetryableError"),
    "okr_core.plan.workspace": ("Connection",),
    "okr_core.progress.smells": ("Previous", "SuspectLimits"),
    "okr_core.record.evidence": ("ONE", "Evidence", "Formula", "Row"),
    "okr_sources.answers": (
        "Answer",
        "Ask",
        "Fetch",
        "Observed",
        "RequestPlan",
        "Suspect",
        "Unavailable",
    ),
    "okr_sources.binding": ("Binding", "Remark", "binding_of"),
    "okr_sources.blocks": ("load_credentials", "load_named"),
    "okr_sources.censor": ("Censor",),
    "okr_sources.checks": ("clock_check", "expiry_check"),
    "okr_sources.credentials": ("base_url", "variable"),
    "okr_sources.errors": ("ThrottledError", "UnauthorizedError", "UnreachableError"),
    "okr_sources.gate.gate": ("Gate", "Reply"),
    "okr_sources.numbers": ("exact",),
    "okr_sources.write_back.ownership": ("Cell", "Settled", "settle"),
    "okr_sources.past": ("PastAnswer", "PastAsk", "PastSession"),
    "okr_sources.rows_said": ("CheckInFields", "Hearing", "RowsAsk", "SaidRow"),
    "okr_sources.send.headers": ("retry_after", "server_time"),
    "okr_sources.send.refusal": ("Refusal", "error_of", "is_passing", "passing"),
    "okr_sources.send.steps": ("Steps", "Task", "task"),
    "okr_sources.session": ("BaseSession", "Send"),
    "okr_sources.simple": ("SimpleSession", "SimpleSource", "number_of"),
    "okr_sources.source": (
        "Account",
        "Check",
        "Credentials",
        "Excludable",
        "Labels",
        "Memory",
        "People",
        "Session",
        "Source",
        "query_digest",
        "source_named",
    ),
    "okr_sources.suspicion": ("judge",),
    "okr_sources.write_back.write_back": (
        "Compared",
        "Mirror",
        "Outcome",
        "Target",
        "WriteBackFields",
        "Writing",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
