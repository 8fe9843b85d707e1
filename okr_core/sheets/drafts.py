"""Drafts: what the lines of a sheet say, before it is known what a plan says already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from okr_core.errors import Finding
from okr_core.plan.plan import Ambition
from okr_core.sheets.metrics import Measured
from okr_core.sheets.names import folded
from okr_core.sheets.places import Place, Remark


@dataclass(frozen=True, slots=True)
class WhoText:
    """Who is accountable, as a line names them; all empty: it names nobody.

    Attributes:
        name: Of a person, several people or a role; may be an e-mail address.
        role: Of a role alone.
    """

    place: Place
    name: str = ""
    email: str = ""
    role: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.role)


@dataclass(slots=True)
class KeyResultDraft:
    """A key result as a line says it.

    Attributes:
        columns: Field → column that says it, from 0.
        value: Where it stands, in the metric's unit; None: the line does not say.
        at: The day of that value; None: the line does not say.
    """

    place: Place
    title: str
    who: WhoText
    measured: Measured
    columns: Mapping[str, int] = field(default_factory=dict)
    id: str = ""
    weight: Decimal | None = None
    begins: date | None = None
    due: date | None = None
    value: Decimal | None = None
    at: date | None = None
    confidence: int | None = None
    note: str = ""

    def cell(self, name: str) -> Place:
        """Where it says a field."""
        return self.place.at(self.columns.get(name))


@dataclass(slots=True)
class ObjectiveDraft:
    """An objective as lines say it; what is empty they do not say.

    Attributes:
        columns: Field → column that says it, from 0.
        number: What the sheet's own column of ids calls it.
        parent: What it is aligned to: a title or a number.
    """

    place: Place
    title: str
    who: WhoText
    columns: Mapping[str, int] = field(default_factory=dict)
    id: str = ""
    number: str = ""
    team: str = ""
    why: str = ""
    ambition: Ambition | None = None
    weight: Decimal | None = None
    parent: str = ""
    key_results: list[KeyResultDraft] = field(default_factory=list)

    def cell(self, name: str) -> Place:
        """Where its first line says a field."""
        return self.place.at(self.columns.get(name))


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A person as a line says them; what is empty it does not say.

    Attributes:
        said: Field of a person (name, email, timezone, …, jira, notion, slack) → text.
    """

    place: Place
    id: str
    said: dict[str, str]
    team: str = ""
    role: str = ""


@dataclass(slots=True)
class Goals:
    """What the lines of tables say, and what could not be understood of them.

    Attributes:
        without_start: Places of key results that have a target and no start.
        periods: Other periods that lines are of.
    """

    objectives: list[ObjectiveDraft] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    without_start: list[Place] = field(default_factory=list)
    periods: set[str] = field(default_factory=set)
    _by_title: dict[str, ObjectiveDraft] = field(default_factory=dict)
    _by_number: dict[str, ObjectiveDraft] = field(default_factory=dict)

    def objective(self, title: str, number: str = "") -> ObjectiveDraft | None:
        """The objective of that title or number."""
        return self._by_title.get(folded(title)) or self._by_number.get(number)

    def begin(self, objective: ObjectiveDraft) -> None:
        """Take in a new objective."""
        self.objectives.append(objective)
        self._by_title[folded(objective.title)] = objective
        if objective.number:
            self._by_number[objective.number] = objective
