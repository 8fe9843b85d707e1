"""Report: what a write-back to one connection did, or would do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from okr_sources.write_back.write_back import Compared


@dataclass(frozen=True, slots=True)
class WriteBackReport:
    """What a write-back to one connection did, or would do.

    Attributes:
        items: In the order of the plan, those whose mirror is wrong last.
        requests: HTTP requests sent, retries included.
        failed: Why the connection could not be used at all, empty if it could.
        stopped: Why nothing was written though it could be used, and what to do; empty if it was.
        busy: Whether that is another run's work, which a later run makes up for.
        dry: Whether nothing was written.
        began: Whether a write was tried.
        in_doubt: Whether it broke off so that nobody knows what was written.
    """

    connection: str
    kind: str
    items: tuple[Compared, ...] = ()
    requests: int = 0
    failed: str = ""
    stopped: str = ""
    busy: bool = False
    dry: bool = False
    began: bool = False
    in_doubt: bool = False
    totals: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        totals = dict.fromkeys(("same", "changed", "conflict", "unavailable"), 0)
        for item in self.items:
            totals["unavailable"] += item.failure is not None
            for settled in item.fields:
                totals[settled.verdict] += 1
        object.__setattr__(self, "totals", totals)

    @property
    def headline(self) -> str:
        """What happened in one line; it quotes nothing that people wrote."""
        if self.stopped:
            return f"{self.kind} `{self.connection}`: {self.stopped}"
        totals = self.totals
        fields = "1 field" if totals["changed"] == 1 else f"{totals['changed']} fields"
        words = [f"{fields} {'to change' if self.dry else 'changed'}"]
        if totals["conflict"]:
            words.append(f"{totals['conflict']} owned by people")
        if totals["unavailable"]:
            words.append(f"{totals['unavailable']} unavailable")
        words.append(f"{totals['same']} as they should be")
        return f"{self.kind} `{self.connection}`: {', '.join(words)}"

    @property
    def exit_code(self) -> int:
        """3: out of reach; 4: something could not be written; 1: conflicts, or refused."""
        if self.failed:
            return 3
        if self.totals["unavailable"] or self.busy:
            return 4
        return 1 if self.totals["conflict"] or self.stopped else 0

    @property
    def incomplete(self) -> bool:
        """Whether something that should be there is not, and no person wants it so."""
        return bool(self.failed or self.totals["unavailable"] or self.busy)


def headline_of(reports: Collection[WriteBackReport]) -> str:
    """All connections in one line; it quotes nothing that people wrote."""
    if not reports:
        return "Nothing is written back: no item has a `mirror` at a connection with `write_back`."
    return "; ".join(report.headline for report in reports)


def exit_code_of(reports: Collection[WriteBackReport]) -> int:
    """The gravest of all: out of reach, then what could not be written, then conflicts."""
    codes = {report.exit_code for report in reports}
    return next((code for code in (3, 4, 1) if code in codes), 0)
